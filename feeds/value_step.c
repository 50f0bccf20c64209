#include "feeds/value_step.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "feeds/time_format.h"

/* ---- what a step can be ---- */

struct word_row {
    enum { ROW_EXACT, ROW_START, ROW_END, ROW_PART, ROW_RANGE, ROW_ANY } kind;
    const char *pattern;
    double low, high;           /* RANGE: low <= x < high. */
    const char *result;         /* NULL: the value as it is. */
};

struct sum {
    char sign;                  /* * / + - */
    double number;
};

enum { SUMS_MAX = 8, ROWS_MAX = 256 };

typedef enum refusal step_fn(const struct value_step *step, struct arena *arena,
                             struct value *value);

struct value_step {
    step_fn *take;
    const struct unit *unit;
    struct sum sums[SUMS_MAX];
    uint32_t sum_count;
    struct word_row *rows;
    uint32_t row_count;
    const char *text;           /* Of a pattern, or what is searched. */
    const struct zone *zone;
};

static const struct unit {
    const char *word;
    enum measure measure;
    double factor, offset;      /* kept = number * factor + offset */
} units[] = {
    { "mps",   MEASURE_SPEED,  1,               0 },
    { "kmh",   MEASURE_SPEED,  1 / 3.6,         0 },
    { "mph",   MEASURE_SPEED,  0.44704,         0 },
    { "knots", MEASURE_SPEED,  1852.0 / 3600,   0 },
    { "fps",   MEASURE_SPEED,  0.3048,          0 },
    { "m",     MEASURE_LENGTH, 1,               0 },
    { "cm",    MEASURE_LENGTH, 0.01,            0 },
    { "mm",    MEASURE_LENGTH, 0.001,           0 },
    { "km",    MEASURE_LENGTH, 1000,            0 },
    { "ft",    MEASURE_LENGTH, 0.3048,          0 },
    { "yd",    MEASURE_LENGTH, 0.9144,          0 },
    { "mi",    MEASURE_LENGTH, 1609.344,        0 },
    { "nmi",   MEASURE_LENGTH, 1852,            0 },
    { "ms",    MEASURE_SPAN,   0.001,           0 },
    { "s",     MEASURE_SPAN,   1,               0 },
    { "min",   MEASURE_SPAN,   60,              0 },
    { "h",     MEASURE_SPAN,   3600,            0 },
    { "deg",   MEASURE_ANGLE,  1,               0 },
    { "rad",   MEASURE_ANGLE,  57.29577951308232, 0 },
    { "mil",   MEASURE_ANGLE,  360.0 / 6400,    0 },        /* NATO: 6,400 to the circle. */
    { "C",     MEASURE_TEMPERATURE, 1,          0 },
    { "F",     MEASURE_TEMPERATURE, 1 / 1.8,    -32 / 1.8 },
    { "K",     MEASURE_TEMPERATURE, 1,          -273.15 },
};

/* ---- quotes ---- */

static bool quote_opens(struct span text, size_t at)
{
    while (at > 0 && text.bytes[at - 1] == ' ')
        at--;
    return at == 0 || strchr(".[{|=,:>", text.bytes[at - 1]) != NULL;
}

/* From the quote at `at` to behind its end; `at + 1` when it is none. */
static size_t quotation_skip(struct span text, size_t at)
{
    size_t end = at + 1;

    if (!quote_opens(text, at))
        return end;
    for (; end < text.length; end++) {
        if (text.bytes[end] != '\'')
            continue;
        if (end + 1 == text.length || text.bytes[end + 1] != '\'')
            return end + 1;
        end++;
    }
    return at + 1;
}

bool unquoted_cut(struct span *rest, const char *separator, struct span *ret_part)
{
    size_t length = strlen(separator);

    if (!rest->bytes)
        return false;
    for (size_t at = 0; at + length <= rest->length;) {
        if (rest->bytes[at] == '\'') {
            at = quotation_skip(*rest, at);
            continue;
        }
        if (memcmp(rest->bytes + at, separator, length) == 0) {
            *ret_part = span_from(rest->bytes, at);
            *rest = span_from(rest->bytes + at + length, rest->length - at - length);
            return true;
        }
        at++;
    }
    *ret_part = *rest;
    *rest = (struct span){ 0 };
    return true;
}

