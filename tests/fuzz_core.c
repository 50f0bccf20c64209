/* fuzz_core.c - a whole shift from random lines: commands, reports, answers, passing time.
 *
 * Each line of the input is one turn: "+90" lets 90 seconds pass; "f{...}", "s{...}", "c{...}" and
 * "m{...}" are reports of the feeds field, sensors, calls and camera; "a{...}" answers a question
 * to geography; "t{...}" is a tick; "!" before a command makes it the supervisor's; anything else
 * is a command of the dispatcher. Whatever comes, no assertion fails, a refused input changes
 * nothing, a second picture folded from the written events has the same digest, and so has one
 * loaded from the first one's dump. */
#include <stdio.h>
#include <stdlib.h>

#include "app/core/entry.h"
#include "app/core/turn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TURNS_MAX = 200, LINE_BYTES_MAX = 400 };

static const char config[] =
    "{\"site\":{\"id\":\"PM\",\"name\":\"Port Maren\",\"timezone\":\"UTC\",\"order_answer_s\":60,"
    "\"order_expires_s\":300,\"pending_late_s\":600,\"fix_old_s\":120,"
    "\"off_route_m\":150,\"off_route_s\":30},"
    "\"hazards\":[{\"code\":\"GAS\",\"severity\":\"Severe\"},"
    "{\"code\":\"WIRES\",\"closes_roads\":true}],"
    "\"types\":[{\"code\":\"FIRE\",\"priority\":1},{\"code\":\"MED\",\"priority\":2}],"
    "\"dispositions\":[{\"code\":\"DONE\"},{\"code\":\"TRANSPORTED\"}],"
    "\"facilities\":[{\"code\":\"STBRAE\",\"name\":\"St Brae\",\"kind\":\"hospital\","
    "\"location\":[51.2,-4.1]}],"
    "\"operators\":[{\"name\":\"KIM\",\"role\":\"dispatcher\"},"
    "{\"name\":\"SAM\",\"role\":\"supervisor\"}],"
    "\"feeds\":[{\"name\":\"field\",\"trust\":\"actuate\",\"repeat\":\"safe\"},"
    "{\"name\":\"sensors\",\"trust\":\"raise\"},{\"name\":\"calls\",\"trust\":\"open\"},"
    "{\"name\":\"camera\",\"trust\":\"map-only\"}],"
    "\"units\":[{\"callsign\":\"E7\",\"kind\":\"engine\",\"feed\":\"field\",\"home\":[51.21,-4.1]},"
    "{\"callsign\":\"L2\",\"kind\":\"ladder\",\"feed\":\"field\",\"home\":[51.21,-4.1]},"
    "{\"callsign\":\"M4\",\"kind\":\"medic\"}]}";

struct room {
    struct picture *picture, *folded;
    struct arena *arena;
    struct buffer text;
    int64_t now_ms;
};

/* Of what we wrote ourselves nothing may be refused. */
static void must(struct verdict verdict, struct span text)
{
    char sentence[160];

    if (is_accepted(&verdict))
        return;
    fprintf(stderr, "%s: %.*s\n", verdict_sentence(&verdict, sentence, sizeof sentence),
            (int)text.length, text.bytes);
    abort();
}

/* What the journal keeps of the turn is read back and applied to the second picture. */
static void fold(struct room *room, const struct turn *turn)
{
    struct json *json;
    struct arena *arena = arena_new();

    buffer_reset(&room->text);
    events_write(&turn->events, &room->text);
    must(json_parse(buffer_span(&room->text), &json), buffer_span(&room->text));
    must(entry_apply(&turn->head, json, arena, room->folded), buffer_span(&room->text));
    assert(picture_digest(room->picture) == picture_digest(room->folded));
    json_free(json);
    arena_free(arena);
}

