/* tak_end.h - the other end of a TAK connection, in the hands of a test: a server's or a client's
 * socket on loopback, with deadlines. What comes is kept; a test waits for a text in it. */
#ifndef TESTS_TAK_END_H
#define TESTS_TAK_END_H

#include "app/base/buffer.h"

struct tak_end {
    int fd;
    struct buffer heard;        /* All that came, NULs included. */
    size_t seen;                /* Up to where tak_end_hear() has looked. */
};

/* Listens on 127.0.0.1; the port, and the descriptor. */
int tak_end_listen(uint16_t *ret_port);
/* Fails the running test when nobody connects in time. */
struct tak_end tak_end_accept(int listener);
struct tak_end tak_end_connect(uint16_t port);
/* True when it came, or not, and was closed in time without a word. */
bool tak_end_is_closed(struct tak_end *end);
void tak_end_close(struct tak_end *end);

void tak_end_say(struct tak_end *end, const char *text);
void tak_end_say_span(struct tak_end *end, struct span bytes);
/* Waits until `text` has come, behind what an earlier call waited for. */
void tak_end_hear(struct tak_end *end, const char *text);
/* Waits until so many bytes have come in all. */
void tak_end_hear_bytes(struct tak_end *end, size_t count);

/* Sends one datagram to 127.0.0.1. */
void tak_datagram(uint16_t port, struct span bytes);

#endif