const char *unquoted_text(struct span text, struct arena *arena)
{
    text = span_trim(text);
    if (text.length < 2 || text.bytes[0] != '\'' || quotation_skip(text, 0) != text.length)
        return arena_copy(arena, text);
    char *plain = arena_alloc(arena, text.length);
    size_t length = 0;
    for (size_t i = 1; i + 1 < text.length; i++) {
        plain[length++] = text.bytes[i];
        if (text.bytes[i] == '\'')
            i++;
    }
    return plain;
}

/* ---- what each does ---- */

static enum refusal unit_take(const struct value_step *step, struct arena *arena,
                              struct value *value)
{
    double number;

    (void)arena;
    if (!value_number(value, &number))
        return REFUSED_NOT_A_NUMBER;
    *value = value_of_number(number * step->unit->factor + step->unit->offset);
    return value->kind == VALUE_NUMBER ? REFUSED_NOT : REFUSED_OUT_OF_RANGE;
}

static enum refusal sums_take(const struct value_step *step, struct arena *arena,
                              struct value *value)
{
    double number;

    (void)arena;
    if (!value_number(value, &number))
        return REFUSED_NOT_A_NUMBER;
    for (uint32_t i = 0; i < step->sum_count; i++) {
        double by = step->sums[i].number;
        char sign = step->sums[i].sign;
        number = sign == '*' ? number * by : sign == '/' ? number / by
            : sign == '+' ? number + by : number - by;
    }
    *value = value_of_number(number);
    return value->kind == VALUE_NUMBER ? REFUSED_NOT : REFUSED_OUT_OF_RANGE;
}

static bool part_found(struct span text, struct span part)
{
    for (size_t at = 0; at + part.length <= text.length; at++)
        if (text_same_ignoring_case(span_from(text.bytes + at, part.length), part))
            return true;
    return false;
}

static bool row_fits(const struct word_row *row, const struct value *value, struct span text)
{
    struct span pattern = span_of(row->pattern);
    size_t length = pattern.length;
    double number;

    switch (row->kind) {
    case ROW_ANY:
        return true;
    case ROW_EXACT:
        return text_same_ignoring_case(text, pattern);
    case ROW_START:
        return text.length >= length
            && text_same_ignoring_case(span_from(text.bytes, length), pattern);
    case ROW_END:
        return text.length >= length
            && text_same_ignoring_case(span_from(text.bytes + text.length - length, length),
                                       pattern);
    case ROW_PART:
        return part_found(text, pattern);
    case ROW_RANGE:
        return value_number(value, &number) && number >= row->low && number < row->high;
    }
    return false;
}

static enum refusal rows_take(const struct value_step *step, struct arena *arena,
                              struct value *value)
{
    const char *text = value_text(value, arena);
    struct span word = span_trim(span_of(text ? text : ""));

    for (uint32_t i = 0; i < step->row_count; i++) {
        const struct word_row *row = &step->rows[i];
        if (!row_fits(row, value, word))
            continue;
        if (row->result)
            *value = value_of_text(row->result);
        return REFUSED_NOT;
    }
    *value = value_none();
    return REFUSED_NOT;
}

static enum refusal pattern_take(const struct value_step *step, struct arena *arena,
                                 struct value *value)
{
    const char *text = value_text(value, arena);
    struct time_read read;

    if (!text || !time_format_read(step->text, span_of(text), step->zone, &read))
        return REFUSED_NOT_A_TIME;
    *value = value_of_time(read.first_ms, read.last_ms);
    return REFUSED_NOT;
}

static enum refusal epoch_take(struct value *value, double ms)
{
    static const double ms_max = 253402300799999.0;         /* The end of the year 9999. */
    double number;

