/* dc09_accounts.h - the accounts a receiver knows: their keys, how often each must be heard, where
 * they are, and where their zones are.
 *
 * Each line is words (words.h), in the settings `account` and `zone` or in a file whose lines
 * start with those words:
 *
 *     account 1234 supervise=180 grace=60 place='5 High Street' at=51.2205,-4.0925 plain=yes
 *     zone 1234 5 place='5 High Street, kitchen' at=51.2205,-4.0926 condition=GAS priority=1
 *
 * An account is the number its panel sends; L77/1234, R3/1234 and R3/L77/1234 name it on one line
 * or receiver only, and go before. Keys come from a secret, one a line: `1234 hex 0011...` or
 * `1234 raw SixteenLettersOK`; the account * is for all that have no key of their own. The key text
 * does not say which of the two it is, so its line must. An account with a key is heard encrypted
 * only, unless plain=yes. Times are hub time, ms. Pure. */
#ifndef FEEDS_DC09_ACCOUNTS_H
#define FEEDS_DC09_ACCOUNTS_H

#include "app/base/geo.h"
#include "app/base/json.h"
#include "feeds/dc09_crypt.h"
#include "feeds/dc09_frame.h"

enum {
    DC09_ACCOUNTS_MAX = 20000,          /* [K] A receiver's line cards serve fewer. */
    DC09_ZONES_MAX = 100000,
    DC09_ACCOUNT_BYTES = 40,
    /* A cursor's line must fit a report line; accounts over it start their time anew. */
    DC09_CURSOR_BYTES_MAX = 40000,
};

/* Is it heard as often as it must be? */
enum dc09_supervision {
    DC09_UNSAID,                /* Nothing was said of it since the start. */
    DC09_REPORTING,
    DC09_SILENT,                /* The alarm stands. */
};

struct dc09_account {
    char name[DC09_ACCOUNT_BYTES];
    struct dc09_key key;
    bool plain;                 /* Taken in plain text too, though it has a key. */
    int64_t supervise_ms;       /* 0: not supervised. */
    int64_t grace_ms;
    const char *place;
    struct geo_point location;
    int64_t heard_ms;           /* Last, or since when it is waited for. */
    enum dc09_supervision supervision;
    bool listed;
};

struct dc09_zone {
    char account[DC09_ACCOUNT_BYTES];
    uint32_t number, priority;  /* 0: what the code says. */
    const char *place, *condition;
    struct geo_point location;
};

struct dc09_accounts;
struct dc09_accounts *dc09_accounts_new(void);
void dc09_accounts_free(struct dc09_accounts *accounts);

enum dc09_line_kind { DC09_LINE_ACCOUNT, DC09_LINE_ZONE };
/* One setting's text. False: `sentence` says what is wrong with it. */
bool dc09_accounts_add(struct dc09_accounts *accounts, enum dc09_line_kind kind, struct span text,
                       char *sentence, size_t sentence_bytes);
/* The lines of a file; empty ones and those that start with # are passed over. */
bool dc09_accounts_file(struct dc09_accounts *accounts, struct span text, char *sentence,
                        size_t sentence_bytes);
/* The secret; its sentences never hold a key. */
bool dc09_accounts_keys(struct dc09_accounts *accounts, struct span text, char *sentence,
                        size_t sentence_bytes);
/* After the last line: sorts, gives every listed account its key, starts all clocks at `now_ms`. */
bool dc09_accounts_finish(struct dc09_accounts *accounts, int64_t now_ms, char *sentence,
                          size_t sentence_bytes);

/* Never NULL: one that nobody listed is the account `*` (its `listed` is false). `receiver` and
 * `line` are as sent, with their letters. */
struct dc09_account *dc09_account_find(struct dc09_accounts *accounts, struct span receiver,
                                       struct span line, struct span number);
/* NULL: nothing was said of that zone. */
const struct dc09_zone *dc09_zone_find(const struct dc09_accounts *accounts, const char *account,
                                       uint32_t number);

/* Is any account listed? Then one that is not is a stranger. */
bool dc09_accounts_listed(const struct dc09_accounts *accounts);

/* ---- supervision ---- */
/* The next account whose time has run out by `now_ms` and of which that was not said: its alarm
 * now stands. NULL: there is none; *ret_next_ms is when the next may be due (INT64_MAX: never). */
struct dc09_account *dc09_account_due(struct dc09_accounts *accounts, int64_t now_ms,
                                      int64_t *ret_next_ms);
/* It was heard. True: a report that it is heard again must be made. */
bool dc09_account_heard(struct dc09_accounts *accounts, struct dc09_account *account,
                        int64_t now_ms);
uint32_t dc09_accounts_supervised(const struct dc09_accounts *accounts);
/* Appends a cursor: how long each has been silent, as a JSON object. */
void dc09_accounts_cursor(const struct dc09_accounts *accounts, int64_t now_ms,
                          struct buffer *out);
/* Takes it back. The time in which nobody listened counts for no account. */
void dc09_accounts_restore(struct dc09_accounts *accounts, const struct json *cursor,
                           int64_t now_ms);

#endif
