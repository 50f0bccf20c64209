/* dc09_panel.h - an alarm panel as a test plays it: frames, plain and encrypted, over real sockets
 * of the loopback. */
#ifndef TESTS_DC09_PANEL_H
#define TESTS_DC09_PANEL_H

#include <sys/types.h>

#include "feeds/dc09_crypt.h"
#include "feeds/dc09_frame.h"

/* Appends LF ... CR around `body`, with its CRC and length. */
void panel_frame(const char *body, struct buffer *out);
/* `head` up to and with the bracket, then `plain` (from the account on) encrypted behind a pad. */
void panel_sealed(const char *head, const char *plain, const struct dc09_key *key,
                  struct buffer *out);
/* Sixteen letters A: the key of the captures. */
struct dc09_key panel_key(void);

enum panel_way { PANEL_TCP, PANEL_UDP };
/* A connected socket; fails the assertion when nobody listens. */
int panel_connect(enum panel_way way, uint16_t port);
void panel_send(int socket, struct span bytes);
/* What comes within `wait_ms`, up to a CR (or a keep-alive's quote); "" when nothing does, and
 * "gone" when the other side hung up. A loan until the next call. */
const char *panel_hear(int socket, int wait_ms);

#endif
