#include "app/client_look.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/when.h"
#include "app/core/hazard_line.h"
#include "app/talk.h"

enum { LOOKED = 0, LOOKED_NOT = 1, LOOK_WRONG = 2, UNITS_NEAR = 5, UNITS_NEAR_MAX = 50 };

struct looking {
    struct talk talk;
    const struct client_options *options;
    struct arena *arena;
    const char *of;                 /* "St4", or "@lat,lon" once an address was found. */
    const char *name;               /* What it is called in the answer. */
    int64_t span_ms;                /* 0: none was said. */
    int64_t count;
};

/* ---- asking ---- */

/* The `looked` of an answer, inside *ret_answer, which the caller frees; NULL after saying why. */
static const struct json *looked(struct looking *looking, const struct buffer *ask,
                                 struct json **ret_answer)
{
    struct json *answer = talk_look(&looking->talk, buffer_span(ask));
    const struct json *found = json_member(answer, "looked");
    const char *problem = json_text(json_member(found, "failed"));

    if (answer && !found)
        problem = json_member_text(answer, "error", "the hub refuses it");
    if (problem)
        fprintf(stderr, "watchdesk: %s\n", problem);
    *ret_answer = answer;
    return problem ? NULL : found;
}

static void ask_begin(struct buffer *ask, const char *kind)
{
    buffer_reset(ask);
    json_open(ask, NULL, '{');
    json_put_text(ask, "ask", kind);
}

/* An address becomes the coordinates that geography gives it, and says when it is in doubt. */
static bool place_find(struct looking *looking)
{
    struct geo_point point;
    struct buffer ask = { 0 };
    struct json *answer;

    if (looking->of[0] != '@' || point_parse(span_of(looking->of + 1), &point))
        return true;
    ask_begin(&ask, "place");
    json_put_text(&ask, "text", looking->of + 1);
    json_close(&ask, '}');
    const struct json *found = looked(looking, &ask, &answer);
    const struct json *best = json_first(json_member(found, "found"));
    if (found && !best)
        fprintf(stderr, "watchdesk: no such place was found: %s\n", looking->of + 1);
    if (best) {
        const char *note = json_member_text(best, "note", "");
        looking->name = arena_print(looking->arena, "%s%s%s%s", json_member_text(best, "text", ""),
                                    note[0] ? " (" : "", note, note[0] ? ")" : "");
        looking->of = arena_print(looking->arena, "@%.7f,%.7f", json_member_number(best, "lat", 0),
                                  json_member_number(best, "lon", 0));
    }
    json_free(answer);
    buffer_clear(&ask);
    return best != NULL;
}

/* ---- printing ---- */

static void print_json(const struct json *found)
{
    struct buffer text = { 0 };

    json_open(&text, NULL, '{');
    for (const struct json *member = json_first(found); member; member = json_next(member))
        json_put(&text, json_name(member), member);
    json_close(&text, '}');
    printf("%.*s\n", (int)text.length, text.bytes);
    buffer_clear(&text);
}

static void print_reach(const struct looking *looking, const struct json *found)
{
    char span[WHEN_TEXT_BYTES], length[LENGTH_TEXT_BYTES];
    uint32_t rings = json_count(json_member(found, "reach"));

    printf("%s%s reaches %s of streets in %s (%u outline%s; --json has %s)\n",
           talk_mark(&looking->talk), looking->name,
           length_text(json_member_number(found, "streets_m", 0), length),
           span_clock_text(looking->span_ms, span), rings, rings == 1 ? "" : "s",
           rings == 1 ? "it" : "them");
}

static void print_inside(const struct looking *looking, const struct json *found)
{
    const char *mark = talk_mark(&looking->talk);
    char length[LENGTH_TEXT_BYTES];
    const struct json *counts = json_member(found, "counts"), *zones = json_member(found, "zones");

    printf("%s%s: %s of streets, %" PRId64 " addresses\n", mark, looking->name,
           length_text(json_member_number(found, "streets_m", 0), length),
           json_member_int64(found, "addresses", 0));
    for (const struct json *zone = json_first(zones); zone; zone = json_next(zone)) {
        printf("%s  %s:", mark, json_name(zone));
        for (const struct json *name = json_first(zone); name; name = json_next(name))
            printf(" %s%s", json_text(name) ? json_text(name) : "?", json_next(name) ? "," : "");
        printf("\n");
    }
    for (const struct json *count = json_first(counts); count; count = json_next(count)) {
        int64_t number = 0;
        json_int64(count, &number);
        printf("%s  %" PRId64 " %s\n", mark, number, json_name(count));
    }
    for (const struct json *one = json_first(json_member(found, "found")); one;
         one = json_next(one))
        printf("%s  %-10s %s\n", mark, json_member_text(one, "kind", ""),
               json_member_text(one, "text", ""));
}

static void print_reverse(const struct looking *looking, const struct json *found)
{
    static const struct { const char *member, *distance, *words; } parts[] = {
        { "address", "distance_m", "" }, { "relative", "", "" },
        { "crossing", "crossing_m", "crossing " }, { "feature", "feature_m", "" },
        { "zone", "", "in " }, { "grid", "", "grid " },
    };
    bool any = false;

    printf("%s%s:", talk_mark(&looking->talk), looking->name);
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        const char *text = json_member_text(found, parts[i].member, "");
        double distance_m = json_member_number(found, parts[i].distance, NAN);
        if (!text[0])
            continue;
        printf("%s %s%s", any ? "," : "", parts[i].words, text);
        if (!isnan(distance_m))
            printf(" (%.0f m)", distance_m);
        any = true;
    }
    printf("%s\n", any ? "" : " nothing that geography knows");
}

