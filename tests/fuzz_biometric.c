/* Bytes, and what JSON is in them, are searched for names of a body's marks. */
#include <string.h>

#include "app/base/biometric.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    struct span bytes = span_from((const char *)data, length);
    char found[BIOMETRIC_NAME_BYTES] = "";
    struct json *json;

    biometric_bytes(bytes, found);
    assert(memchr(found, '\0', sizeof found));
    struct verdict verdict = json_parse(bytes, &json);
    if (is_accepted(&verdict)) {
        biometric_json(json, found);
        assert(memchr(found, '\0', sizeof found));
        json_free(json);
    }
    return 0;
}
