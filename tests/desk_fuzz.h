/* desk_fuzz.h - what every fuzzer of positions and ships asks of a line: the desk takes it, and its
 * reports are ones that the hub takes. */
#ifndef TESTS_DESK_FUZZ_H
#define TESTS_DESK_FUZZ_H

#include "feeds/nmea_desk.h"

/* A desk with units of all kinds. */
struct nmea_desk *desk_fuzz_new(void);
/* Gives it the line; adds what it says to the digest. */
void desk_fuzz_line(struct nmea_desk *desk, struct span line, struct digest *digest);

#endif
