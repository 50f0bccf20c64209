#include "feeds/cap_alert.h"

#include <math.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"
#include "feeds/ring.h"
#include "feeds/time_format.h"
#include "feeds/xml.h"

#define VOCABULARY_DEFINED(name_, LIST)                                       \
    static const char *const name_##_list[] = { LIST(VOCABULARY_WORD) };      \
    const struct vocabulary name_##_words = { .name = #name_,                 \
                                              .words = name_##_list,          \
                                              .count = ARRAY_COUNT(name_##_list) };
VOCABULARIES_OF_CAP(VOCABULARY_DEFINED)

/* What grows while one message is read. */
struct draft {
    struct arena *arena;
    const struct cap_codes *codes;
    struct cap_alert alert;
    struct cap_shape *shapes;           /* Room for CAP_SHAPES_MAX. */
    struct cap_shape info;              /* What the shapes of one info block share. */
};

static struct verdict refused_at(const struct xml_node *node, enum refusal refusal)
{
    return refused(refusal, node->offset, node->name);
}

/* ---- single elements ---- */

static struct verdict name_read(const struct xml_node *alert, const char *element,
                                const char **ret_name)
{
    const struct xml_node *node = xml_child(alert, element);

    if (!node || !node->text[0])
        return refused(REFUSED_FIELD_MISSING, alert->offset, element);
    if (strlen(node->text) > CAP_NAME_BYTES_MAX)
        return refused_at(node, REFUSED_TOO_LONG);
    *ret_name = node->text;
    return accepted();
}

static struct verdict word_read(const struct xml_node *parent, const char *element,
                                const struct vocabulary *words, uint32_t *ret_value)
{
    const struct xml_node *node = xml_child(parent, element);

    if (!node || !node->text[0])
        return refused(REFUSED_FIELD_MISSING, parent->offset, element);
    if (!vocabulary_value(words, span_of(node->text), ret_value))
        return refused_at(node, REFUSED_UNKNOWN_WORD);
    return accepted();
}

enum need { MAY_BE_ABSENT, MUST_BE_THERE };

/* An absent time is 0. CAP 1.2 section 3.3.2 forbids the zone "Z"; real feeds write it. */
static struct verdict time_read(const struct xml_node *parent, const char *element, enum need need,
                                int64_t *ret_at_ms)
{
    const struct xml_node *node = xml_child(parent, element);

    *ret_at_ms = 0;
    if ((!node || !node->text[0]) && need == MAY_BE_ABSENT)
        return accepted();
    if (!node || !node->text[0])
        return refused(REFUSED_FIELD_MISSING, parent->offset, element);
    if (!when_parse(span_of(node->text), ret_at_ms))
        return refused_at(node, REFUSED_NOT_A_TIME);
    /* Instants count from 1970, and 0 is "never". */
    return *ret_at_ms > 0 ? accepted() : refused_at(node, REFUSED_OUT_OF_RANGE);
}

static const char *clean(struct arena *arena, const char *raw, size_t bytes)
{
    char *text = arena_alloc(arena, bytes);
    text_clean(span_of(raw), text, bytes);
    return text;
}

/* ---- geometry ---- */

static bool blank_cut(struct span *rest, struct span *ret_word)
{
    *rest = span_trim(*rest);
    size_t length = 0;
    while (length < rest->length && !strchr(" \t\r\n", rest->bytes[length]))
        length++;
    if (length == 0)
        return false;
    *ret_word = span_from(rest->bytes, length);
    *rest = span_from(rest->bytes + length, rest->length - length);
    return true;
}

/* "lat,lon": the other way round than GeoJSON and shapefiles (CAP 1.2 section 3.2.4). */
static enum refusal pair_read(struct span pair, struct geo_point *ret_point)
{
    struct span lat, lon;

    if (!span_cut(&pair, ',', &lat) || !span_cut(&pair, ',', &lon) || pair.length)
        return REFUSED_NOT_A_NUMBER;
    if (!span_to_double(lat, &ret_point->lat_deg) || !span_to_double(lon, &ret_point->lon_deg))
        return REFUSED_NOT_A_NUMBER;
    return geo_plausible(*ret_point) ? REFUSED_NOT : REFUSED_OUT_OF_RANGE;
}

/* A polygon may be open in real data (the standard wants it closed): closing it adds nothing. Over
 * the date line it is two. */
static struct verdict polygon_read(const struct xml_node *node, struct arena *arena,
                                   struct geo_points ret_rings[2], uint32_t *ret_count,
                                   bool *ret_simplified)
{
    struct span rest = span_of(node->text), pair;
    size_t room = rest.length / 4 + 2;          /* "0,0 " is the shortest pair. */
    struct geo_points ring = { .at = arena_alloc(arena, room * sizeof *ring.at) };

    while (blank_cut(&rest, &pair)) {
        assert(ring.count + 1 < room);
        enum refusal refusal = pair_read(pair, &ring.at[ring.count++]);
        if (refusal != REFUSED_NOT)
            return refused_at(node, refusal);
    }
    uint32_t rings = ring.count ? ring_cut(&ring, arena, ret_rings) : 0;
    if (rings == 0)
        return refused_at(node, REFUSED_CONTRADICTION);
    for (uint32_t i = 0; i < rings; i++)
        *ret_simplified = ring_simplify(&ret_rings[i], REPORT_POINTS_MAX / 2 * (3 - rings))
                          || *ret_simplified;
    *ret_count = rings;
    return accepted();
}

/* "lat,lon radius", the radius in kilometres; 0 is a point (CAP 1.2 section 3.2.4). */
static struct verdict circle_read(const struct xml_node *node, struct geo_point *ret_center,
                                  double *ret_radius_m)
{
    static const double point_radius_m = 1;     /* A report's circle has a size. */
    struct span rest = span_of(node->text), pair, radius;
    double radius_km;

    if (!blank_cut(&rest, &pair) || !blank_cut(&rest, &radius) || span_trim(rest).length
        || !span_to_double(radius, &radius_km))
        return refused_at(node, REFUSED_NOT_A_NUMBER);
    enum refusal refusal = pair_read(pair, ret_center);
    if (refusal != REFUSED_NOT)
        return refused_at(node, refusal);
    if (!(radius_km >= 0 && radius_km <= 1000))
        return refused_at(node, REFUSED_OUT_OF_RANGE);
    *ret_center = geo_rounded(*ret_center);
    *ret_radius_m = fmax(radius_km * 1000, point_radius_m);
    return accepted();
}

/* ---- areas become shapes ---- */

static bool same_text(const char *left, const char *right)
{
    return strcmp(left, right) == 0;
}

static bool same_points(const struct geo_points *left, const struct geo_points *right)
{
    if (left->count != right->count)
        return false;
    for (uint32_t i = 0; i < left->count; i++)
        if (!geo_same(left->at[i], right->at[i]))
            return false;
    return true;
}

/* Two info blocks that differ only in what we do not report are one hazard. */
static bool same_shape(const struct cap_shape *left, const struct cap_shape *right)
{
    return same_text(left->event, right->event) && same_text(left->headline, right->headline)
           && same_text(left->text, right->text) && same_text(left->area, right->area)
           && left->severity == right->severity && left->effective_ms == right->effective_ms
           && left->expires_ms == right->expires_ms && geo_same(left->center, right->center)
           && (isnan(left->radius_m) || left->radius_m == right->radius_m)
           && same_points(&left->rings, &right->rings);
}

/* `from` is the element a refusal names. */
static struct verdict shape_add(struct draft *draft, const struct xml_node *from,
                                const struct cap_shape *shape)
{
    uint32_t *count = &draft->alert.shape_count;
    struct cap_shape added = *shape;

    /* A hazard is somewhere: it has an outline, or a place in words, or says that it has none. */
    if (added.rings.count == 0 && !geo_known(added.center) && !added.area[0])
        added.area = "area not given";
    for (uint32_t i = 0; i < *count; i++)
        if (same_shape(&draft->shapes[i], &added))
            return accepted();
    if (*count == CAP_SHAPES_MAX)
        return refused_at(from, REFUSED_TOO_LONG);
    draft->shapes[(*count)++] = added;
    return accepted();
}

/* Several polygons are their union (CAP 1.2 section 3.2.4), but rings in one report are even-odd,
 * which would make a hole where two overlap. So only rings whose boxes are apart go together. */
static bool rings_join(struct cap_shape *shape, const struct geo_points *ring)
{
    struct geo_box box = ring_box(ring), other = ring_box(&shape->rings);

    if (shape->rings.count + ring->count > REPORT_POINTS_MAX || boxes_touch(&box, &other))
        return false;
    memcpy(shape->rings.at + shape->rings.count, ring->at, ring->count * sizeof *ring->at);
    shape->rings.count += ring->count;
    return true;
}

/* Its points get room for all that may join them. */
static void rings_start(struct cap_shape *shape, const struct geo_points *ring,
                        struct arena *arena)
{
    assert(ring->count <= REPORT_POINTS_MAX);
    shape->rings.at = arena_alloc(arena, REPORT_POINTS_MAX * sizeof *shape->rings.at);
    shape->rings.count = ring->count;
    memcpy(shape->rings.at, ring->at, ring->count * sizeof *ring->at);
}

/* Goes on with `shape`, or hands it in and begins another. */
static struct verdict ring_add(struct draft *draft, const struct xml_node *area,
                               const struct cap_shape *plain, const struct geo_points *ring,
                               struct cap_shape *shape)
{
    struct verdict verdict = accepted();

    if (shape->rings.count && rings_join(shape, ring))
        return verdict;
    if (shape->rings.count) {
        verdict = shape_add(draft, area, shape);
        *shape = *plain;
    }
    rings_start(shape, ring, draft->arena);
    return verdict;
}

static struct verdict polygons_add(struct draft *draft, const struct xml_node *area,
                                   const struct cap_shape *plain)
{
    struct cap_shape shape = *plain;
    struct verdict verdict = accepted();

    for (const struct xml_node *node = xml_child(area, "polygon"); node; node = xml_again(node)) {
        struct geo_points rings[2];
        uint32_t count = 0;
        bool simplified = false;
        if (!node->text[0])
            continue;           /* Common: the area is then told by geocodes only. */
        verdict = polygon_read(node, draft->arena, rings, &count, &simplified);
        for (uint32_t i = 0; i < count && is_accepted(&verdict); i++)
            verdict = ring_add(draft, area, plain, &rings[i], &shape);
        if (!is_accepted(&verdict))
            return verdict;
        shape.simplified = shape.simplified || simplified;
    }
    return shape.rings.count ? shape_add(draft, area, &shape) : accepted();
}

static struct verdict circles_add(struct draft *draft, const struct xml_node *area,
                                  const struct cap_shape *plain)
{
    for (const struct xml_node *node = xml_child(area, "circle"); node; node = xml_again(node)) {
        struct cap_shape shape = *plain;
        if (!node->text[0])
            continue;
        struct verdict verdict = circle_read(node, &shape.center, &shape.radius_m);
        if (is_accepted(&verdict))
            verdict = shape_add(draft, area, &shape);
        if (!is_accepted(&verdict))
            return verdict;
    }
    return accepted();
}

static bool has_geometry(const struct xml_node *area)
{
    static const char *const elements[] = { "polygon", "circle" };

    for (size_t i = 0; i < ARRAY_COUNT(elements); i++)
        for (const struct xml_node *node = xml_child(area, elements[i]); node;
             node = xml_again(node))
            if (node->text[0])
                return true;
    return false;
}

/* Pairs in the order of the document: some put several into one element. */
static uint32_t geocodes_read(const struct xml_node *area, struct arena *arena,
                              struct cap_geocode *geocodes)
{
    uint32_t count = 0;

    for (const struct xml_node *node = xml_child(area, "geocode"); node; node = xml_again(node)) {
        const char *system = "";
        for (const struct xml_node *part = node->first; part; part = part->next) {
            if (strcmp(part->name, "valueName") == 0) {
                system = part->text;
                continue;
            }
            struct span rest = span_of(part->text), code;
            while (strcmp(part->name, "value") == 0 && count < CAP_GEOCODES_MAX
                   && blank_cut(&rest, &code))
                geocodes[count++] = (struct cap_geocode){ system, arena_copy(arena, code) };
        }
    }
    return count;
}

/* An area with geocodes only is where the site's layers say; else it is reported by its name. */
static struct verdict coded_area_add(struct draft *draft, const struct xml_node *area,
                                     struct cap_shape *shape)
{
    struct cap_geocode *geocodes = arena_alloc(draft->arena, CAP_GEOCODES_MAX * sizeof *geocodes);
    uint32_t count = draft->codes ? geocodes_read(area, draft->arena, geocodes) : 0;
    struct cap_joined joined;

    if (!count || !cap_codes_join(draft->codes, geocodes, count, draft->arena, &joined))
        return shape_add(draft, area, shape);
    shape->rings = joined.rings;
    shape->simplified = joined.simplified;
    if (joined.missing)
        shape->area = clean(draft->arena,
                            arena_print(draft->arena, "(%u of %u areas drawn) %s", joined.found,
                                        joined.found + joined.missing, shape->area),
                            CAP_AREA_BYTES);
    return shape_add(draft, area, shape);
}

static struct verdict area_read(struct draft *draft, const struct xml_node *area)
{
    struct cap_shape plain = draft->info;

    plain.area = clean(draft->arena, xml_child_text(area, "areaDesc"), CAP_AREA_BYTES);
    if (!has_geometry(area))
        return coded_area_add(draft, area, &plain);
    struct verdict verdict = polygons_add(draft, area, &plain);
    if (is_accepted(&verdict))
        verdict = circles_add(draft, area, &plain);
    return verdict;
}

/* ---- info blocks ---- */

static struct cap_shape shape_empty(void)
{
    return (struct cap_shape){ .event = "", .headline = "", .text = "", .area = "",
                               .center = geo_unknown(), .radius_m = NAN };
}

/* ---- when an event ends ---- */

/* "180816T1800Z"; all zeros mean "until further notice". */
static bool vtec_time_read(struct span text, int64_t *ret_at_ms)
{
    static const struct zone utc = { 0 };
    struct time_read read;

    if (span_is(text, "000000T0000Z") || !time_format_read("%y%m%dT%H%MZ", text, &utc, &read))
        return false;
    *ret_at_ms = read.first_ms;
    return true;
}

/* The end in a code such as /O.NEW.KTSA.FA.W.0009.180815T1805Z-180816T1800Z/ (NWS Instruction
 * 10-1703); 0: it names none. Several stand one after the other: the last end counts. */
static int64_t vtec_end_ms(struct span codes)
{
    int64_t last_ms = 0, end_ms;
    struct span code;

    while (blank_cut(&codes, &code)) {
        struct span field = code, rest = code;
        while (span_cut(&rest, '.', &field))
            continue;
        struct span begin;
        if (!span_cut(&field, '-', &begin) || field.length < 13 || field.bytes[12] != '/')
            continue;
        if (vtec_time_read(span_from(field.bytes, 12), &end_ms) && end_ms > last_ms)
            last_ms = end_ms;
    }
    return last_ms;
}

/* The value that follows a valueName; pairs may stand in one element or in one each. */
static const char *parameter_value(const struct xml_node *info, const char *name)
{
    bool named = false;

    for (const struct xml_node *node = xml_child(info, "parameter"); node; node = xml_again(node))
        for (const struct xml_node *part = node->first; part; part = part->next) {
            if (strcmp(part->name, "valueName") == 0)
                named = strcmp(part->text, name) == 0;
            else if (named && strcmp(part->name, "value") == 0)
                return part->text;
        }
    return "";
}

/* The US weather service's `expires` is when the message is to be replaced; when the event itself
 * ends stands in a parameter. 0: it does not say. */
static int64_t event_end_ms(const struct xml_node *info)
{
    int64_t at_ms;

    if (when_parse(span_of(parameter_value(info, "eventEndingTime")), &at_ms) && at_ms > 0)
        return at_ms;
    return vtec_end_ms(span_of(parameter_value(info, "VTEC")));
}

/* Absent `effective` is `sent` (CAP 1.2 section 3.2.2); an end before the start (seen in real
 * feeds) leaves the start unsaid, so that the end still counts. */
static struct verdict times_read(struct draft *draft, const struct xml_node *info)
{
    struct cap_shape *shape = &draft->info;
    int64_t sent_ms = draft->alert.name.sent_ms;
    struct verdict verdict = time_read(info, "effective", MAY_BE_ABSENT, &shape->effective_ms);

    if (is_accepted(&verdict))
        verdict = time_read(info, "expires", MAY_BE_ABSENT, &shape->expires_ms);
    if (!is_accepted(&verdict))
        return verdict;
    if (shape->effective_ms == 0)
        shape->effective_ms = sent_ms;
    int64_t ends_ms = event_end_ms(info);
    if (ends_ms)
        shape->expires_ms = ends_ms;
    if (shape->expires_ms == 0) {
        shape->expires_ms = sent_ms + CAP_EXPIRY_ASSUMED_MS;
        shape->expiry_assumed = true;
    }
    if (shape->effective_ms > shape->expires_ms)
        shape->effective_ms = 0;
    return accepted();
}

static const char *info_text(struct arena *arena, const struct xml_node *info)
{
    const char *description = xml_child_text(info, "description");
    const char *instruction = xml_child_text(info, "instruction");

    return clean(arena, arena_print(arena, "%s %s", description, instruction), CAP_TEXT_BYTES);
}

/* "The subject event no longer poses a threat" (CAP 1.2 section 3.2.2): it stands nowhere. */
static bool is_all_clear(const struct xml_node *info)
{
    for (const struct xml_node *node = xml_child(info, "responseType"); node;
         node = xml_again(node))
        if (strcmp(node->text, "AllClear") == 0)
            return true;
    return false;
}

/* Of the elements an info must have, those are asked for that we use; a warning that lacks
 * `certainty` still warns. */
static struct verdict info_read(struct draft *draft, const struct xml_node *info)
{
    struct cap_shape *shape = &draft->info;
    uint32_t severity;

    *shape = shape_empty();
    shape->event = clean(draft->arena, xml_child_text(info, "event"), CAP_EVENT_BYTES);
    shape->headline = clean(draft->arena, xml_child_text(info, "headline"), CAP_HEADLINE_BYTES);
    shape->text = info_text(draft->arena, info);
    if (!shape->event[0])
        return refused(REFUSED_FIELD_MISSING, info->offset, "event");
    struct verdict verdict = word_read(info, "severity", &severity_words, &severity);
    if (is_accepted(&verdict))
        verdict = times_read(draft, info);
    if (!is_accepted(&verdict))
        return verdict;
    shape->severity = (enum severity)severity;
    if (is_all_clear(info))
        return accepted();
    const struct xml_node *area = xml_child(info, "area");
    if (!area)
        return shape_add(draft, info, shape);
    for (; area; area = xml_again(area)) {
        verdict = area_read(draft, area);
        if (!is_accepted(&verdict))
            return verdict;
    }
    return accepted();
}

/* RFC 3066 tags; absent is en-US (CAP 1.2 section 3.2.2). */
static const char *info_language(const struct xml_node *info)
{
    const char *language = xml_child_text(info, "language");
    return language[0] ? language : "en-US";
}

static bool language_fits(const char *wanted, const char *language)
{
    size_t length = strlen(wanted);

    return strlen(language) >= length && (language[length] == '\0' || language[length] == '-')
           && text_same_ignoring_case(span_of(wanted), span_from(language, length));
}

/* The language whose info blocks are read: all of them, for they may be phases or parts. */
static const char *language_choose(const struct xml_node *alert, const char *wanted)
{
    const struct xml_node *first = xml_child(alert, "info");

    for (const struct xml_node *info = first; info && wanted[0]; info = xml_again(info))
        if (language_fits(wanted, info_language(info)))
            return info_language(info);
    return first ? info_language(first) : "";
}

static struct verdict infos_read(struct draft *draft, const struct xml_node *alert,
                                 const char *wanted)
{
    const char *language = language_choose(alert, wanted);
    struct verdict verdict = accepted();

    for (const struct xml_node *info = xml_child(alert, "info"); info; info = xml_again(info)) {
        if (!text_same_ignoring_case(span_of(info_language(info)), span_of(language)))
            continue;
        verdict = info_read(draft, info);
        if (!is_accepted(&verdict))
            return verdict;
    }
    return verdict;
}

/* An alert may come without any info (CAP 1.2 section 3.2.1): that there is one is all it says. */
static struct verdict bare_alert_add(struct draft *draft, const struct xml_node *alert)
{
    struct cap_shape shape = shape_empty();

    if (xml_child(alert, "info") || draft->alert.message > CAP_MESSAGE_UPDATE)
        return accepted();
    shape.event = "Alert";
    shape.headline = draft->alert.note;
    shape.effective_ms = draft->alert.name.sent_ms;
    shape.expires_ms = shape.effective_ms + CAP_EXPIRY_ASSUMED_MS;
    shape.expiry_assumed = true;
    return shape_add(draft, alert, &shape);
}

/* ---- references ---- */

static bool reference_read(struct arena *arena, struct span triple, struct cap_name *ret_name)
{
    struct span sender, identifier;

    if (!span_cut(&triple, ',', &sender) || !span_cut(&triple, ',', &identifier)
        || sender.length == 0 || identifier.length == 0 || sender.length > CAP_NAME_BYTES_MAX
        || identifier.length > CAP_NAME_BYTES_MAX || triple.length == 0
        || !when_parse(triple, &ret_name->sent_ms))
        return false;
    ret_name->sender = arena_copy(arena, sender);
    ret_name->identifier = arena_copy(arena, identifier);
    return true;
}

/* Cuts the next triple off: real feeds wrap lines inside one, after a comma. */
static bool triple_cut(struct arena *arena, struct span *rest, struct span *ret_triple)
{
    struct span word, more;

    if (!blank_cut(rest, &word))
        return false;
    while (word.bytes[word.length - 1] == ',' && word.length < 2 * CAP_NAME_BYTES_MAX
           && blank_cut(rest, &more))
        word = span_of(arena_print(arena, "%.*s%.*s", (int)word.length, word.bytes,
                                   (int)more.length, more.bytes));
    *ret_triple = word;
    return true;
}

/* "sender,identifier,sent" triples between blanks; an Update or Cancel needs at least one. */
static struct verdict references_read(struct draft *draft, const struct xml_node *alert)
{
    const struct xml_node *node = xml_child(alert, "references");
    struct span rest = span_of(node ? node->text : ""), triple;
    struct cap_name *names = arena_alloc(draft->arena, CAP_REFERENCES_MAX * sizeof *names);
    uint32_t count = 0;

    while (triple_cut(draft->arena, &rest, &triple)) {
        if (count == CAP_REFERENCES_MAX)
            return refused_at(node, REFUSED_TOO_LONG);
        if (!reference_read(draft->arena, triple, &names[count++]))
            return refused_at(node, REFUSED_BAD_SYNTAX);
    }
    enum cap_message message = draft->alert.message;
    if (count == 0 && (message == CAP_MESSAGE_UPDATE || message == CAP_MESSAGE_CANCEL))
        return refused(REFUSED_FIELD_MISSING, node ? node->offset : alert->offset, "references");
    draft->alert.references = names;
    draft->alert.reference_count = count;
    return accepted();
}

/* ---- the whole ---- */

static struct verdict head_read(struct draft *draft, const struct xml_node *alert)
{
    struct cap_alert *into = &draft->alert;
    uint32_t status = 0, message = 0, scope = 0;
    struct verdict verdict = name_read(alert, "identifier", &into->name.identifier);

    if (is_accepted(&verdict))
        verdict = name_read(alert, "sender", &into->name.sender);
    if (is_accepted(&verdict))
        verdict = time_read(alert, "sent", MUST_BE_THERE, &into->name.sent_ms);
    if (is_accepted(&verdict))
        verdict = word_read(alert, "status", &cap_status_words, &status);
    if (is_accepted(&verdict))
        verdict = word_read(alert, "msgType", &cap_message_words, &message);
    /* Without it nobody knows who may be told (CAP 1.2 section 3.2.1). */
    if (is_accepted(&verdict))
        verdict = word_read(alert, "scope", &cap_scope_words, &scope);
    into->status = (enum cap_status)status;
    into->message = (enum cap_message)message;
    into->scope = (enum cap_scope)scope;
    into->note = clean(draft->arena, xml_child_text(alert, "note"), CAP_HEADLINE_BYTES);
    return verdict;
}

struct verdict cap_alert_of(const struct xml_node *root, const char *language,
                            const struct cap_codes *codes, struct arena *arena,
                            struct cap_alert *ret_alert)
{
    struct draft draft = { .arena = arena, .codes = codes };

    if (strcmp(root->name, "alert") != 0)
        return refused_at(root, REFUSED_UNSUPPORTED);
    draft.shapes = arena_alloc(arena, CAP_SHAPES_MAX * sizeof *draft.shapes);
    draft.alert.shapes = draft.shapes;
    struct verdict verdict = head_read(&draft, root);
    if (is_accepted(&verdict))
        verdict = references_read(&draft, root);
    if (is_accepted(&verdict))
        verdict = infos_read(&draft, root, language);
    if (is_accepted(&verdict))
        verdict = bare_alert_add(&draft, root);
    if (is_accepted(&verdict))
        *ret_alert = draft.alert;
    return verdict;
}

struct verdict cap_alert_read(struct span message, const char *language, struct arena *arena,
                              struct cap_alert *ret_alert)
{
    const struct xml_node *root = NULL;
    struct verdict verdict = xml_parse(message, arena, &root);

    return is_accepted(&verdict) ? cap_alert_of(root, language, NULL, arena, ret_alert) : verdict;
}
