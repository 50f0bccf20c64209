#include "feeds/reading.h"

#include <math.h>

void reading_init(struct reading *reading)
{
    *reading = (struct reading){ .name = span_of(""), .unit = "",
                                 .sample = { .value = NAN, .word = span_of("") },
                                 .location = geo_unknown() };
}

bool reading_from_json(const struct json *json, struct sample *ret_sample)
{
    bool flag;

    if (json_number(json, &ret_sample->value)) {
        ret_sample->word = span_of("");
        return true;
    }
    if (json_text(json)) {
        *ret_sample = sample_of(span_of(json_text(json)), ret_sample->at_ms);
        return true;
    }
    if (!json_flag(json, &flag))
        return false;
    ret_sample->value = NAN;
    ret_sample->word = span_of(flag ? "true" : "false");
    return true;
}
