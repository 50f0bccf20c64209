/* control_place.c - what geography makes of the place in the line, while it is typed: a mistyped
 * street is seen before Enter opens an incident at the nearest name. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/core/hazard_line.h"

/* A circle is no point: what stands in its middle is never sure. */
static void place_said(struct hand_place *place, enum said said, bool sure, const char *words)
{
    char radius[LENGTH_TEXT_BYTES], circle[sizeof place->words];

    if (said == SAID_KNOWN && place->radius_m > 0) {
        snprintf(circle, sizeof circle, "%.110s, within %s%s", words,
                 length_text(place->radius_m, radius), sure ? "; UNCONFIRMED" : "");
        words = circle;
        sure = false;
    }
    place->said = said;
    place->sure = sure;
    text_copy(place->words, sizeof place->words, span_of(words));
}

/* The place of a line that goes to the hub, and its circle's radius (0: none); false without. */
static bool line_place(const struct view *view, char *text, size_t text_bytes,
                       double *ret_radius_m)
{
    struct span before;
    struct arena *arena = arena_new();
    struct command_line line;

    command_parse(line_span(&view->line), arena, &line);
    bool has = line.command && line.command->place == COMMAND_ENTERED && line.place
               && line.place[0] && view->line.text[0] != '/';
    *ret_radius_m = 0;
    if (has && circle_cut(span_of(line.place), &before, ret_radius_m))
        text_copy(text, text_bytes, before);
    else
        text_copy(text, text_bytes, span_of(has ? line.place : ""));
    arena_free(arena);
    return has;
}

static void ask_about(struct view *view, const struct picture *picture)
{
    struct hand_place *place = &view->hand.place;
    struct spot_found found;

    looks_drop(&view->looks, LOOK_LINE);
    switch (control_spot(view, picture, span_of(place->text), &found)) {
    case SPOT_REFUSED:
        place_said(place, SAID_UNKNOWN, false, found.words);
        return;
    case SPOT_KNOWN:
        place_said(place, SAID_KNOWN, true, found.words);
        return;
    case SPOT_ASK:
        place_said(place, SAID_ASKING, false, "asking geography");
        control_ask_place(view, LOOK_LINE, place->text, LINE_ASKED_AFTER_MS);
        return;
    }
}

/* After every press. The cursor of the map may have got its address since: then it is said. */
void control_place_follow(struct view *view, const struct picture *picture)
{
    struct hand_place *place = &view->hand.place;
    char text[sizeof place->text];
    double radius_m;
    struct spot_found found;

    if (!line_place(view, text, sizeof text, &radius_m)) {
        looks_drop(&view->looks, LOOK_LINE);
        place->text[0] = '\0';
        place->said = SAID_NOTHING;
        return;
    }
    if (strcmp(text, place->text) != 0 || radius_m != place->radius_m) {
        memcpy(place->text, text, sizeof text);
        place->radius_m = radius_m;
        ask_about(view, picture);
    } else if (place->said == SAID_KNOWN && place->sure
               && control_spot(view, picture, span_of(text), &found) == SPOT_KNOWN) {
        place_said(place, SAID_KNOWN, true, found.words);
    }
}

static void name_place(const struct json *found, char *text, size_t text_bytes)
{
    const char *zone = json_member_text(found, "zone", "");
    const char *town = json_member_text(found, "town", "");

    snprintf(text, text_bytes, "%.60s%s%.24s%s%.24s", json_member_text(found, "text", ""),
             town[0] ? ", " : "", town, zone[0] ? ", " : "", zone);
}

/* Spelt as it is, in another case or with other blanks. */
static bool spelt_so(const char *name, const char *typed)
{
    for (;;) {
        while (*name == ' ' || *name == ',' || *name == '/')
            name++;
        while (*typed == ' ' || *typed == ',' || *typed == '/')
            typed++;
        if (!*typed)
            return true;
        if (!*name || !text_same_ignoring_case(span_from(name, 1), span_from(typed, 1)))
            return false;
        name++;
        typed++;
    }
}

static void doubt_words(const struct hand_place *place, const struct json *found, char *words,
                        size_t words_bytes)
{
    const struct json *best = json_first(found), *second = best ? json_next(best) : NULL;
    char name[128], other[128];

    name_place(best, name, sizeof name);
    bool equal = second && json_member_int64(best, "score", 0)
                           == json_member_int64(second, "score", -1);
    if (equal) {
        name_place(second, other, sizeof other);
        snprintf(words, words_bytes, "%.60s or %.60s? Tab lists them; UNCONFIRMED", name, other);
    } else if (strcmp(json_member_text(best, "kind", ""), "street") == 0) {
        snprintf(words, words_bytes, "%.80s: the whole street, UNCONFIRMED", name);
    } else {
        snprintf(words, words_bytes, "%.80s? %s; UNCONFIRMED", name,
                 spelt_so(json_member_text(best, "text", ""), place->text)
                     ? "not sure" : "spelled otherwise");
    }
}

void looked_line(struct view *view, const struct picture *picture, const struct json *answer,
                 const char *failed)
{
    struct hand_place *place = &view->hand.place;
    const struct json *found = json_member(answer, "found"), *best = json_first(found);
    char words[HAND_TEXT_BYTES * 2];

    (void)picture;
    if (!place->text[0])
        return;
    if (failed || (answer && json_member(answer, "failed"))) {
        place_said(place, SAID_FAILED, false,
                   "geography does not answer: the place would be UNCONFIRMED");
        return;
    }
    if (!best) {
        place_said(place, SAID_UNKNOWN, false, "NO SUCH PLACE is known: UNCONFIRMED");
        return;
    }
    bool exact = json_member_flag(best, "exact", false);
    if (exact)
        name_place(best, words, sizeof words);
    else
        doubt_words(place, found, words, sizeof words);
    place_said(place, SAID_KNOWN, exact, words);
}
