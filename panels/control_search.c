/* control_search.c - "/" finds as one types: what the picture has, then what geography suggests.
 *
 *     the line starts with "/"     typing on          Up, Down         Enter: the map stays there
 *     -----------------------> rows for the text ---------> chosen -----> Esc: back to where it was
 *
 * Nothing moves until somebody chooses; from then on the rows stand still, however late an answer
 * comes. F3 / lends the line and puts back what stood in it. */
#include "panels/control_acts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

/* ---- rows ---- */

/* Is each word that was typed somewhere in the text? */
static bool has_words(const char *text, struct span words)
{
    char have[256];
    size_t length = 0;
    struct span word;

    for (; text[length] && length < sizeof have - 1; length++)
        have[length] = (char)tolower((unsigned char)text[length]);
    have[length] = '\0';
    while (span_cut(&words, ' ', &word)) {
        char wanted[64];
        size_t at = 0;
        for (; at < word.length && at < sizeof wanted - 1; at++)
            wanted[at] = (char)tolower((unsigned char)word.bytes[at]);
        wanted[at] = '\0';
        if (!strstr(have, wanted))
            return false;
    }
    return true;
}

static struct found_row *row_add(struct hand_search *search, uint32_t most)
{
    if (search->count >= most)
        return NULL;
    struct found_row *row = &search->rows[search->count++];
    *row = (struct found_row){ .point = geo_unknown() };
    return row;
}

static void object_add(struct hand_search *search, const struct picture *picture,
                       struct object_name name, const char *text, const char *about)
{
    for (uint32_t i = 0; i < search->count; i++)
        if (object_name_same(&search->rows[i].object, &name))
            return;
    struct found_row *row = row_add(search, FOUND_HERE_MAX);
    if (!row)
        return;
    row->object = name;
    row->point = object_location(picture, &name);
    text_copy(row->text, sizeof row->text, span_of(text));
    snprintf(row->about, sizeof row->about, "%.60s%s", about,
             geo_known(row->point) ? "" : "  not on the map");
}

static void add_incident(struct hand_search *search, const struct picture *picture,
                         const struct incident *incident)
{
    char text[200];

    snprintf(text, sizeof text, "#%u %s %s", incident->number, incident->type, incident->place);
    object_add(search, picture, object_numbered(OBJECT_INCIDENT, incident->number), text,
               incident->zone);
}

static void add_unit(struct hand_search *search, const struct picture *picture,
                     const struct unit *unit)
{
    char about[80];

    snprintf(about, sizeof about, "%s %s%s%.40s", vocabulary_word(&unit_status_words, unit->status),
             unit->kind, unit->station[0] ? " of " : "", unit->station);
    object_add(search, picture, object_called(OBJECT_UNIT, unit->callsign), unit->callsign, about);
}

static void add_alarm(struct hand_search *search, const struct picture *picture,
                      const struct alarm *alarm)
{
    char text[200];

    snprintf(text, sizeof text, "AL%u %s %s", alarm->number, alarm->condition, alarm->point);
    object_add(search, picture, object_numbered(OBJECT_ALARM, alarm->number), text, "alarm");
}

static void add_facility(struct hand_search *search, const struct picture *picture,
                         const struct facility *facility)
{
    object_add(search, picture, object_called(OBJECT_FACILITY, facility->code), facility->name,
               facility->kind);
}

static void add_hazard(struct hand_search *search, const struct picture *picture,
                       const struct hazard *hazard)
{
    char text[120];

    snprintf(text, sizeof text, "HZ%u %.80s", hazard->number, hazard->kind);
    object_add(search, picture, object_numbered(OBJECT_HAZARD, hazard->number), text, "hazard");
}

/* The object of that very name, whatever it is called besides. */
static void add_named(struct hand_search *search, const struct picture *picture, struct span words)
{
    struct object_name name;
    const void *row = control_object(picture, words, &name) ? picture_find(picture, &name) : NULL;

    if (!row)
        return;
    if (name.kind == OBJECT_INCIDENT)
        add_incident(search, picture, row);
    else if (name.kind == OBJECT_UNIT)
        add_unit(search, picture, row);
    else if (name.kind == OBJECT_ALARM)
        add_alarm(search, picture, row);
    else if (name.kind == OBJECT_HAZARD)
        add_hazard(search, picture, row);
    else if (name.kind == OBJECT_FACILITY)
        add_facility(search, picture, row);
}