    if (!value_number(value, &number) || fabs(number * ms) > ms_max)
        return REFUSED_NOT_A_TIME;
    int64_t at_ms = (int64_t)floor(number * ms);
    *value = value_of_time(at_ms, at_ms);
    return REFUSED_NOT;
}

static enum refusal epoch_s_take(const struct value_step *step, struct arena *arena,
                                 struct value *value)
{
    (void)step;
    (void)arena;
    return epoch_take(value, 1000);
}

static enum refusal epoch_ms_take(const struct value_step *step, struct arena *arena,
                                  struct value *value)
{
    (void)step;
    (void)arena;
    return epoch_take(value, 1);
}

static enum refusal rfc3339_take(const struct value_step *step, struct arena *arena,
                                 struct value *value)
{
    int64_t at_ms;

    (void)step;
    (void)arena;
    if (value->kind != VALUE_TEXT || !value_time(value, &at_ms))
        return REFUSED_NOT_A_TIME;
    *value = value_of_time(at_ms, at_ms);
    return REFUSED_NOT;
}

enum side { BEFORE, AFTER };

static enum refusal side_take(const struct value_step *step, enum side side, struct arena *arena,
                              struct value *value)
{
    const char *text = value_text(value, arena);
    const char *found = text ? strstr(text, step->text) : NULL;

    if (!found) {
        *value = value_none();
        return REFUSED_NOT;
    }
    struct span part = side == BEFORE ? span_from(text, (size_t)(found - text))
                                      : span_of(found + strlen(step->text));
    *value = value_of_text(arena_copy(arena, span_trim(part)));
    return REFUSED_NOT;
}

static enum refusal before_take(const struct value_step *step, struct arena *arena,
                                struct value *value)
{
    return side_take(step, BEFORE, arena, value);
}

static enum refusal after_take(const struct value_step *step, struct arena *arena,
                               struct value *value)
{
    return side_take(step, AFTER, arena, value);
}

/* Where a number starts: a digit, with its sign or point. */
static const char *number_start(const char *text)
{
    const char *digit = strpbrk(text, "0123456789");

    if (!digit)
        return NULL;
    while (digit > text && strchr(".-+", digit[-1]))
        digit--;
    return digit;
}

static enum refusal first_number_take(const struct value_step *step, struct arena *arena,
                                      struct value *value)
{
    double number;

    (void)step;
    if (value_number(value, &number)) {
        *value = value_of_number(number);
        return REFUSED_NOT;
    }
    const char *text = value_text(value, arena);
    const char *start = text ? number_start(text) : NULL;
    if (!start)
        return REFUSED_NOT_A_NUMBER;
    for (size_t length = strspn(start, "0123456789+-.eE"); length > 0; length--)
        if (span_to_double(span_from(start, length), &number)) {
            *value = value_of_number(number);
            return REFUSED_NOT;
        }
    return REFUSED_NOT_A_NUMBER;
}

static enum refusal case_take(struct arena *arena, char from, char to, struct value *value)
{
    const char *text = value_text(value, arena);

    if (!text)
        return REFUSED_NOT;
    char *copy = (char *)arena_copy(arena, span_of(text));
    for (char *at = copy; *at; at++)
        if (*at >= from && *at <= to)
            *at ^= 0x20;
    *value = value_of_text(copy);
    return REFUSED_NOT;
}

static enum refusal upper_take(const struct value_step *step, struct arena *arena,
                               struct value *value)
{
    (void)step;
    return case_take(arena, 'a', 'z', value);
}

static enum refusal lower_take(const struct value_step *step, struct arena *arena,
                               struct value *value)
{
    (void)step;
    return case_take(arena, 'A', 'Z', value);
}

enum refusal value_step_take(const struct value_step *step, struct arena *arena,
                             struct value *value)
{
    return value->kind == VALUE_NONE ? REFUSED_NOT : step->take(step, arena, value);
}

/* ---- reading one ---- */

struct reading {
    struct span text;
    const struct value_step_options *options;
    struct arena *arena;
    struct value_step *step;
    char *sentence;
    size_t sentence_bytes;
};

