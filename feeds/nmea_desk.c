#include "feeds/nmea_desk.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/words.h"

enum {
    NAME_BYTES = 64,
    MMSI_OWN = UINT32_MAX,
    /* [K] A receiver's clock is right to a second; one further off has lost its date. */
    CLOCK_OFF_MS = 3600 * 1000,
    TEXTS_MAX = 64,
    ACCURATE_M = 10,
};

struct desk_unit {
    char callsign[NAME_BYTES];
    char from[NAME_BYTES], talker[8], source[NAME_BYTES], device[NAME_BYTES];
    uint32_t mmsi;              /* 0: not a ship. */
};

struct desk_source {
    char key[NAME_BYTES];       /* "" is free. */
    struct nmea_receiver receiver;
    int64_t heard_ms;
};

struct desk_ship {
    uint32_t mmsi;
    char name[36];
};

struct desk_beacon {
    uint32_t mmsi;
    int64_t said_ms;
    bool active, tested;
};

struct desk_text {
    uint64_t digest;            /* Of the ship and its words. */
    int64_t said_ms;
};

struct nmea_desk {
    struct desk_terms terms;
    struct desk_counts counts;
    struct desk_unit *units;
    uint32_t unit_count, unit_capacity;
    struct desk_source *sources;
    struct desk_ship *ships;            /* By number, modulo their count. */
    struct desk_beacon beacons[DESK_BEACONS_MAX];
    struct desk_text texts[TEXTS_MAX];
    struct ais_joiner *joiner;
    int64_t wrapped_ms;                 /* A logger's time for the sentence that follows. */
};

struct nmea_desk *nmea_desk_new(const struct desk_terms *terms)
{
    struct nmea_desk *desk = base_alloc(1, sizeof *desk);

    desk->terms = *terms;
    desk->sources = base_alloc(DESK_SOURCES_MAX, sizeof *desk->sources);
    desk->ships = base_alloc(DESK_SHIPS_MAX, sizeof *desk->ships);
    desk->joiner = ais_joiner_new();
    return desk;
}

void nmea_desk_free(struct nmea_desk *desk)
{
    if (!desk)
        return;
    base_free(desk->units);
    base_free(desk->sources);
    base_free(desk->ships);
    ais_joiner_free(desk->joiner);
    base_free(desk);
}

const struct desk_counts *nmea_desk_counts(const struct nmea_desk *desk)
{
    return &desk->counts;
}

/* ---- units ---- */

static bool mmsi_read(struct span text, uint32_t *ret_mmsi)
{
    int64_t number;

    *ret_mmsi = MMSI_OWN;
    if (span_is(text, "own"))
        return true;
    if (text.length != 9 || !span_to_int64(text, &number) || number <= 0)
        return false;
    *ret_mmsi = (uint32_t)number;
    return true;
}

static bool unit_word(struct desk_unit *unit, const struct word *word)
{
    const struct {
        const char *key;
        char *into;
        size_t bytes;
    } keys[] = {
        { "", unit->callsign, sizeof unit->callsign }, { "from", unit->from, sizeof unit->from },
        { "talker", unit->talker, sizeof unit->talker },
        { "source", unit->source, sizeof unit->source },
        { "device", unit->device, sizeof unit->device },
    };

    if (span_is(word->key, "mmsi"))
        return mmsi_read(word->value, &unit->mmsi);
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (!span_is(word->key, keys[i].key))
            continue;
        if (keys[i].into[0] || word->value.length == 0 || word->value.length >= keys[i].bytes)
            return false;
        text_copy(keys[i].into, keys[i].bytes, word->value);
        return true;
    }
    return false;
}

bool nmea_desk_unit(struct nmea_desk *desk, struct span line, char *sentence,
                    size_t sentence_bytes)
{
    struct desk_unit unit = { 0 };
    struct word word;
    bool open = false;

    while (word_cut(&line, &word, &open))
        if (!unit_word(&unit, &word)) {
            snprintf(sentence, sentence_bytes,
                     "\"%.*s\" is none of its words, or not its value: a callsign, from=, talker=, "
                     "source=, device=, mmsi= and nine digits",
                     (int)word.value.length, word.value.bytes);
            return false;
        }
    if (open || !unit.callsign[0] || desk->unit_count == DESK_UNITS_MAX) {
        snprintf(sentence, sentence_bytes, "it has no callsign, a quote without an end, or is one "
                 "of over %d", DESK_UNITS_MAX);
        return false;
    }
    desk->units = base_grow(desk->units, &desk->unit_capacity, desk->unit_count + 1,
                            sizeof unit);
    desk->units[desk->unit_count++] = unit;
    return true;
}

