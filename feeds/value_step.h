/* value_step.h - the steps behind "->" of an expression (expression.h): words into other words,
 * numbers into other units, texts into times. Pure. */
#ifndef FEEDS_VALUE_STEP_H
#define FEEDS_VALUE_STEP_H

#include "feeds/value.h"
#include "feeds/zone.h"

/* What a number is kept in; a unit of another kind is refused when the step is read. */
enum measure {
    MEASURE_ANY, MEASURE_NONE, MEASURE_SPEED, MEASURE_LENGTH, MEASURE_SPAN, MEASURE_ANGLE,
    MEASURE_TEMPERATURE,
};

struct value_step_options {
    enum measure measure;
    const struct zone *zone;            /* Of times without one; NULL: such a pattern is refused. */
};

struct value_step;                      /* Opaque; lives in the arena it was read into. */

/* NULL: it is no step; ret_sentence says why, and what there is. */
const struct value_step *value_step_read(struct span text,
                                         const struct value_step_options *options,
                                         struct arena *arena, char *ret_sentence,
                                         size_t sentence_bytes);

/* Changes *value. NONE stays NONE. Refusals: NOT_A_NUMBER, NOT_A_TIME, OUT_OF_RANGE. */
enum refusal value_step_take(const struct value_step *step, struct arena *arena,
                             struct value *value);

/* Cuts what stands before the first `separator` outside single quotes off the front of *rest; as
 * span_cut(). A quote opens only where a word begins, so that "Tukey's" is no quotation. */
bool unquoted_cut(struct span *rest, const char *separator, struct span *ret_part);
/* 'it''s' is it's; anything else, blanks aside, is itself. */
const char *unquoted_text(struct span text, struct arena *arena);

#endif