static void take(struct room *room, enum input_kind kind, const char *source, struct span text)
{
    struct json *json;
    struct verdict verdict = json_parse(text, &json);

    if (!is_accepted(&verdict))
        return;
    arena_reset(room->arena);
    uint64_t before = picture_digest(room->picture);
    struct input input = { .kind = kind, .at_ms = room->now_ms, .source = source, .json = json };
    struct turn turn = turn_take(room->picture, &input, room->arena);
    if (turn.entered)
        fold(room, &turn);
    else
        assert(picture_digest(room->picture) == before);
    json_free(json);
}

static void type(struct room *room, const char *operator, const char *role, struct span typed)
{
    struct buffer line = { 0 }, read_back = { 0 };
    struct completion completions[16];

    command_read_back(room->picture, typed, NULL, room->now_ms, &read_back);
    arena_reset(room->arena);
    uint32_t count = command_complete(room->picture, typed, (uint32_t)typed.length, room->arena,
                                      completions, ARRAY_COUNT(completions));
    assert(count <= ARRAY_COUNT(completions));
    for (uint32_t i = 0; i < count; i++)
        assert(completions[i].start <= typed.length && completions[i].text[0]);
    json_open(&line, NULL, '{');
    json_put_span(&line, "typed", typed);
    json_put_text(&line, "role", role);
    json_close(&line, '}');
    take(room, INPUT_COMMAND, operator, buffer_span(&line));
    buffer_clear(&line);
    buffer_clear(&read_back);
}

static void pass(struct room *room, struct span seconds)
{
    int64_t span_s;

    if (!span_to_int64(seconds, &span_s) || span_s < 0 || span_s > 100000)
        return;
    room->now_ms += span_s * 1000;
    take(room, INPUT_TICK, "", span_of("{\"tick\":\"due\"}"));
}

static const struct { char letter; enum input_kind kind; const char *source; } sources[] = {
    { 'f', INPUT_REPORT, "field" },  { 's', INPUT_REPORT, "sensors" },
    { 'c', INPUT_REPORT, "calls" },  { 'm', INPUT_REPORT, "camera" },
    { 'a', INPUT_ANSWER, "" },       { 't', INPUT_TICK, "" },
};

static void turn(struct room *room, struct span line)
{
    if (line.length == 0 || line.length > LINE_BYTES_MAX)
        return;
    struct span rest = span_from(line.bytes + 1, line.length - 1);
    room->now_ms += 100;
    for (size_t i = 0; i < ARRAY_COUNT(sources); i++) {
        if (line.bytes[0] != sources[i].letter || !span_starts(rest, "{"))
            continue;
        take(room, sources[i].kind, sources[i].source, rest);
        return;
    }
    if (line.bytes[0] == '+')
        pass(room, rest);
    else if (line.bytes[0] == '!')
        type(room, "SAM", "supervisor", rest);
    else
        type(room, "KIM", "dispatcher", line);
}

static void dump_holds(struct room *room)
{
    struct picture *loaded = picture_new();
    struct span rest, line;

    buffer_reset(&room->text);
    picture_dump(room->picture, &room->text);
    rest = buffer_span(&room->text);
    while (span_cut(&rest, '\n', &line)) {
        struct json *json;
        if (line.length == 0)
            continue;
        must(json_parse(line, &json), line);
        arena_reset(room->arena);
        must(picture_load(loaded, json, room->arena), line);
        json_free(json);
    }
    assert(picture_digest(loaded) == picture_digest(room->picture));
    assert(picture_due_ms(loaded) == picture_due_ms(room->picture));
    picture_free(loaded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct room room = { .picture = picture_new(), .folded = picture_new(), .arena = arena_new(),
                         .now_ms = 1794925927000 };
    struct span rest = span_from((const char *)data, size), line;

    take(&room, INPUT_CONFIG, "", span_of(config));
    for (int i = 0; i < TURNS_MAX && span_cut(&rest, '\n', &line); i++)
        turn(&room, line);
    dump_holds(&room);
    picture_free(room.picture);
    picture_free(room.folded);
    arena_free(room.arena);
    buffer_clear(&room.text);
    return 0;
}
