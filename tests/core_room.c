#include "tests/core_room.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "app/core/entry.h"

static const char site[] =
    "\"id\":\"PM\",\"name\":\"Port Maren\",\"timezone\":\"UTC\",\"order_answer_s\":60,"
    "\"order_expires_s\":300,\"pending_late_s\":600,\"fix_old_s\":120";
static const char sections[] =
    "\"types\":[{\"code\":\"FIRE\",\"priority\":1},{\"code\":\"MED\",\"priority\":2},"
    "{\"code\":\"TREE\",\"priority\":4}],"
    "\"dispositions\":[{\"code\":\"DONE\"},{\"code\":\"TRANSPORTED\"}],"
    "\"facilities\":[{\"code\":\"STBRAE\",\"name\":\"St Brae\",\"kind\":\"hospital\","
    "\"location\":[51.2,-4.1]}],"
    "\"operators\":[{\"name\":\"KIM\",\"role\":\"dispatcher\"},"
    "{\"name\":\"SAM\",\"role\":\"supervisor\"}],"
    "\"feeds\":[{\"name\":\"field\",\"trust\":\"actuate\",\"repeat\":\"safe\"},"
    "{\"name\":\"sensors\",\"trust\":\"raise\"},{\"name\":\"calls\",\"trust\":\"open\"},"
    "{\"name\":\"camera\",\"trust\":\"map-only\"},"
    "{\"name\":\"other\",\"trust\":\"actuate\"}],"
    "\"units\":[{\"callsign\":\"E7\",\"kind\":\"engine\",\"feed\":\"field\",\"home\":[51.21,-4.1]},"
    "{\"callsign\":\"L2\",\"kind\":\"ladder\",\"feed\":\"field\",\"home\":[51.21,-4.1]},"
    "{\"callsign\":\"M4\",\"kind\":\"medic\"},{\"callsign\":\"E3\",\"feed\":\"field\"}]";

static void fold_last(struct room *room, const struct turn *turn)
{
    struct json *json;

    buffer_reset(&room->events);
    events_write(&turn->events, &room->events);
    struct verdict verdict = json_parse(buffer_span(&room->events), &json);
    assert_true(is_accepted(&verdict));
    struct arena *arena = arena_new();
    verdict = entry_apply(&turn->head, json, arena, room->folded);
    assert_true(is_accepted(&verdict));
    arena_free(arena);
    json_free(json);
    room->entries++;
    assert_true(picture_digest(room->picture) == picture_digest(room->folded));
}

struct verdict room_take(struct room *room, enum input_kind kind, const char *source,
                           const char *text)
{
    struct json *json;

    struct verdict verdict = json_parse(span_of(text), &json);
    assert_true(is_accepted(&verdict));
    arena_reset(room->arena);
    struct input input = { .kind = kind, .at_ms = room->now_ms, .source = source, .json = json };
    struct turn turn = turn_take(room->picture, &input, room->arena);
    room->told[0] = '\0';
    buffer_reset(&room->events);
    if (turn.answer)
        snprintf(room->told, sizeof room->told, "%s %s",
                 vocabulary_word(&command_result_words, turn.answer->result), turn.answer->text);
    if (turn.entered)
        fold_last(room, &turn);
    verdict = turn.verdict;
    json_free(json);
    return verdict;
}

void room_say_saw(struct room *room, const char *operator, const char *role, uint64_t saw,
                    const char *typed)
{
    struct buffer line = { 0 };

    json_open(&line, NULL, '{');
    json_put_text(&line, "typed", typed);
    json_put_text(&line, "role", role);
    if (saw)
        json_put_int64(&line, "saw", (int64_t)saw);
    json_close(&line, '}');
    room_take(room, INPUT_COMMAND, operator, line.bytes);
    buffer_clear(&line);
}

void room_say(struct room *room, const char *typed)
{
    room_say_saw(room, "KIM", "dispatcher", 0, typed);
}

void room_answer(struct room *room, const char *json)
{
    room_take(room, INPUT_ANSWER, "", json);
}

void room_tick(struct room *room)
{
    room_take(room, INPUT_TICK, "", "{\"tick\":\"due\"}");
}

void room_config(const char *more_site, const char *more_sections, struct buffer *out)
{
    buffer_print(out, "{\"site\":{%s%s%s},%s%s%s}", site, more_site[0] ? "," : "", more_site,
                 sections, more_sections[0] ? "," : "", more_sections);
}

void room_init_with(struct room *room, const char *more_site, const char *more_sections)
{
    struct buffer config = { 0 };

    *room = (struct room){ .picture = picture_new(), .folded = picture_new(), .arena = arena_new(),
                           .now_ms = 1794925927000 };
    room_config(more_site, more_sections, &config);
    struct verdict verdict = room_take(room, INPUT_CONFIG, "", config.bytes);
    assert_true(is_accepted(&verdict));
    buffer_clear(&config);
}

void room_init(struct room *room)
{
    room_init_with(room, "", "");
}

void room_clear(struct room *room)
{
    picture_free(room->picture);
    picture_free(room->folded);
    arena_free(room->arena);
    buffer_clear(&room->events);
}

void room_told(const struct room *room, const char *start)
{
    if (strncmp(room->told, start, strlen(start)) != 0)
        fail_msg("told \"%s\", expected \"%s...\"", room->told, start);
}

void room_event(const struct room *room, const char *part)
{
    if (!strstr(room->events.bytes, part))
        fail_msg("no %s in %s", part, room->events.bytes);
}

void room_no_event(const struct room *room, const char *part)
{
    if (room->events.bytes && strstr(room->events.bytes, part))
        fail_msg("%s in %s", part, room->events.bytes);
}

void room_dump_holds(const struct room *room)
{
    struct picture *loaded = picture_new();
    struct arena *arena = arena_new();
    struct buffer dump = { 0 };
    struct span rest, line;

    picture_dump(room->picture, &dump);
    rest = buffer_span(&dump);
    while (span_cut(&rest, '\n', &line)) {
        struct json *json;
        if (line.length == 0)
            continue;
        struct verdict verdict = json_parse(line, &json);
        assert_true(is_accepted(&verdict));
        verdict = picture_load(loaded, json, arena);
        assert_true(is_accepted(&verdict));
        json_free(json);
    }
    assert_true(picture_digest(loaded) == picture_digest(room->picture));
    picture_free(loaded);
    arena_free(arena);
    buffer_clear(&dump);
}