/* Who speaks, as far as it was said; texts are "" else. */
struct speaker {
    const char *from, *device;
    struct span talker, source;
    uint32_t mmsi;              /* 0: a receiver, not a ship. */
    bool own;
};

static bool same_or_any(const char *wanted, struct span said)
{
    return !wanted[0] || span_is(said, wanted);
}

static bool unit_fits(const struct desk_unit *unit, const struct speaker *speaker)
{
    bool ship = unit->mmsi == MMSI_OWN ? speaker->own : unit->mmsi == speaker->mmsi;

    return ship && same_or_any(unit->from, span_of(speaker->from))
           && same_or_any(unit->device, span_of(speaker->device))
           && same_or_any(unit->talker, speaker->talker)
           && same_or_any(unit->source, speaker->source);
}

/* The callsign, the most particular line first; NULL when no line takes it. */
static const char *unit_of(const struct nmea_desk *desk, const struct speaker *speaker)
{
    const char *callsign = NULL;
    int most = -1;

    for (uint32_t i = 0; i < desk->unit_count; i++) {
        const struct desk_unit *unit = &desk->units[i];
        int particular = (unit->from[0] != 0) + (unit->device[0] != 0) + (unit->talker[0] != 0)
                         + (unit->source[0] != 0);
        if (!unit_fits(unit, speaker) || particular <= most)
            continue;
        most = particular;
        callsign = unit->callsign;
    }
    return callsign;
}

/* ---- sources, ships ---- */

static struct desk_source *source_of(struct nmea_desk *desk, struct span name, int64_t now_ms)
{
    struct desk_source *oldest = desk->sources;
    char key[NAME_BYTES];

    text_copy(key, sizeof key, name.length ? name : span_of("-"));
    for (size_t i = 0; i < DESK_SOURCES_MAX; i++) {
        struct desk_source *source = &desk->sources[i];
        if (strcmp(source->key, key) == 0) {
            source->heard_ms = now_ms;
            return source;
        }
        if (!source->key[0]) {
            oldest = source;
            break;
        }
        if (source->heard_ms < oldest->heard_ms)
            oldest = source;
    }
    *oldest = (struct desk_source){ .heard_ms = now_ms };
    snprintf(oldest->key, sizeof oldest->key, "%s", key);
    return oldest;
}

static void ship_name(struct nmea_desk *desk, const struct ais_message *message)
{
    struct desk_ship *ship = &desk->ships[message->mmsi % DESK_SHIPS_MAX];

    if (!message->name[0])
        return;
    ship->mmsi = message->mmsi;
    text_copy(ship->name, sizeof ship->name, span_of(message->name));
}

static const char *name_of(const struct nmea_desk *desk, uint32_t mmsi)
{
    const struct desk_ship *ship = &desk->ships[mmsi % DESK_SHIPS_MAX];

    return ship->mmsi == mmsi ? ship->name : "";
}

/* ---- reports ---- */

/* One line on its way through. */
struct taking {
    struct nmea_desk *desk;
    int64_t now_ms;
    struct arena *arena;
    struct desk_outcome *outcome;
};

static struct report *report_add(struct taking *taking, enum report_kind kind)
{
    struct desk_outcome *outcome = taking->outcome;

    assert(outcome->count < DESK_REPORTS_MAX);
    struct report *report = &outcome->reports[outcome->count++];
    report_init(report, kind);
    return report;
}

/* A clock that lost its date (a week number that rolled over) would put every fix before the last
 * good one, and the unit would never move again: then it is here, now. */
static int64_t time_believed(struct taking *taking, int64_t at_ms)
{
    if (taking->desk->terms.trust_clocks)
        return at_ms;
    if (at_ms > taking->now_ms - CLOCK_OFF_MS && at_ms < taking->now_ms + CLOCK_OFF_MS)
        return at_ms;
    taking->desk->counts.clocks_off++;
    return taking->now_ms;
}