/* Incidents first: they are what is asked for in a hurry. */
static void add_matching(struct hand_search *search, const struct picture *picture,
                         struct span words)
{
    char text[320];

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_INCIDENT); i++) {
        const struct incident *incident = picture_row(picture, OBJECT_INCIDENT, i);
        snprintf(text, sizeof text, "%s %s %s", incident->place, incident->type, incident->zone);
        if (incident->state == INCIDENT_OPEN && has_words(text, words))
            add_incident(search, picture, incident);
    }
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_FACILITY); i++) {
        const struct facility *facility = picture_row(picture, OBJECT_FACILITY, i);
        snprintf(text, sizeof text, "%s %s", facility->name, facility->code);
        if (has_words(text, words))
            add_facility(search, picture, facility);
    }
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_UNIT); i++) {
        const struct unit *unit = picture_row(picture, OBJECT_UNIT, i);
        if (text_same_ignoring_case(span_from(unit->callsign, words.length < strlen(unit->callsign)
                                              ? words.length : strlen(unit->callsign)), words))
            add_unit(search, picture, unit);
    }
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_ALARM); i++) {
        const struct alarm *alarm = picture_row(picture, OBJECT_ALARM, i);
        snprintf(text, sizeof text, "%s %s", alarm->point, alarm->condition);
        if (has_words(text, words))
            add_alarm(search, picture, alarm);
    }
    for (uint32_t i = 0; i < picture_count(picture, OBJECT_HAZARD); i++) {
        const struct hazard *hazard = picture_row(picture, OBJECT_HAZARD, i);
        if (has_words(hazard->kind, words))
            add_hazard(search, picture, hazard);
    }
}

/* What geography said of a shorter text stays while it still fits: rows do not flicker. */
static void keep_fitting(struct hand_search *search, struct span words)
{
    struct found_row kept[FOUND_MAX];
    uint32_t count = 0;

    for (uint32_t i = search->here; i < search->count; i++)
        if (has_words(search->rows[i].text, words))
            kept[count++] = search->rows[i];
    memcpy(search->rows, kept, count * sizeof *kept);
    search->here = 0;
    search->count = count;
}

static void put_picture_first(struct hand_search *search, const struct picture *picture,
                              struct span words)
{
    struct found_row places[FOUND_MAX];
    uint32_t count = search->count;

    memcpy(places, search->rows, count * sizeof *places);
    search->count = 0;
    add_named(search, picture, words);
    add_matching(search, picture, words);
    search->here = search->count;
    for (uint32_t i = 0; i < count && search->count < FOUND_MAX; i++)
        search->rows[search->count++] = places[i];
}

/* ---- while the line is typed ---- */

static struct span search_words(const struct view *view)
{
    return span_trim(span_from(view->line.text + 1, view->line.length - 1));
}

static void map_back(struct view *view)
{
    struct hand_search *search = &view->hand.search;

    if (!search->moved)
        return;
    view->map_view = search->before;
    view->map_locked = search->before_locked;
    view->map_follow = search->before_follow;
    search->moved = false;
}

static void search_start(struct view *view)
{
    struct hand_search *search = &view->hand.search;

    search->on = true;
    search->text[0] = '\0';
    search->said = SAID_NOTHING;
    search->count = search->here = search->chosen = 0;
    search->by_hand = search->moved = false;
}

/* Gives the line and the keys back as they were before F3 / took them. */
static void search_end(struct view *view)
{
    struct hand_search *search = &view->hand.search;

    search->on = false;
    looks_drop(&view->looks, LOOK_SEARCH);
    if (search->kept_line) {
        line_clear(&view->line);
        line_insert(&view->line, span_of(search->kept_line));
        view->line.cursor = search->kept_cursor;
        view->line.first_key_sequence = search->kept_sequence;
        base_free(search->kept_line);
        search->kept_line = NULL;
    }
    if (search->from_map) {
        search->from_map = false;
        view->focus = FOCUS_MAP;
    }
}

static void search_for(struct view *view, const struct picture *picture, struct span words)
{
    struct hand_search *search = &view->hand.search;

    text_copy(search->text, sizeof search->text, words);
    search->chosen = 0;
    search->by_hand = false;
    keep_fitting(search, words);
    if (words.length == 0) {
        search->count = 0;
        search->said = SAID_NOTHING;
        looks_drop(&view->looks, LOOK_SEARCH);
        return;
    }
    put_picture_first(search, picture, words);
    search->said = SAID_ASKING;
    control_ask_place(view, LOOK_SEARCH, search->text, SEARCH_ASKED_AFTER_MS);
}

/* After every press: the line says whether anybody searches, and for what. */
void control_search_follow(struct view *view, const struct picture *picture)
{
    struct hand_search *search = &view->hand.search;
    bool wanted = view->line.length > 0 && view->line.text[0] == '/'
                  && view->focus == FOCUS_LINE;

    if (!wanted && search->on) {
        map_back(view);
        search_end(view);
    }
    if (!wanted)
        return;
    if (!search->on)
        search_start(view);
    struct span words = search_words(view);
    if (!span_is(words, search->text) || (words.length > 0 && search->said == SAID_NOTHING))
        search_for(view, picture, words);
}

