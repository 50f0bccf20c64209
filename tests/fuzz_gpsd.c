/* Goal: no line of JSON makes the reader of gpsd crash, and every report it leads to is one that
 * the hub takes. Method: the bytes as lines, given to a desk as a stream would. */
#include "tests/desk_fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct span rest = span_from((const char *)bytes, length), line;
    struct nmea_desk *desk = desk_fuzz_new();
    struct digest digest;

    digest_start(&digest);
    while (rest.length > 0 && span_cut(&rest, '\n', &line))
        desk_fuzz_line(desk, line, &digest);
    nmea_desk_free(desk);
    return 0;
}