static void location_say(struct taking *taking, const char *unit, const struct nmea_fix *fix)
{
    struct report *report = report_add(taking, REPORT_LOCATION);

    report->location.unit = arena_copy(taking->arena, span_of(unit));
    report->location.at = time_believed(taking, fix->at_ms);
    report->location.location = fix->location;
    if (fix->speed_mps >= 0 && fix->speed_mps <= 1000)
        report->location.speed_mps = fix->speed_mps;
    if (fix->course_deg >= 0 && fix->course_deg <= 360)
        report->location.course_deg = fix->course_deg;
    if (fix->accuracy_m >= 0 && fix->accuracy_m <= 1e6)
        report->location.accuracy_m = fix->accuracy_m;
}

static void fix_say(struct taking *taking, const struct speaker *speaker,
                    const struct nmea_fix *fix)
{
    const char *unit = unit_of(taking->desk, speaker);

    taking->desk->counts.fixes++;
    if (unit || taking->desk->terms.others)
        location_say(taking, unit ? unit : "GPS", fix);
    else
        taking->desk->counts.others++;
}

/* ---- ships ---- */

/* The minute is not said: the newest instant that has that second. */
static int64_t second_before(int64_t now_ms, uint32_t second)
{
    int64_t minute_ms = now_ms - now_ms % 60000;

    if (second > 59)
        return now_ms;
    int64_t at_ms = minute_ms + (int64_t)second * 1000;
    return at_ms > now_ms + 2000 ? at_ms - 60000 : at_ms;
}

static void ship_say(struct taking *taking, const struct ais_message *message,
                     const struct speaker *speaker, int64_t heard_ms)
{
    const char *unit = unit_of(taking->desk, speaker);
    struct nmea_fix fix = { .location = message->location, .speed_mps = message->speed_mps,
                            .course_deg = message->course_deg,
                            .accuracy_m = message->accurate ? ACCURATE_M : NAN,
                            .at_ms = message->at_ms ? message->at_ms
                                                    : second_before(heard_ms, message->second) };

    if (!geo_known(message->location))
        return;
    taking->desk->counts.ships++;
    if (unit || taking->desk->terms.others)
        location_say(taking, unit ? unit : arena_print(taking->arena, "%09u", message->mmsi),
                     &fix);
    else
        taking->desk->counts.others++;
}

static struct report_alarm *alarm_say(struct taking *taking, const struct ais_message *message,
                                      const char *condition, enum alarm_state state)
{
    const char *name = name_of(taking->desk, message->mmsi);
    struct report_alarm *alarm = &report_add(taking, REPORT_ALARM)->alarm;

    alarm->at = taking->now_ms;
    alarm->point = arena_print(taking->arena, "MMSI %09u", message->mmsi);
    alarm->condition = condition;
    alarm->state = state;
    alarm->priority = 1;
    alarm->location = message->location;
    alarm->place = name[0] ? arena_copy(taking->arena, span_of(name)) : "";
    return alarm;
}

static struct desk_beacon *beacon_of(struct nmea_desk *desk, uint32_t mmsi)
{
    struct desk_beacon *oldest = desk->beacons;

    for (size_t i = 0; i < DESK_BEACONS_MAX; i++) {
        if (desk->beacons[i].mmsi == mmsi)
            return &desk->beacons[i];
        if (desk->beacons[i].said_ms < oldest->said_ms)
            oldest = &desk->beacons[i];
    }
    *oldest = (struct desk_beacon){ .mmsi = mmsi };
    return oldest;
}

/* A beacon repeats itself eight times a minute: it rings at once, and its drift is said once in a
 * minute. One under test ends what it rang, and rings for nobody. */