#define WRONG(reading, ...) \
    (snprintf((reading)->sentence, (reading)->sentence_bytes, __VA_ARGS__), false)

static const char *measure_words(enum measure measure)
{
    switch (measure) {
    case MEASURE_SPEED:
        return "a speed, kept in metres per second";
    case MEASURE_LENGTH:
        return "a length, kept in metres";
    case MEASURE_SPAN:
        return "a span of time, kept in seconds";
    case MEASURE_ANGLE:
        return "an angle, kept in degrees";
    case MEASURE_TEMPERATURE:
        return "a temperature, kept in degrees Celsius";
    case MEASURE_ANY:
    case MEASURE_NONE:
        break;
    }
    return "no measure";
}

static bool unit_use(struct reading *reading, const struct unit *unit)
{
    enum measure measure = reading->options->measure;

    if (measure != MEASURE_ANY && measure != unit->measure)
        return WRONG(reading, "\"%s\" is the unit of %s; this field holds %s", unit->word,
                     measure_words(unit->measure), measure_words(measure));
    reading->step->unit = unit;
    reading->step->take = unit_take;
    return true;
}

/* "*0.1 +32"; false without a sentence when it is none of these. */
static bool sums_read(struct reading *reading)
{
    struct span rest = reading->text, part;
    struct value_step *step = reading->step;

    while (span_cut(&rest, ' ', &part)) {
        struct sum sum;
        if (part.length == 0)
            continue;
        sum.sign = part.bytes[0];
        if (!strchr("*/+-", sum.sign) || step->sum_count == SUMS_MAX
            || !span_to_double(span_from(part.bytes + 1, part.length - 1), &sum.number)
            || (sum.sign == '/' && sum.number == 0))
            return false;
        step->sums[step->sum_count++] = sum;
    }
    step->take = sums_take;
    return step->sum_count > 0;
}

/* "3..5", "3..", "..5". */
static bool range_read(const char *pattern, struct word_row *row)
{
    const char *dots = strstr(pattern, "..");

    if (!dots)
        return false;
    struct span low = span_from(pattern, (size_t)(dots - pattern)), high = span_of(dots + 2);
    row->low = -INFINITY;
    row->high = INFINITY;
    return (low.length || high.length) && (!low.length || span_to_double(low, &row->low))
        && (!high.length || span_to_double(high, &row->high));
}

static void pattern_place(struct reading *reading, struct span text, struct word_row *row)
{
    bool quoted = text.length && text.bytes[0] == '\'';
    const char *pattern = unquoted_text(text, reading->arena);
    size_t length = strlen(pattern);
    bool starts = !quoted && length && pattern[0] == '*';
    bool ends = !quoted && length > 1 && pattern[length - 1] == '*';

    row->pattern = pattern;
    if (!quoted && range_read(pattern, row))
        row->kind = ROW_RANGE;
    else if (starts && length == 1)
        row->kind = ROW_ANY;
    else
        row->kind = starts ? ends ? ROW_PART : ROW_END : ends ? ROW_START : ROW_EXACT;
    if (row->kind == ROW_PART || row->kind == ROW_END || row->kind == ROW_START)
        row->pattern = arena_copy(reading->arena, span_from(pattern + starts,
                                                            length - starts - ends));
}

static bool row_read(struct reading *reading, struct span text)
{
    struct value_step *step = reading->step;
    struct span pattern, result = text;

    unquoted_cut(&result, ":", &pattern);
    if (!result.bytes)
        return WRONG(reading, "\"%.*s\" is no row of a word table: WORD:OTHER",
                     (int)span_trim(text).length, span_trim(text).bytes);
    if (step->row_count == ROWS_MAX)
        return WRONG(reading, "a word table has at most %d rows", ROWS_MAX);
    struct word_row *row = &step->rows[step->row_count++];
    pattern_place(reading, span_trim(pattern), row);
    row->result = span_is(span_trim(result), "*") ? NULL
                                                  : unquoted_text(result, reading->arena);
    return true;
}

