/* fuzz_places.c - any bytes as what a person types and as a line to watchdesk-geo. A place found is
 * clean, on the earth and honest about being exact; every line gets one line of JSON. */
#include <stdio.h>
#include <string.h>

#include "app/base/coordinates.h"
#include "app/base/grid.h"
#include "app/base/json.h"
#include "app/base/text.h"
#include "maps/geo_service.h"
#include "maps/places.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Two streets that cross and one without a number; lent to streets_new(), which copies. */
static struct streets *town_make(struct buffer *warnings)
{
    static const struct street_columns columns = { .name = "NAME", .left_from = "LF",
                                                   .left_to = "LT" };
    struct shape_field fields[] = { { .name = "NAME" }, { .name = "LF" }, { .name = "LT" } };
    const char *values[] = { "Quay St", "1", "99", "St Mary's Road", "2", "40", "5th Ave", "", "" };
    struct geo_point vertices[] = { { 50, -4 },        { 50, -3.99 },     { 49.99, -3.995 },
                                    { 50, -3.995 },    { 50.01, -3.995 }, { 50, -3.99 },
                                    { 50.01, -3.99 } };
    uint32_t record_part[] = { 0, 1, 2, 3 }, part_first[] = { 0, 2, 5, 7 };
    struct geo_box boxes[3] = { 0 };
    struct shapes shapes = { .kind = SHAPE_LINES, .record_count = 3, .part_count = 3,
                             .vertex_count = 7, .record_part = record_part,
                             .part_first = part_first, .vertices = vertices, .boxes = boxes,
                             .field_count = 3, .fields = fields, .values = values };

    return streets_new(&shapes, &columns, warnings);
}

static void places_hold(const struct place *found, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct span text = span_of(found[i].text);
        assert(utf8_valid_length(text) == text.length);
        assert(text.length > 0);
        assert(geo_plausible(found[i].point));
        assert(found[i].score >= 1);
        assert(found[i].score <= 100);
        assert(i == 0 || !found[i].exact);
        assert(i == 0 || found[i].score <= found[i - 1].score);
        assert(!found[i].exact || found[i].kind != PLACE_STREET);
    }
}

/* Made once, for the whole run. */
static const struct places *town(void)
{
    static struct places *places;
    struct buffer warnings = { 0 };

    if (places)
        return places;
    struct streets *streets = town_make(&warnings);
    places = places_new(streets, roads_new(streets, &warnings), NULL);
    places_close(places);
    buffer_clear(&warnings);
    return places;
}

/* Who writes down the place that was certain, and asks again, gets that place. */
static void written_holds(const struct place *found)
{
    struct place_ask ask = { .text = span_of(found->text), .near = geo_unknown() };
    struct place again;

    if (!found->exact)
        return;
    assert(places_ask(town(), &ask, &again, 1) == 1);
    assert(geo_distance_m(again.point, found->point) < 60 + found->radius_m);
    assert(again.kind == found->kind);
}

/* A grid reference of a point that was read names a square that holds it, however coarse: but for
 * the earth being no ball, as geo_distance_m() has it. */
static void grid_holds(struct geo_point point)
{
    char text[GRID_TEXT_BYTES];

    for (uint32_t digits = 1; digits <= GRID_DIGITS_MAX; digits++) {
        struct coordinates read;
        if (!grid_write(point, digits, text)[0])
            return;
        assert(coordinates_read(span_of(text), &read) == COORDINATES_READ);
        assert(geo_distance_m(point, read.point) <= read.radius_m * 1.006 + 1);
    }
}

/* Two names, either way round, say the same of where they meet. */
static void crossing_holds(struct span text)
{
    struct place_ask ask = { .near = geo_unknown() };
    char forth[160], back[160];
    struct place one, other;
    struct span left, right;
    int length = (int)(text.length < 60 ? utf8_valid_length(span_from(text.bytes, text.length))
                                        : utf8_valid_length(span_from(text.bytes, 60)));

    if (memchr(text.bytes, 0, (size_t)length) || memchr(text.bytes, ',', (size_t)length)
        || crossing_cut(text, &left, &right))
        return;                     /* Three streets, or a town: another question. */
    snprintf(forth, sizeof forth, "Quay St / %.*s", length, text.bytes);
    snprintf(back, sizeof back, "%.*s / Quay St", length, text.bytes);
    ask.text = span_of(forth);
    bool found = places_ask(town(), &ask, &one, 1) > 0 && one.kind == PLACE_CROSSING && one.exact;
    ask.text = span_of(back);
    if (!found || places_ask(town(), &ask, &other, 1) == 0 || other.kind != PLACE_CROSSING)
        return;
    assert(geo_distance_m(one.point, other.point) < 60);
}

static void text_asked(struct span text)
{
    struct place_ask ask = { .text = text, .near = { 50, -4 }, .radius_m = 100 };
    struct place found[8];
    struct coordinates read;

    if (coordinates_read(text, &read) == COORDINATES_READ)
        grid_holds(read.point);
    if (text.length)
        crossing_holds(text);

    uint32_t count = places_ask(town(), &ask, found, 8);
    places_hold(found, count);
    if (count)
        written_holds(&found[0]);
    ask.asking = PLACE_ASK_TYPING;
    ask.near = geo_unknown();
    places_hold(found, places_ask(town(), &ask, found, 8));
}

static void line_asked(struct span text)
{
    struct geo_service *service = geo_service_new();
    struct line hello = { .text = span_of("{\"hello\":1}") }, line = { .text = text };
    struct buffer out = { 0 };
    struct json *json = NULL;

    geo_service_answer(service, &hello, &out);
    buffer_reset(&out);
    geo_service_answer(service, &line, &out);
    if (out.length) {
        assert(memchr(out.bytes, '\n', out.length) == out.bytes + out.length - 1);
        struct verdict verdict = json_parse(span_trim(buffer_span(&out)), &json);
        assert(is_accepted(&verdict));
        json_free(json);
    }
    buffer_clear(&out);
    geo_service_free(service);
}

/* The hub sends valid UTF-8 only: json_parse() refuses the rest before anything here sees it. A
 * line that names files would make the fuzzer read this machine. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span bytes = span_from((const char *)data, size);
    struct span text = span_from(bytes.bytes, utf8_valid_length(bytes));
    char *line = base_alloc(size + 1, 1);

    if (size)
        memcpy(line, data, size);
    text_asked(text);
    if (!strstr(line, "file") && !strstr(line, "\\u"))
        line_asked(bytes);
    base_free(line);
    return 0;
}
