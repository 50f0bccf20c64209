#include "app/base/verdict.h"

#include <stdio.h>
#include <string.h>

#define ROW(upper, text) [REFUSED_##upper] = text,
static const char *const refusal_texts[REFUSAL_COUNT] = { REFUSALS(ROW) };
#undef ROW

const char *refusal_text(enum refusal refusal)
{
    assert(refusal < REFUSAL_COUNT);
    return refusal_texts[refusal];
}

struct verdict accepted(void)
{
    return (struct verdict){ .refusal = REFUSED_NOT };
}

struct verdict refused(enum refusal refusal, size_t offset, const char *field)
{
    struct verdict verdict = { .refusal = refusal, .offset = offset };

    assert(refusal != REFUSED_NOT);
    snprintf(verdict.field, sizeof verdict.field, "%s", field);
    return verdict;
}

bool is_accepted(const struct verdict *verdict)
{
    return verdict->refusal == REFUSED_NOT;
}

const char *verdict_sentence(const struct verdict *verdict, char *text, size_t text_bytes)
{
    snprintf(text, text_bytes, "%s%s%s (at byte %zu)", verdict->field,
             verdict->field[0] ? ": " : "", refusal_text(verdict->refusal), verdict->offset);
    return text;
}