static uint32_t rows_at_most(struct span text)
{
    uint32_t count = 1;

    for (size_t i = 0; i < text.length; i++)
        count += text.bytes[i] == ',';
    return count < ROWS_MAX ? count : ROWS_MAX;
}

static bool rows_read(struct reading *reading)
{
    struct span rest = reading->text, row;

    reading->step->rows = arena_alloc(reading->arena, rows_at_most(reading->text)
                                                          * sizeof(struct word_row));
    reading->step->take = rows_take;
    while (unquoted_cut(&rest, ",", &row)) {
        struct span behind = row, part;
        unquoted_cut(&behind, "|", &part);
        if (behind.bytes)
            return WRONG(reading, "a | stands behind \"->\": alternatives go before it, or the "
                         "whole in { }");
        if (!row_read(reading, row))
            return false;
    }
    return true;
}

static bool pattern_read(struct reading *reading)
{
    const char *pattern = unquoted_text(reading->text, reading->arena);

    if (!time_format_known(pattern))
        return WRONG(reading, "the time pattern \"%s\" has a conversion that is not known here",
                     pattern);
    if (!time_format_is_zoned(pattern) && !reading->options->zone)
        return WRONG(reading, "the time pattern \"%s\" has no zone (%%z): the setting timezone "
                     "must say where that clock hangs", pattern);
    reading->step->text = pattern;
    reading->step->zone = reading->options->zone;
    reading->step->take = pattern_take;
    return true;
}

static const struct {
    const char *word;
    step_fn *take;
} word_steps[] = {
    { "epoch_s", epoch_s_take }, { "epoch_ms", epoch_ms_take }, { "rfc3339", rfc3339_take },
    { "number", first_number_take }, { "upper", upper_take }, { "lower", lower_take },
};

static bool word_step_find(struct reading *reading)
{
    for (size_t i = 0; i < ARRAY_COUNT(word_steps); i++)
        if (span_is(reading->text, word_steps[i].word)) {
            reading->step->take = word_steps[i].take;
            return true;
        }
    return false;
}

static const struct unit *unit_find(struct span word)
{
    for (size_t i = 0; i < ARRAY_COUNT(units); i++)
        if (span_is(word, units[i].word))
            return &units[i];
    return NULL;
}

static bool side_read(struct reading *reading, const char *word, step_fn *take)
{
    size_t length = strlen(word);

    if (!span_starts(reading->text, word))
        return false;
    reading->step->text = unquoted_text(span_from(reading->text.bytes + length,
                                                  reading->text.length - length),
                                        reading->arena);
    reading->step->take = take;
    return reading->step->text[0] != '\0';
}

static bool step_read(struct reading *reading)
{
    const struct unit *unit = unit_find(reading->text);

    if (reading->text.length == 0)
        return WRONG(reading, "nothing stands behind \"->\"");
    if (unit)
        return unit_use(reading, unit);
    if (word_step_find(reading) || side_read(reading, "before ", before_take)
        || side_read(reading, "after ", after_take) || sums_read(reading))
        return true;
    if (reading->text.bytes[0] == '%' || span_starts(reading->text, "'%"))
        return pattern_read(reading);
    if (memchr(reading->text.bytes, ':', reading->text.length))
        return rows_read(reading);
    return WRONG(reading, "\"%.*s\" is no step: there are word tables (Extreme:1, *:2), units (km, "
                 "mph, ...), *0.1 +32, epoch_s, epoch_ms, rfc3339, time patterns (%%d/%%m/%%Y), "
                 "before X, after X, number, upper, lower",
                 (int)(reading->text.length > 60 ? 60 : reading->text.length),
                 reading->text.bytes);
}

const struct value_step *value_step_read(struct span text,
                                         const struct value_step_options *options,
                                         struct arena *arena, char *ret_sentence,
                                         size_t sentence_bytes)
{
    struct reading reading = { .text = span_trim(text), .options = options, .arena = arena,
                               .step = arena_alloc(arena, sizeof(struct value_step)),
                               .sentence = ret_sentence, .sentence_bytes = sentence_bytes };

    return step_read(&reading) ? reading.step : NULL;
}
