/* wire.h - what the hub and its clients (consoles, `do`, `show`, `why`) say to each other: JSON
 * lines over the site's Unix socket.
 *
 *     client                                          hub
 *     {"hello":1,"wire":1,"program":"console",
 *      "as":"KIM","join":true}                     -> {"hello":1,"wire":1,"site":"PM",...}
 *                                                     or {"refused":"a sentence"}, then the end
 *                                                  -> with join: the lines of picture_dump(), then
 *                                                     {"past":613,...} (the last entries in it, for
 *                                                     the log), then
 *                                                     {"joined":812,"digest":"9f0c..."}
 *                                                  -> {"entry":813,...} (entry.h), each in turn
 *                                                  -> {"beat":NOW-MS,...} each second of wall time
 *     {"do":"d 42 E7","saw":812,"ref":7}           -> {"result":"OK","ref":7,"sequence":814,
 *                                                      "text":"..."}
 *     {"show":"incidents","json":false,"ref":8}    -> {"shown":["line",...],"ref":8,"sequence":814}
 *                                                     or {"error":"a sentence","ref":8}; with
 *                                                     "at":"14:32" the picture as it was then
 *     {"why":"E7","ref":9}                         -> {"chain":[{...},...],"ref":9,"sequence":814}
 *     {"look":{"ask":"place",...},"ref":10}        -> {"looked":{...},"ref":10}
 *                                                     (maps/geo_service.h, app/look.h)
 *     {"stop":true,"ref":11}                       -> {"stopping":true,"ref":11}, then the end
 *
 * The member that names a line stands first in it. `ref` is the client's own number, given back.
 * Everything the hub sends is durable first: a result says OK when its entry is on the disk, and an
 * entry never comes before it is. A command that needs geography is answered when its answer came,
 * so results may come in another order than the commands. A line the hub cannot read is answered
 * with {"error":...}; it never ends the connection. A client that falls over WIRE_BEHIND_BYTES_MAX
 * behind loses what was queued for it and is told {"joined again":true}: a new dump follows, with
 * `joined`, and takes the place of its picture. A client that joined must not answer anything. */
#ifndef APP_CORE_WIRE_H
#define APP_CORE_WIRE_H

#include "app/base/fields.h"

enum {
    WIRE_VERSION = 1,
    /* A typed line is 2,000 bytes; a look-up carries a place. */
    WIRE_CLIENT_LINE_BYTES_MAX = 16 * 1024,
    /* The largest entry is a configuration with every table full, about 6 MB. */
    WIRE_HUB_LINE_BYTES_MAX = 16 * 1024 * 1024,
    WIRE_BEHIND_BYTES_MAX = 4 * 1024 * 1024,        /* CONTRACTS section 7. */
    WIRE_BEAT_MS = 1000,
};

/* First line of a client. `as` empty: the only operator of the peer's user. With `read_only` no
 * name is needed and `do` is refused. */
#define WIRE_CLIENT_HELLO_FIELDS(F, R)           \
    F(R, NUMBER,  _, hello, NEEDED)              \
    F(R, NUMBER,  _, wire, NEEDED)               \
    F(R, STRING,  _, program, PLAIN)             \
    F(R, STRING,  _, as, PLAIN)                  \
    F(R, FLAG,    _, read_only, PLAIN)           \
    F(R, FLAG,    _, join, PLAIN)

/* The hub's answer. `role` is empty for a read-only client without a name. */
#define WIRE_HUB_HELLO_FIELDS(F, R)              \
    F(R, NUMBER,  _, hello, NEEDED)              \
    F(R, NUMBER,  _, wire, NEEDED)               \
    F(R, STRING,  _, site, NEEDED)               \
    F(R, STRING,  _, name, PLAIN)                \
    F(R, STRING,  _, mode, NEEDED)               \
    F(R, STRING,  _, exercise, PLAIN)            \
    F(R, STRING,  _, as, PLAIN)                  \
    F(R, STRING,  _, role, PLAIN)                \
    F(R, FLAG,    _, read_only, PLAIN)           \
    F(R, STRING,  _, folder, PLAIN)              \
    F(R, INSTANT, _, now, NEEDED)                \
    F(R, AMOUNT,  _, sequence, PLAIN)