static void beacon_say(struct taking *taking, const struct ais_message *message, bool active)
{
    struct desk_beacon *beacon = beacon_of(taking->desk, message->mmsi);
    bool changed = active ? !beacon->active : beacon->active || !beacon->tested;

    if (!changed && taking->now_ms - beacon->said_ms < DESK_BEACON_AGAIN_MS)
        return;
    if (!changed && !geo_known(message->location))
        return;
    beacon->active = active;
    beacon->tested = !active;
    beacon->said_ms = taking->now_ms;
    struct report_alarm *alarm = alarm_say(taking, message, ais_beacon_word(message->mmsi),
                                           active ? ALARM_STATE_ACTIVE : ALARM_STATE_NORMAL);
    alarm->text = message->text[0] ? arena_copy(taking->arena, span_of(message->text))
                  : active         ? "distress beacon is on"
                                   : "distress beacon under test";
}

static bool text_is_new(struct nmea_desk *desk, const struct ais_message *message,
                        int64_t now_ms)
{
    struct desk_text *oldest = desk->texts;
    struct digest digest;

    digest_start(&digest);
    digest_number(&digest, message->mmsi);
    digest_bytes(&digest, message->text, strlen(message->text));
    for (size_t i = 0; i < TEXTS_MAX; i++) {
        struct desk_text *text = &desk->texts[i];
        if (text->said_ms && text->digest == digest_end(&digest)
            && now_ms - text->said_ms < DESK_REPEAT_MS)
            return false;
        if (text->said_ms < oldest->said_ms)
            oldest = text;
    }
    *oldest = (struct desk_text){ .digest = digest_end(&digest), .said_ms = now_ms };
    return true;
}

/* A safety text has no end of its own: it rings until a person has read it. */
static void text_say(struct taking *taking, const struct ais_message *message)
{
    if (ais_beacon_word(message->mmsi)[0]) {
        beacon_say(taking, message, !strstr(message->text, "TEST"));
        return;
    }
    if (!message->text[0] || !text_is_new(taking->desk, message, taking->now_ms))
        return;
    const char *to = message->to_mmsi ? arena_print(taking->arena, " (to MMSI %09u)",
                                                    message->to_mmsi) : "";
    for (int i = 0; i < 2; i++) {
        struct report_alarm *alarm = alarm_say(taking, message, "SAFETY MESSAGE",
                                               i ? ALARM_STATE_NORMAL : ALARM_STATE_ACTIVE);
        alarm->priority = 2;
        alarm->text = arena_print(taking->arena, "%s%s", message->text, to);
    }
}

static bool is_position_a(const struct ais_message *message)
{
    return message->type >= 1 && message->type <= 3;
}

static void message_take(struct taking *taking, const struct ais_message *message,
                         const struct speaker *speaker, int64_t heard_ms)
{
    ship_name(taking->desk, message);
    if (message->type == 12 || message->type == 14) {
        text_say(taking, message);
        return;
    }
    ship_say(taking, message, speaker, heard_ms);
    /* Status 14 of another number is a bit that fell over: only beacons have it. */
    if (is_position_a(message) && ais_beacon_word(message->mmsi)[0])
        beacon_say(taking, message, message->status == AIS_STATUS_SART);
}

/* ---- lines ---- */

static void refuse(struct taking *taking, struct verdict verdict)
{
    taking->outcome->verdict = verdict;
}

static void ais_take(struct taking *taking, const struct nmea_sentence *sentence,
                     struct speaker *speaker, int64_t heard_ms)
{
    struct desk_source *source =
        source_of(taking->desk, sentence->source.length ? sentence->source
                                                        : span_of(speaker->from),
                  taking->now_ms);
    struct ais_message message;
    struct verdict verdict;
    struct span payload;
    uint32_t fill;
    enum ais_joined joined =
        ais_join(taking->desk->joiner, sentence, (uint32_t)(source - taking->desk->sources),
                 heard_ms, &payload, &fill, &verdict);

    if (joined == AIS_WRONG)
        refuse(taking, verdict);
    if (joined != AIS_WHOLE)
        return;
    verdict = ais_read(payload, fill, &message);
    if (!is_accepted(&verdict)) {
        taking->desk->counts.unused += verdict.refusal == REFUSED_UNSUPPORTED;
        if (verdict.refusal != REFUSED_UNSUPPORTED)
            refuse(taking, verdict);
        return;
    }
    speaker->mmsi = message.mmsi;
    speaker->own = span_is(sentence->type, "VDO");
    message_take(taking, &message, speaker, heard_ms);
}

