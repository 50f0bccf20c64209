#include "feeds/things.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/when.h"

enum {
    /* Refused messages remembered by their digest; with more wrong ones some are told anew. */
    REFUSED_REMEMBERED = 4096,
    TOKENS_MAX = 512,
    MEMORY_BYTES_MAX = 64 * 1024 * 1024,
};

const char *const things_extras[] = { "ids", "version", "replaces", "geocodes", NULL };

struct things {
    struct feed *feed;
    const struct mapping *mapping;
    const struct cap_codes *codes;
    struct identity *identity;
    struct arena *arena;
    struct things_count count;
    uint64_t refused[REFUSED_REMEMBERED];
    uint32_t refused_count;
    bool changed;
};

/* ---- the memory ---- */

static const char *memory_path(const struct things *things, const char *name, char path[512])
{
    snprintf(path, 512, "%s/%s", things->feed->hello.scratch, name);
    return path;
}

static void memory_read(struct things *things)
{
    char path[512], piece[65536];
    struct buffer bytes = { 0 };
    ssize_t length;

    if (!things->feed->hello.scratch[0])
        return;
    int fd = open(memory_path(things, "things.jsonl", path), O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    while (bytes.length < MEMORY_BYTES_MAX && (length = read(fd, piece, sizeof piece)) > 0)
        buffer_add(&bytes, span_from(piece, (size_t)length));
    close(fd);
    identity_read(things->identity, buffer_span(&bytes));
    buffer_clear(&bytes);
}

static bool all_written(int fd, struct span bytes)
{
    while (bytes.length > 0) {
        ssize_t length = write(fd, bytes.bytes, bytes.length);
        if (length < 0 && errno == EINTR)
            continue;
        if (length <= 0)
            return false;
        bytes = span_from(bytes.bytes + length, bytes.length - (size_t)length);
    }
    return true;
}

/* Beside it first, then in its place: a torn memory would make old things new. */
void things_keep(struct things *things)
{
    char path[512], beside[512];
    struct buffer bytes = { 0 };

    if (!things->changed || !things->feed->hello.scratch[0])
        return;
    things->changed = false;
    int fd = open(memory_path(things, "things.new", beside),
                  O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    identity_write(things->identity, &bytes);
    bool written = fd >= 0 && all_written(fd, buffer_span(&bytes));
    if (fd >= 0)
        close(fd);
    if (!written || rename(beside, memory_path(things, "things.jsonl", path)) != 0)
        feed_log(things->feed, "what was said cannot be remembered in \"%s\": %s; after a restart "
                 "things with several ids may be told twice", things->feed->hello.scratch,
                 strerror(errno));
    buffer_clear(&bytes);
}

struct things *things_new(struct feed *feed, const struct mapping *mapping,
                          const struct cap_codes *codes)
{
    struct things *things = base_alloc(1, sizeof *things);

    things->feed = feed;
    things->mapping = mapping;
    things->codes = codes;
    things->identity = identity_new();
    things->arena = arena_new();
    memory_read(things);
    return things;
}

void things_free(struct things *things)
{
    if (!things)
        return;
    things_keep(things);
    identity_free(things->identity);
    arena_free(things->arena);
    base_free(things);
}

struct things_count things_counted(struct things *things)
{
    struct things_count count = things->count;

    things->count = (struct things_count){ 0 };
    return count;
}

/* ---- what a report is about ---- */

static const char **id_member(struct report *report)
{
    return report->kind == REPORT_HAZARD     ? &report->hazard.id
           : report->kind == REPORT_INCIDENT ? &report->incident.id
                                             : NULL;
}

/* Reports about the same thing have the same key. */
static const char *key_of(struct report *report, struct arena *arena)
{
    switch (report->kind) {
    case REPORT_HAZARD:
        return report->hazard.id;
    case REPORT_INCIDENT:
        return report->incident.id;
    case REPORT_ALARM:
        return arena_print(arena, "alarm %.60s %.60s", report->alarm.point,
                           report->alarm.condition);
    case REPORT_LOCATION:
        return arena_print(arena, "location %.100s", report->location.unit);
    case REPORT_STATUS:
        return arena_print(arena, "status %.100s", report->status.unit);
    case REPORT_MESSAGE:
        return arena_print(arena, "message %.100s", report->message.unit);
    case REPORT_RECEIPT:
        return arena_print(arena, "receipt %.100s", report->receipt.order);
    case REPORT_PHONE:
        return arena_print(arena, "phone %.100s", report->phone.line);
    case REPORT_REFUSED:
    case REPORT_HEALTH:
    case REPORT_KIND_COUNT:
        break;
    }
    assert(false && "a mapping makes no such report");
    return "";
}

static bool is_cancel(const struct report *report)
{
    return (report->kind == REPORT_HAZARD && report->hazard.cancel)
           || (report->kind == REPORT_INCIDENT && report->incident.cancel);
}

static uint64_t content_of(const struct report *report)
{
    struct buffer line = { 0 };
    struct digest digest;

    report_write(report, &line);
    digest_start(&digest);
    digest_bytes(&digest, line.bytes, line.length);
    buffer_clear(&line);
    return digest_end(&digest);
}

/* ---- extras ---- */

struct tokens {
    struct span at[TOKENS_MAX];
    uint32_t count;
};

static void token_add(void *context, struct span token)
{
    struct tokens *tokens = context;

    if (tokens->count < TOKENS_MAX)
        tokens->at[tokens->count++] = token;
}

static struct verdict tokens_read(struct things *things, const struct expression_source *source,
                                  const char *name, struct tokens *tokens)
{
    struct value value;
    struct verdict verdict = mapping_extra(things->mapping, name, source, things->arena, &value);

    if (is_accepted(&verdict))
        value_tokens(&value, token_add, tokens);
    return verdict;
}

static struct verdict version_read(struct things *things, const struct expression_source *source,
                                   int64_t *ret_version)
{
    struct value value;
    struct verdict verdict =
        mapping_extra(things->mapping, "version", source, things->arena, &value);
    double number;

    *ret_version = 0;
    if (!is_accepted(&verdict) || value.kind == VALUE_NONE)
        return verdict;
    if (value_number(&value, &number) && fabs(number) < 9e15)
        *ret_version = (int64_t)number;
    else if (!value_time(&value, ret_version))
        return refused(REFUSED_NOT_A_TIME, 0, "version");
    return accepted();
}

/* ---- where it is, by codes ---- */

static uint32_t geocodes_read(const struct json *systems, struct arena *arena,
                              struct cap_geocode *geocodes)
{
    uint32_t count = 0;

    for (const struct json *system = json_first(systems); system; system = json_next(system)) {
        if (json_type(system) != JSON_LIST)
            continue;
        for (const struct json *code = json_first(system); code; code = json_next(code))
            if (json_text(code) && count < CAP_GEOCODES_MAX)
                geocodes[count++] = (struct cap_geocode){
                    .system = arena_copy(arena, span_of(json_name(system))),
                    .code = json_text(code) };
    }
    return count;
}

/* Only where nothing else says it. What the line has no room for stays words. */
static struct verdict hazard_place(struct things *things, const struct expression_source *source,
                                   struct report_hazard *hazard)
{
    struct report with = { .kind = REPORT_HAZARD, .hazard = *hazard };
    struct cap_joined joined;
    struct value value;

    if (!things->codes || hazard->polygon.count || geo_known(hazard->center) || hazard->cancel)
        return accepted();
    struct verdict verdict =
        mapping_extra(things->mapping, "geocodes", source, things->arena, &value);
    if (!is_accepted(&verdict) || value.kind != VALUE_JSON
        || json_type(value.json) != JSON_OBJECT)
        return verdict;
    struct cap_geocode *geocodes = arena_alloc(things->arena,
                                               CAP_GEOCODES_MAX * sizeof *geocodes);
    uint32_t count = geocodes_read(value.json, things->arena, geocodes);
    if (!count || !cap_codes_join(things->codes, geocodes, count, things->arena, &joined))
        return verdict;
    with.hazard.polygon = joined.rings;
    with.hazard.simplified = joined.simplified;
    if (joined.missing)                 /* As cap_alert.c says it. */
        with.hazard.area = arena_print(things->arena, "(%u of %u areas drawn) %s", joined.found,
                                       joined.found + joined.missing, hazard->area);
    struct verdict fits = report_fits(&with);
    if (is_accepted(&fits))
        *hazard = with.hazard;
    return verdict;
}

/* ---- saying ---- */

/* A thing that is over: all that a cancel needs. */
static void ended_say(struct things *things, const struct report *report, const char *id)
{
    struct report ended;

    report_init(&ended, report->kind);
    *id_member(&ended) = id;
    if (report->kind == REPORT_HAZARD) {
        ended.hazard.cancel = true;
        ended.hazard.at = report->hazard.at;
        ended.hazard.kind = report->hazard.kind;
    } else {
        ended.incident.cancel = true;
        ended.incident.at = report->incident.at;
    }
    feed_report(things->feed, &ended, span_of(""));
}

static void news_say(struct things *things, struct report *report,
                     const struct identified *identified, struct span cursor)
{
    for (uint32_t i = 0; i < identified->ended_count; i++)
        ended_say(things, report, identified->ended[i]);
    if (id_member(report))
        *id_member(report) = identified->id;
    feed_report(things->feed, report, cursor);
    things->count.said++;
}

static void report_take(struct things *things, struct report *report, struct tokens *ids,
                        const struct tokens *replaces, int64_t version, struct span cursor)
{
    bool has_id = id_member(report);
    ids->at[0] = span_of(key_of(report, things->arena));
    struct sighting sighting = {
        .ids = ids->at, .id_count = has_id ? ids->count : 1, .version = version,
        .content = content_of(report), .cancel = is_cancel(report),
        .replaces = replaces->at, .replaces_count = has_id ? replaces->count : 0,
    };
    struct identified identified = identity_take(things->identity, &sighting, things->arena);

    switch (identified.news) {
    case IDENTITY_TELL:
        news_say(things, report, &identified, cursor);
        things->changed = true;
        return;
    case IDENTITY_SAME:
        things->count.same++;
        break;
    case IDENTITY_OLDER:
    case IDENTITY_OVER:
        things->count.older++;
        break;
    }
    for (uint32_t i = 0; i < identified.ended_count; i++)
        ended_say(things, report, identified.ended[i]);
    things->changed = things->changed || identified.ended_count > 0;
}

struct verdict things_take(struct things *things, const struct expression_source *source,
                           struct span cursor)
{
    struct tokens ids = { .count = 1 }, replaces = { .count = 0 };
    struct mapped mapped;
    int64_t version = 0;

    arena_reset(things->arena);
    struct verdict verdict = mapping_take(things->mapping, source, things->arena, &mapped);
    if (is_accepted(&verdict))
        verdict = tokens_read(things, source, "ids", &ids);
    if (is_accepted(&verdict))
        verdict = tokens_read(things, source, "replaces", &replaces);
    if (is_accepted(&verdict))
        verdict = version_read(things, source, &version);
    for (uint32_t i = 0; is_accepted(&verdict) && i < mapped.count; i++)
        if (mapped.reports[i].kind == REPORT_HAZARD)
            verdict = hazard_place(things, source, &mapped.reports[i].hazard);
    if (!is_accepted(&verdict))
        return verdict;
    if (mapped.count == 0)
        things->count.passed_over++;
    for (uint32_t i = 0; i < mapped.count; i++)
        report_take(things, &mapped.reports[i], &ids, &replaces, version,
                    i + 1 == mapped.count ? cursor : span_of(""));
    return verdict;
}

/* ---- refusing ---- */

static bool refused_before(struct things *things, const struct verdict *verdict,
                           struct span bytes)
{
    struct digest digest;

    digest_start(&digest);
    digest_bytes(&digest, bytes.bytes, bytes.length);
    digest_number(&digest, verdict->refusal);
    uint64_t seen = digest_end(&digest);
    uint32_t kept = things->refused_count < REFUSED_REMEMBERED ? things->refused_count
                                                               : REFUSED_REMEMBERED;
    for (uint32_t i = 0; i < kept; i++)
        if (things->refused[i] == seen)
            return true;
    things->refused[things->refused_count++ % REFUSED_REMEMBERED] = seen;
    return false;
}

void things_refuse(struct things *things, const struct verdict *verdict, struct span bytes)
{
    things->count.refused++;
    if (!refused_before(things, verdict, bytes))
        feed_refuse(things->feed, verdict, bytes, span_of(""));
}
