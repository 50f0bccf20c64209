/* control_looked.c - what geography answered, brought to whom it is for. */
#include "panels/control_acts.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

static void looked_tab(struct view *view, const struct picture *picture,
                       const struct json *answer, const char *failed)
{
    const char *texts[VIEW_MENU_MAX];
    uint32_t count = 0;
    const struct json *found = json_member(answer, "found");

    (void)picture, (void)failed;
    for (const struct json *one = json_first(found); one && count < VIEW_MENU_MAX;
         one = json_next(one))
        texts[count++] = json_member_text(one, "text", "");
    control_places(view, view->hand.tab_text, texts, count);
}

static void looked_go(struct view *view, const struct picture *picture, const struct json *answer,
                      const char *failed)
{
    const char *asked = view->hand.go_text;
    const struct json *best = json_first(json_member(answer, "found"));
    char text[200];

    (void)picture;
    if (!best) {
        view_result_add(view, "NO", asked, failed ? failed
                        : "neither an object, nor a name, nor a place that geography knows");
        return;
    }
    const char *name = json_member_text(best, "text", "");
    bool is_meant = json_member_flag(best, "exact", false)
        || text_same_ignoring_case(span_of(name), span_of(asked));
    struct geo_point point = { json_member_number(best, "lat", geo_unknown().lat_deg),
                               json_member_number(best, "lon", geo_unknown().lon_deg) };
    view->map_follow = false;
    control_map_to(view, point);
    control_cursor_to(view, point);
    snprintf(text, sizeof text, "the map shows %s%s", name,
             is_meant ? "" : " (the nearest name to what was typed)");
    view_result_add(view, "OK", asked, text);
}

/* "14 Quay St, HARBOUR"; "70 m from 14 Quay St, HARBOUR"; "near Quay St / Mill Rd". */
static void cursor_words(const struct json *answer, char *text, size_t text_bytes)
{
    enum { NEAR_M = 40 };
    const char *address = json_member_text(answer, "address", "");
    const char *crossing = json_member_text(answer, "crossing", "");
    const char *zone = json_member_text(answer, "zone", "");
    double distance_m = json_member_number(answer, "distance_m", 0);
    char far[24] = "";

    if (address[0] && distance_m > NEAR_M)
        snprintf(far, sizeof far, "%.0f m from ", distance_m);
    snprintf(text, text_bytes, "%s%s%.70s%s%.40s", far, !address[0] && crossing[0] ? "near " : "",
             address[0] ? address : crossing,
             zone[0] && (address[0] || crossing[0]) ? ", " : "", zone);
}

/* The other zones by their layer: "fire dist 6". */
static void add_zones(const struct json *answer, char *text, size_t text_bytes)
{
    const struct json *zones = json_member(answer, "zones");
    const char *first = json_member_text(answer, "zone", "");

    for (const struct json *one = json_first(zones); one; one = json_next(one)) {
        size_t length = strlen(text);
        if (json_text(one) && strcmp(json_text(one), first) != 0)
            snprintf(text + length, text_bytes - length, "%s%.24s %.24s", length ? ", " : "",
                     json_name(one), json_text(one));
    }
}

static void looked_cursor(struct view *view, const struct picture *picture,
                          const struct json *answer, const char *failed)
{
    struct hand_cursor *cursor = &view->hand.cursor;
    char words[HAND_TEXT_BYTES * 2] = "";

    cursor->said = SAID_FAILED;
    if (answer && !failed && !json_member(answer, "failed")) {
        cursor_words(answer, words, sizeof words);
        add_zones(answer, words, sizeof words);
        text_clean(span_of(words), cursor->words, sizeof cursor->words);
        cursor->said = words[0] ? SAID_KNOWN : SAID_UNKNOWN;
    }
    if (view->hand.measure.live)
        text_copy(view->hand.measure.ends[1].words, sizeof view->hand.measure.ends[1].words,
                  span_of(cursor->said == SAID_KNOWN ? cursor->words : "the cursor"));
    control_place_follow(view, picture);        /* The line may say @cursor. */
}

typedef void looked_fn(struct view *view, const struct picture *picture,
                       const struct json *answer, const char *failed);
static looked_fn *const handlers[LOOK_COUNT] = {
    [LOOK_TAB] = looked_tab, [LOOK_GO] = looked_go, [LOOK_SEARCH] = looked_search,
    [LOOK_LINE] = looked_line, [LOOK_CURSOR] = looked_cursor, [LOOK_END_A] = looked_end_a,
    [LOOK_END_B] = looked_end_b, [LOOK_ROUTE] = looked_route, [LOOK_REACH] = looked_reach,
    [LOOK_INSIDE] = looked_inside,
};

void control_looked(struct view *view, const struct picture *picture, enum look_kind kind,
                    const struct json *answer, const char *failed)
{
    assert(kind < LOOK_COUNT);
    handlers[kind](view, picture, answer, failed);
}