/* F3 /: a line half typed is put away and comes back. */
void act_search(struct control *control)
{
    struct view *view = control->view;
    struct hand_search *search = &view->hand.search;

    search->from_map = true;
    base_free(search->kept_line);
    search->kept_line = base_copy_text(view->line.text);
    search->kept_cursor = view->line.cursor;
    search->kept_sequence = view->line.first_key_sequence;
    line_clear(&view->line);
    line_insert(&view->line, span_of("/"));
    view->focus = FOCUS_LINE;
}

/* ---- choosing ---- */

static void show_candidate(struct view *view)
{
    struct hand_search *search = &view->hand.search;
    struct geo_point point = search->rows[search->chosen].point;

    if (!geo_known(point))
        return;
    if (!search->moved) {
        search->before = view->map_view;
        search->before_locked = view->map_locked;
        search->before_follow = view->map_follow;
        search->moved = true;
    }
    view->map_follow = false;
    control_map_to(view, point);
}

/* A line brought back by Up is not being typed: there the arrows still walk through the lines. */
bool control_search_step(struct view *view, int step)
{
    struct hand_search *search = &view->hand.search;

    if (!search->on || search->count == 0
        || view->line.history_at != view->line.history_count)
        return false;
    if (search->by_hand)
        search->chosen = (uint32_t)((int64_t)search->chosen + step + search->count)
                         % search->count;
    else
        search->chosen = step > 0 ? 0 : search->count - 1;
    search->by_hand = true;
    show_candidate(view);
    return true;
}

/* Esc: the view is where it was, and what stood in the line stands there again. */
bool control_search_leave(struct view *view)
{
    if (!view->hand.search.on)
        return false;
    map_back(view);
    line_clear(&view->line);
    search_end(view);
    return true;
}

/* Enter; false when there is nothing to take and geography must be asked for the whole text. */
bool control_search_take(struct control *control)
{
    struct view *view = control->view;
    struct hand_search *search = &view->hand.search;

    if (!search->on || search->count == 0 || !span_is(search_words(view), search->text))
        return false;
    struct found_row row = search->rows[search->chosen];
    search->moved = false;
    if (row.object.kind != OBJECT_SITE) {
        view_select(view, control->picture, row.object);
        view->walking = false;
    }
    view->map_follow = false;
    control_map_to(view, row.point);
    control_cursor_to(view, geo_known(row.point) ? row.point : view->hand.cursor.at);
    char sentence[200];
    snprintf(sentence, sizeof sentence, geo_known(row.point) ? "the map shows %s"
             : "%s is selected; nobody knows where it is", row.text);
    control_say(control, "OK", sentence);
    return true;
}

/* The line was sent: it must not be taken for one that was given up. */
void control_search_over(struct view *view)
{
    view->hand.search.moved = false;
    if (view->hand.search.on)
        search_end(view);
}

/* ---- what geography found ---- */

static void about_place(const struct json *place, char *about, size_t about_bytes)
{
    const char *kind = json_member_text(place, "class", json_member_text(place, "kind", ""));
    const char *zone = json_member_text(place, "zone", "");
    const char *town = json_member_text(place, "town", "");

    snprintf(about, about_bytes, "%.24s%s%.24s%s%.20s", zone, zone[0] ? "  " : "", town,
             town[0] ? "  " : "", kind);
}

void looked_search(struct view *view, const struct picture *picture, const struct json *answer,
                   const char *failed)
{
    struct hand_search *search = &view->hand.search;

    (void)picture;
    if (!search->on)
        return;
    search->said = failed ? SAID_FAILED : SAID_KNOWN;
    if (search->by_hand)                /* Somebody is choosing: nothing changes under the hand. */
        return;
    search->count = search->here;
    const struct json *found = json_member(answer, "found");
    for (const struct json *one = json_first(found); one; one = json_next(one)) {
        struct found_row *row = row_add(search, FOUND_MAX);
        if (!row)
            break;
        text_clean(span_of(json_member_text(one, "text", "")), row->text, sizeof row->text);
        about_place(one, row->about, sizeof row->about);
        row->point = (struct geo_point){ json_member_number(one, "lat", geo_unknown().lat_deg),
                                         json_member_number(one, "lon", geo_unknown().lon_deg) };
    }
    if (search->count == 0 && !failed)
        search->said = SAID_UNKNOWN;
}
