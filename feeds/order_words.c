#include "feeds/order_words.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "app/base/when.h"

const char order_word_names[] =
    "order unit verb text expires incident type priority place lat lon details destination "
    "address subject";

static void put_clean(const char *text, struct buffer *out)
{
    char clean[2048];

    text_clean(span_of(text), clean, sizeof clean);
    buffer_add_text(out, clean);
}

static void put_time(int64_t at_ms, struct buffer *out)
{
    char text[WHEN_TEXT_BYTES];

    if (at_ms != 0)
        buffer_add_text(out, when_text(at_ms, text));
}

static void put_degrees(double degrees, struct geo_point point, struct buffer *out)
{
    if (geo_known(point))
        buffer_print(out, "%.6f", degrees);
}

static void put_number(uint32_t number, struct buffer *out)
{
    if (number != 0)
        buffer_print(out, "%" PRIu32, number);
}

/* One part of an order by its name. False: it has none of that name. */
static bool part_put(struct span name, const struct feed_order *order, const char *address,
                     struct buffer *out)
{
    const struct feed_incident *incident = &order->incident;
    const struct { const char *name, *text; } texts[] = {
        { "order", order->head.order },     { "unit", order->head.unit },
        { "verb", vocabulary_word(&feed_verb_words, order->head.verb) },
        { "text", order->head.text },       { "type", incident->type },
        { "place", incident->place },       { "details", incident->text },
        { "destination", order->destination.code },
        { "address", address },
    };

    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        if (!span_is(name, texts[i].name))
            continue;
        put_clean(texts[i].text ? texts[i].text : "", out);
        return true;
    }
    if (span_is(name, "expires"))
        put_time(order->head.expires, out);
    else if (span_is(name, "incident"))
        put_number(incident->number, out);
    else if (span_is(name, "priority"))
        put_number(incident->priority, out);
    else if (span_is(name, "lat"))
        put_degrees(incident->location.lat_deg, incident->location, out);
    else if (span_is(name, "lon"))
        put_degrees(incident->location.lon_deg, incident->location, out);
    else if (span_is(name, "subject"))
        order_subject(order, out);
    else
        return false;
    return true;
}

static bool is_named(struct span name)
{
    struct span rest = span_of(order_word_names), one;

    while (span_cut(&rest, ' ', &one))
        if (one.length == name.length && memcmp(one.bytes, name.bytes, name.length) == 0)
            return true;
    return false;
}

/* The next piece of a template: bytes as they are, or a name. False at its end. */
static bool piece_next(const char **at, struct span *ret_piece, bool *ret_is_name)
{
    const char *start = *at;

    *ret_is_name = false;
    if (start[0] == '\0')
        return false;
    if (start[0] == '{' && start[1] == '{') {
        *ret_piece = span_from(start, 1);
        *at = start + 2;
        return true;
    }
    const char *end = start[0] == '{' ? strchr(start, '}') : NULL;
    *ret_is_name = end != NULL;
    if (end) {
        *ret_piece = span_from(start + 1, (size_t)(end - start) - 1);
        *at = end + 1;
        return true;
    }
    size_t length = 1 + strcspn(start + 1, "{");
    *ret_piece = span_from(start, length);
    *at = start + length;
    return true;
}

bool order_template_right(const char *template, char *sentence, size_t sentence_bytes)
{
    struct span piece;
    bool is_name;

    for (const char *at = template; piece_next(&at, &piece, &is_name);) {
        if (!is_name || is_named(piece))
            continue;
        snprintf(sentence, sentence_bytes, "no order has \"{%.*s}\"; there are: %s",
                 (int)(piece.length < 60 ? piece.length : 60), piece.bytes, order_word_names);
        return false;
    }
    return true;
}

/* Never half a character, and visibly cut. */
static void keep_short(struct buffer *out, size_t start)
{
    if (out->length - start <= ORDER_WORDS_BYTES_MAX)
        return;
    char *short_text = base_alloc(1, ORDER_WORDS_BYTES_MAX);
    text_copy(short_text, ORDER_WORDS_BYTES_MAX, span_from(out->bytes + start,
                                                           out->length - start));
    out->length = start;
    buffer_add_text(out, short_text);
    base_free(short_text);
}

void order_fill(const char *template, const struct feed_order *order, const char *address,
                struct buffer *out)
{
    size_t start = out->length;
    struct span piece;
    bool is_name;

    for (const char *at = template; piece_next(&at, &piece, &is_name);) {
        if (!is_name)
            buffer_add(out, piece);
        else
            part_put(piece, order, address, out);
    }
    keep_short(out, start);
}

void order_subject(const struct feed_order *order, struct buffer *out)
{
    const struct feed_incident *incident = &order->incident;
    size_t start = out->length;

    buffer_add_text(out, vocabulary_word(&feed_verb_words, order->head.verb));
    for (size_t at = start; at < out->length; at++)
        out->bytes[at] = (char)toupper((unsigned char)out->bytes[at]);
    buffer_add_text(out, " ");
    put_clean(order->head.unit, out);
    if (incident->type[0] || incident->place[0])
        order_fill(": {type} {place}", order, "", out);
    if (incident->number)
        buffer_print(out, " #%" PRIu32, incident->number);
    if (incident->priority)
        buffer_print(out, " P%" PRIu32, incident->priority);
}

static void line_put(const char *label, const char *template, const struct feed_order *order,
                     struct buffer *out)
{
    struct buffer said = { 0 };

    order_fill(template, order, "", &said);
    if (span_trim(buffer_span(&said)).length > 0)
        buffer_print(out, "%s%s\n", label, said.bytes);
    buffer_clear(&said);
}

void order_body(const struct feed_order *order, struct buffer *out)
{
    order_subject(order, out);
    buffer_add_text(out, "\n");
    line_put("", "{text}", order, out);
    line_put("", "{details}", order, out);
    if (geo_known(order->incident.location))
        line_put("at ", "{lat},{lon}", order, out);
    line_put("to ", "{destination}", order, out);
    line_put("order ", "{order}", order, out);
    line_put("counts until ", "{expires}", order, out);
}