/* "$PGHP,1,2008,5,9,0,0,0,10,..." by a Gatehouse logger: the time of the sentence that follows. */
static bool wrapper_take(struct taking *taking, const struct nmea_sentence *sentence)
{
    int64_t part[6];

    if (!span_is(sentence->talker, "P") || !span_is(sentence->type, "GHP"))
        return false;
    for (uint32_t i = 0; i < ARRAY_COUNT(part); i++)
        if (!span_to_int64(nmea_field(sentence, i + 1), &part[i]) || part[i] < 0
            || part[i] > 9999)
            return true;
    char text[40];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", (int)part[0], (int)part[1],
             (int)part[2], (int)part[3], (int)part[4], (int)part[5]);
    int64_t at_ms;
    if (when_parse(span_of(text), &at_ms))
        taking->desk->wrapped_ms = at_ms;
    return true;
}

static void sentence_take(struct taking *taking, const struct nmea_sentence *sentence,
                          const char *from)
{
    struct nmea_desk *desk = taking->desk;
    struct speaker speaker = { .from = from, .device = "", .talker = sentence->talker,
                               .source = sentence->source };
    int64_t heard_ms = sentence->at_ms ? sentence->at_ms : taking->now_ms;
    struct nmea_fix fix;
    struct verdict verdict;

    desk->counts.sentences++;
    if (wrapper_take(taking, sentence))
        return;
    if (desk->wrapped_ms && !sentence->at_ms)
        heard_ms = desk->wrapped_ms;
    desk->wrapped_ms = 0;
    if (ais_is_sentence(sentence)) {
        ais_take(taking, sentence, &speaker, heard_ms);
        return;
    }
    struct desk_source *source = source_of(desk, sentence->source.length ? sentence->source
                                                                         : span_of(from),
                                           taking->now_ms);
    switch (nmea_take(&source->receiver, sentence, heard_ms, &fix, &verdict)) {
    case NMEA_FIX:
        fix_say(taking, &speaker, &fix);
        return;
    case NMEA_WRONG:
        refuse(taking, verdict);
        return;
    case NMEA_NO_FIX:
        desk->counts.no_fix++;
        return;
    case NMEA_OTHER:
        desk->counts.unused++;
        return;
    case NMEA_PART:
        return;
    }
}

static void json_take(struct taking *taking, struct span line, const char *from)
{
    struct json *json;
    struct gpsd_said said;
    struct verdict verdict = json_parse(line, &json);

    if (!is_accepted(&verdict)) {
        refuse(taking, verdict);
        return;
    }
    taking->desk->counts.sentences++;
    enum gpsd_found found = gpsd_read(json, &said, &verdict);
    struct speaker speaker = { .from = from, .device = said.device, .talker = span_of(""),
                               .source = span_of("") };
    if (found == GPSD_WRONG) {
        refuse(taking, verdict);
    } else if (found == GPSD_FIX) {
        fix_say(taking, &speaker, &said.fix);
    } else if (found == GPSD_AIS) {
        speaker.mmsi = said.message.mmsi;
        message_take(taking, &said.message, &speaker, taking->now_ms);
    }
    taking->desk->counts.no_fix += found == GPSD_NO_FIX;
    taking->desk->counts.unused += found == GPSD_OTHER;
    json_free(json);
}

void nmea_desk_take(struct nmea_desk *desk, struct span line, const char *from, int64_t now_ms,
                    struct arena *arena, struct desk_outcome *ret_outcome)
{
    struct taking taking = { .desk = desk, .now_ms = now_ms, .arena = arena,
                             .outcome = ret_outcome };
    struct nmea_sentence sentence;

    *ret_outcome = (struct desk_outcome){ .verdict = accepted() };
    line = span_trim(line);
    if (line.length == 0 || line.bytes[0] == '#')
        return;
    if (line.bytes[0] == '{') {
        json_take(&taking, line, from);
        return;
    }
    struct verdict verdict = nmea_read(line, &sentence);
    if (is_accepted(&verdict)) {
        sentence_take(&taking, &sentence, from);
        return;
    }
    ret_outcome->verdict = verdict;
    ret_outcome->noise = verdict.refusal == REFUSED_BAD_SYNTAX;
}