/* The end of a dump: the picture just sent stands at this entry and has this digest, as 16
 * hexadecimal digits. */
#define WIRE_JOINED_FIELDS(F, R)                 \
    F(R, AMOUNT,  _, joined, NEEDED)             \
    F(R, STRING,  _, digest, NEEDED)

/* `result` is a word of command_result_words. `sequence` is the entry, 0 when none was made (a line
 * that could not be taken at all). */
#define WIRE_RESULT_FIELDS(F, R)                 \
    F(R, STRING,  _, result, NEEDED)             \
    F(R, AMOUNT,  _, ref, PLAIN)                 \
    F(R, AMOUNT,  _, sequence, PLAIN)            \
    F(R, STRING,  _, text, PLAIN)

/* Hub time, and what is no entry because it decides nothing. `speed` is how fast hub time runs
 * against the wall: 1 live, 60 in a drill at that speed, 0 while it stands still. `journal` is
 * "failing" while nothing can be made durable. "feeds" is a list of wire_feed, only those whose
 * counters have changed since the last beat. */
#define WIRE_BEAT_FIELDS(F, R)                   \
    F(R, INSTANT, _, beat, NEEDED)               \
    F(R, AMOUNT,  _, sequence, PLAIN)            \
    F(R, DECIMAL, _, speed, PLAIN)               \
    F(R, NUMBER,  _, consoles, PLAIN)            \
    F(R, STRING,  _, journal, PLAIN)
/* Since the hub started: lines read, those that went into the queue, equal to the last with their
 * id, locations dropped for a newer one of the same unit, refused (and why, counted in words), lost
 * by its own count, starts of the adapter. Now: since when its process is up (0: it is down), lines
 * a second, how late it is at most by the source's own times, and how many wait undecided. */
#define WIRE_FEED_FIELDS(F, R)                   \
    F(R, STRING,  _, feed, NEEDED)               \
    F(R, AMOUNT,  _, lines, PLAIN)               \
    F(R, AMOUNT,  _, accepted, PLAIN)            \
    F(R, AMOUNT,  _, repeated, PLAIN)            \
    F(R, AMOUNT,  _, superseded, PLAIN)          \
    F(R, AMOUNT,  _, refused, PLAIN)             \
    F(R, AMOUNT,  _, lost, PLAIN)                \
    F(R, AMOUNT,  _, starts, PLAIN)              \
    F(R, INSTANT, _, up, PLAIN)                  \
    F(R, DECIMAL, _, rate, PLAIN)                \
    F(R, AMOUNT,  _, lag_ms, PLAIN)              \
    F(R, NUMBER,  _, waiting, PLAIN)             \
    F(R, STRING,  _, why, PLAIN)

/* One link of a `why`, oldest first: entry and place in it, when, who or what said it, what was
 * decided in words, by which rule. `event` 0 is the input itself. */
#define WIRE_LINK_FIELDS(F, R)                   \
    F(R, AMOUNT,  _, sequence, NEEDED)           \
    F(R, NUMBER,  _, event, PLAIN)               \
    F(R, INSTANT, _, at, PLAIN)                  \
    F(R, STRING,  _, source, PLAIN)              \
    F(R, STRING,  _, rule, PLAIN)                \
    F(R, STRING,  _, sentence, PERSONAL)

#define WIRE_RECORDS(ROW)                        \
    ROW(CLIENT_HELLO, client_hello)              \
    ROW(HUB_HELLO, hub_hello)                    \
    ROW(JOINED, joined)                          \
    ROW(RESULT, result)                          \
    ROW(BEAT, beat)                              \
    ROW(FEED, feed)                              \
    ROW(LINK, link)

#define ROW(upper, lower)                                     \
    RECORD_STRUCT(wire_##lower, WIRE_##upper##_FIELDS);       \
    extern const struct record_shape wire_##lower##_shape;
WIRE_RECORDS(ROW)
#undef ROW

/* A whole line: "{members}\n". */
void wire_line_write(const struct record_shape *shape, const void *record, struct buffer *out);

#endif