static void print_times(const struct looking *looking, const struct json *found)
{
    const struct json *times = json_member(found, "times");
    char span[WHEN_TEXT_BYTES], length[LENGTH_TEXT_BYTES];

    for (const struct json *one = json_first(times); one; one = json_next(one))
        printf("%s  %-8s %7s  %s\n", talk_mark(&looking->talk), json_member_text(one, "unit", "?"),
               span_clock_text(json_member_int64(one, "s", 0) * 1000, span),
               length_text(json_member_number(one, "m", 0), length));
    if (!json_first(times))
        printf("%s  no available unit can get there by road\n", talk_mark(&looking->talk));
}

/* ---- the looks ---- */

typedef void print_fn(const struct looking *looking, const struct json *found);

static int look_once(struct looking *looking, struct buffer *ask, print_fn *print)
{
    struct json *answer;
    const struct json *found = looked(looking, ask, &answer);

    if (found && looking->options->json)
        print_json(found);
    else if (found)
        print(looking, found);
    json_free(answer);
    return found ? LOOKED : LOOKED_NOT;
}

static int look_reach(struct looking *looking)
{
    struct buffer ask = { 0 };

    ask_begin(&ask, "reach");
    json_put_text(&ask, "of", looking->of);
    json_put_int64(&ask, "seconds", looking->span_ms / 1000);
    json_close(&ask, '}');
    int code = look_once(looking, &ask, print_reach);
    buffer_clear(&ask);
    return code;
}

static int look_inside(struct looking *looking)
{
    struct buffer ask = { 0 };

    ask_begin(&ask, "inside");
    json_put_text(&ask, "of", looking->of);
    if (looking->span_ms)
        json_put_int64(&ask, "seconds", looking->span_ms / 1000);
    json_put_int64(&ask, "limit", 50);
    json_close(&ask, '}');
    int code = look_once(looking, &ask, print_inside);
    buffer_clear(&ask);
    return code;
}

static int look_near(struct looking *looking)
{
    struct buffer ask = { 0 };

    ask_begin(&ask, "reverse");
    json_put_text(&ask, "of", looking->of);
    json_close(&ask, '}');
    int code = look_once(looking, &ask, print_reverse);
    ask_begin(&ask, "times");
    json_put_text(&ask, "of", looking->of);
    json_put_text(&ask, "from", "available");
    json_put_int64(&ask, "closest", looking->count);
    json_close(&ask, '}');
    if (code == LOOKED)
        code = look_once(looking, &ask, print_times);
    buffer_clear(&ask);
    return code;
}

/* ---- words ---- */

enum tail { TAIL_NONE, TAIL_SPAN, TAIL_COUNT };

static const struct {
    const char *word, *usage;
    enum tail tail;                 /* What its last word may be. */
    int (*look)(struct looking *looking);
} looks[] = {
    { "reach", "show reach St4 5m | show reach @12 Quay St 5m", TAIL_SPAN, look_reach },
    { "inside", "show inside HZ9 | show inside St4 5m", TAIL_SPAN, look_inside },
    { "near", "show near @12 Quay St [UNITS] | show near 42", TAIL_COUNT, look_near },
};

bool client_looks(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(looks); i++)
        if (strcmp(looks[i].word, word) == 0)
            return true;
    return false;
}

/* The words after the first, without what the last one measures. */
static bool words_read(struct looking *looking, size_t index, const char *const *words, int count)
{
    enum tail tail = looks[index].tail;
    int names = count;

    looking->count = UNITS_NEAR;
    if (tail == TAIL_SPAN && count > 2
        && span_parse(span_of(words[count - 1]), &looking->span_ms))
        names--;
    if (tail == TAIL_COUNT && count > 2
        && span_to_int64(span_of(words[count - 1]), &looking->count))
        names--;
    looking->of = "";
    for (int i = 1; i < names; i++)
        looking->of = arena_print(looking->arena, "%s%s%s", looking->of, i > 1 ? " " : "",
                                  words[i]);
    looking->name = looking->of[0] == '@' ? looking->of + 1 : looking->of;
    return looking->of[0] && (tail != TAIL_SPAN || looking->span_ms >= 1000)
        && looking->count > 0 && looking->count <= UNITS_NEAR_MAX;
}

int client_look(const struct client_options *options, const char *const *words, int count)
{
    struct looking looking = { .options = options, .arena = arena_new() };
    size_t index = 0;
    int code = LOOK_WRONG;

    assert(count > 0 && client_looks(words[0]));
    while (strcmp(looks[index].word, words[0]) != 0)
        index++;
    if (!words_read(&looking, index, words, count))
        fprintf(stderr, "usage: watchdesk %s\n", looks[index].usage);
    else if (talk_open(&looking.talk, options, true))
        code = place_find(&looking) ? looks[index].look(&looking) : LOOKED_NOT;
    talk_close(&looking.talk);
    arena_free(looking.arena);
    return code;
}
