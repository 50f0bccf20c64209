/* Goal: no payload makes the reader of ships' messages crash, and what it reads can be: on the
 * earth, texts of printable letters, speeds and courses in their range. */
#include <math.h>
#include <string.h>

#include "feeds/ais.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void text_check(const char *text)
{
    for (; *text; text++)
        assert(*text >= ' ' && *text <= '_');
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct ais_message message;
    char letters[AIS_PAYLOAD_BYTES_MAX + 40];

    if (length < 1 || length > sizeof letters)
        return 0;
    /* Half of the time any byte becomes a letter of the armour, so that the bits are reached. */
    for (size_t i = 1; i < length; i++) {
        uint8_t six = bytes[i] & 63;
        letters[i - 1] = bytes[0] & 1 ? (char)(six < 40 ? six + 48 : six + 56) : (char)bytes[i];
    }
    struct verdict verdict = ais_read(span_from(letters, length - 1), bytes[0] >> 1 & 7, &message);
    if (!is_accepted(&verdict))
        return 0;
    assert(message.mmsi <= 999999999);
    assert(!geo_known(message.location) || geo_plausible(message.location));
    assert(isnan(message.speed_mps) || (message.speed_mps >= 0 && message.speed_mps < 530));
    assert(isnan(message.course_deg) || (message.course_deg >= 0 && message.course_deg < 360));
    text_check(message.name);
    text_check(message.callsign);
    text_check(message.destination);
    text_check(message.text);
    return 0;
}
