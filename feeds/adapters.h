/* adapters.h - the table of adapters: one file and one row each.
 *
 * A new adapter is a row in adapters.c and a file with the functions the row names. Everything else
 * walks the table: --help, --describe, `watchdesk check`, the settings' check, the sandbox, the
 * tests. An adapter that only reads a source needs `start` and `now`. */
#ifndef FEEDS_ADAPTERS_H
#define FEEDS_ADAPTERS_H

#include "feeds/feed.h"

#define SETTING_KINDS(ROW)                                          \
    ROW(PATH,   "path")         /* A file or folder; the sandbox lets it be read. */ \
    ROW(TEXT,   "text")                                                             \
    ROW(NUMBER, "number")       /* 0 to 2^32 - 1, so that a count of it is one. */  \
    ROW(FLAG,   "flag")         /* yes or no. */                                    \
    ROW(SECRET, "secret")       /* Given under `secrets`: a file that only its owner reads. */

#define ROW(upper, word) SETTING_##upper,
enum setting_kind { SETTING_KINDS(ROW) SETTING_KIND_COUNT };
#undef ROW

enum setting_need { SETTING_MAY, SETTING_NEEDED };

struct feed_setting {
    const char *name, *help;
    enum setting_kind kind;
    enum setting_need need;
    bool runs;                      /* A PATH that the sandbox also lets be executed. */
    bool many;                      /* It may be given several times. */
};

/* What becomes of an order when a crash leaves open whether it was sent (CONTRACTS section 5). */
enum adapter_repeat {
    REPEAT_SAFE,        /* Sent again: the protocol or the unit removes repeats by id. */
    REPEAT_ASK,         /* Never sent again unasked. */
};

/* Are the settings right as a whole, beyond what the table asks of each? Reads nothing but them
 * (feed->hello_json), so `watchdesk check` asks it too. False: `sentence` says what is wrong. */
typedef bool adapter_check_fn(const struct feed *feed, char *sentence, size_t sentence_bytes);
/* Prepares; may set feed->source_fd. False: it has logged why, and the process exits with 1. */
typedef bool adapter_start_fn(struct feed *feed);
/* A line of the hub that is neither hello nor now. */
typedef void adapter_line_fn(struct feed *feed, const struct hub_line *line);
/* Says everything that is due by feed->now_ms; returns when the next thing is due (FEED_NEVER for
 * nothing). An answer not after feed->now_ms means "called again at once": so a long log goes
 * out in pieces, between which the hub is heard. */
typedef int64_t adapter_now_fn(struct feed *feed);
/* feed->source_fd can be read. */
typedef void adapter_readable_fn(struct feed *feed);
/* Gives back what start took, also when that failed. */
typedef void adapter_stop_fn(struct feed *feed);

struct feed_adapter {
    const char *name;               /* Stable id: written in site.conf and into every entry. */
    const char *title;              /* What operators call it. */
    const char *format_source;      /* The document that defines the format. */
    const enum feed_verb *takes;    /* Orders it carries out; ends with FEED_VERB_UNSAID. */
    uint32_t stale_after_s;         /* Silence after which the feed shows STALE; 0: never. */
    size_t message_bytes_max;       /* Longer messages are refused, never cut. */
    enum adapter_repeat repeat;
    bool drill_clock;               /* Lives by the hub's time, so it may run in a drill. */
    bool drills_only;               /* Makes things up: never started live. */
    bool online;                    /* It needs the network; the others are kept off it. */
    const char *online_by;          /* The setting that makes it so; NULL: it always does. */
    bool any_secrets;               /* It passes on secrets of any name, to a program of others. */
    bool says_hello;                /* It says hello itself, when it knows what it takes. */
    const struct feed_setting *settings;        /* Ends with a row without a name. */
    const char *promise;            /* What its medium cannot promise; NULL: nothing to be said. */
    adapter_check_fn *check;        /* NULL: the table says all. */
    adapter_start_fn *start;
    adapter_line_fn *line;          /* NULL: it has no use for them. */
    adapter_now_fn *now;
    adapter_readable_fn *readable;  /* NULL: it sets no source_fd. */
    adapter_stop_fn *stop;
};

/* The rows; the last has no name. */
extern const struct feed_adapter feed_adapters[];
const struct feed_adapter *adapter_find(const char *name);      /* NULL: there is none. */

const char *setting_kind_word(enum setting_kind kind);
bool setting_flag_is_on(const char *text);

/* ---- settings against the table (adapter_settings.c) ---- */

const struct feed_setting *setting_find(const struct feed_adapter *adapter, const char *name);

/* Are the members `settings` and `secrets` of a hello what the adapter's table asks for? On false,
 * `sentence` says which is wrong and what to do. */
bool adapter_settings_right(const struct feed_adapter *adapter, const struct json *hello,
                            char *sentence, size_t sentence_bytes);
/* Adds the member "takes" to the object being written. */
void adapter_put_takes(const struct feed_adapter *adapter, struct buffer *out);

/* ---- the functions of the rows, each in the adapter's own file ---- */
adapter_start_fn jsonl_start, field_start, cap_start, calls_start, cot_start;
adapter_line_fn jsonl_line, field_line, cap_line, cot_line;
adapter_now_fn jsonl_now, field_now, cap_now, calls_now, cot_now;
adapter_readable_fn jsonl_readable, cot_readable;
adapter_stop_fn jsonl_stop, field_stop, cap_stop, calls_stop, cot_stop;
adapter_start_fn dc09_start;
adapter_line_fn dc09_line;
adapter_now_fn dc09_now;
adapter_readable_fn dc09_readable;
adapter_stop_fn dc09_stop;
adapter_check_fn geojson_check, webhook_check, calls_check, mqtt_check, dc09_check,
    cot_check;
adapter_start_fn webhook_start;
adapter_line_fn webhook_line;
adapter_now_fn webhook_now;
adapter_readable_fn webhook_readable;
adapter_stop_fn webhook_stop;
adapter_start_fn nmea_start;
adapter_now_fn nmea_now;
adapter_readable_fn nmea_readable;
adapter_stop_fn nmea_stop;
adapter_start_fn geojson_start;
adapter_now_fn geojson_now;
adapter_stop_fn geojson_stop;
adapter_start_fn mqtt_start;
adapter_line_fn mqtt_line;
adapter_now_fn mqtt_now;
adapter_readable_fn mqtt_readable;
adapter_stop_fn mqtt_stop;
adapter_check_fn exec_check, mail_check, record_check;
adapter_start_fn exec_start, mail_start;
adapter_line_fn exec_line, mail_line;
adapter_now_fn exec_now, mail_now;
adapter_readable_fn exec_readable, mail_readable;
adapter_stop_fn exec_stop, mail_stop;
adapter_start_fn record_start;
adapter_line_fn record_line;
adapter_now_fn record_now;
adapter_readable_fn record_readable;
adapter_stop_fn record_stop;

#endif
