#include "feeds/dc09_accounts.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "feeds/words.h"

/* Keys before they are given to their accounts. */
struct named_key {
    char name[DC09_ACCOUNT_BYTES];
    struct dc09_key key;
};

struct dc09_accounts {
    struct dc09_account *accounts;      /* By name, once finished. */
    struct dc09_zone *zones;            /* By account and number, once finished. */
    struct named_key *keys;
    uint32_t account_count, account_capacity, zone_count, zone_capacity, key_count, key_capacity;
    uint32_t sorted_count;              /* Accounts that can be looked up. */
    struct dc09_account unlisted;
    int64_t next_due_ms;                /* No account is due before. */
    struct arena *arena;
};

struct dc09_accounts *dc09_accounts_new(void)
{
    struct dc09_accounts *accounts = base_alloc(1, sizeof *accounts);

    accounts->arena = arena_new();
    accounts->unlisted = (struct dc09_account){ .name = "*", .place = "",
                                                .location = geo_unknown() };
    return accounts;
}

void dc09_accounts_free(struct dc09_accounts *accounts)
{
    if (!accounts)
        return;
    base_free(accounts->accounts);
    base_free(accounts->zones);
    base_free(accounts->keys);
    arena_free(accounts->arena);
    base_free(accounts);
}

/* ---- lines ---- */

/* In capitals, as panels write their hexadecimal. False: it is no account's name. */
static bool name_read(struct span text, char *ret_name)
{
    if (text.length == 0 || text.length >= DC09_ACCOUNT_BYTES)
        return false;
    for (size_t i = 0; i < text.length; i++) {
        if (!isalnum((unsigned char)text.bytes[i]) && !strchr("*/", text.bytes[i]))
            return false;
        ret_name[i] = (char)toupper((unsigned char)text.bytes[i]);
    }
    ret_name[text.length] = '\0';
    return true;
}

static bool location_read(struct span text, struct geo_point *ret_location)
{
    struct span lat;
    struct geo_point point = geo_unknown();

    if (!span_cut(&text, ',', &lat) || !span_to_double(lat, &point.lat_deg)
        || !span_to_double(text, &point.lon_deg) || !geo_plausible(point))
        return false;
    *ret_location = geo_rounded(point);
    return true;
}

static bool seconds_read(struct span text, int64_t *ret_span_ms)
{
    double seconds;

    if (!span_to_double(text, &seconds) || seconds < 0 || seconds > 366 * 86400.0)
        return false;
    *ret_span_ms = (int64_t)(seconds * 1000);
    return true;
}

static bool priority_read(struct span text, uint32_t *ret_priority)
{
    int64_t number;

    if (!span_to_int64(text, &number) || number < 1 || number > 5)
        return false;
    *ret_priority = (uint32_t)number;
    return true;
}

static bool account_word(struct dc09_account *account, const struct word *word,
                         struct arena *arena)
{
    if (span_is(word->key, "supervise"))
        return seconds_read(word->value, &account->supervise_ms);
    if (span_is(word->key, "grace"))
        return seconds_read(word->value, &account->grace_ms);
    if (span_is(word->key, "at"))
        return location_read(word->value, &account->location);
    if (span_is(word->key, "place")) {
        account->place = arena_copy(arena, word->value);
        return true;
    }
    account->plain = span_is(word->value, "yes");
    return span_is(word->key, "plain") && (account->plain || span_is(word->value, "no"));
}

static bool zone_word(struct dc09_zone *zone, const struct word *word, struct arena *arena)
{
    if (span_is(word->key, "at"))
        return location_read(word->value, &zone->location);
    if (span_is(word->key, "priority"))
        return priority_read(word->value, &zone->priority);
    if (span_is(word->key, "place"))
        zone->place = arena_copy(arena, word->value);
    else if (span_is(word->key, "condition"))
        zone->condition = arena_copy(arena, word->value);
    else
        return false;
    return true;
}

static bool word_wrong(const struct word *word, char *sentence, size_t sentence_bytes)
{
    snprintf(sentence, sentence_bytes, "\"%.*s=%.*s\" is none of its words, or not its value",
             (int)word->key.length, word->key.bytes, (int)word->value.length, word->value.bytes);
    return false;
}

static bool quote_open(char *sentence, size_t sentence_bytes)
{
    snprintf(sentence, sentence_bytes, "a quote has no end");
    return false;
}

/* The first word, without a key. */
static bool name_cut(struct span *rest, char *ret_name, char *sentence, size_t sentence_bytes)
{
    struct word word;
    bool open = false;

    if (word_cut(rest, &word, &open) && word.key.length == 0 && name_read(word.value, ret_name))
        return true;
    snprintf(sentence, sentence_bytes, "it does not start with an account, as 1234 or L77/1234");
    return false;
}

static bool account_add(struct dc09_accounts *accounts, struct span rest, char *sentence,
                        size_t sentence_bytes)
{
    enum { GRACE_MS = 60000 };
    struct dc09_account account = { .place = "", .location = geo_unknown(), .listed = true,
                                    .grace_ms = GRACE_MS };
    struct word word;
    bool open = false;

    if (!name_cut(&rest, account.name, sentence, sentence_bytes))
        return false;
    while (word_cut(&rest, &word, &open))
        if (!account_word(&account, &word, accounts->arena))
            return word_wrong(&word, sentence, sentence_bytes);
    if (open)
        return quote_open(sentence, sentence_bytes);
    if (accounts->account_count == DC09_ACCOUNTS_MAX) {
        snprintf(sentence, sentence_bytes, "one feed takes %d accounts; make a second feed",
                 DC09_ACCOUNTS_MAX);
        return false;
    }
    accounts->accounts = base_grow(accounts->accounts, &accounts->account_capacity,
                                   accounts->account_count + 1, sizeof account);
    accounts->accounts[accounts->account_count++] = account;
    return true;
}

static bool zone_number_cut(struct span *rest, uint32_t *ret_number)
{
    struct word word;
    bool open = false;
    int64_t number;

    if (!word_cut(rest, &word, &open) || word.key.length > 0 || !span_to_int64(word.value, &number)
        || number < 0 || number > UINT32_MAX)
        return false;
    *ret_number = (uint32_t)number;
    return true;
}

static bool zone_add(struct dc09_accounts *accounts, struct span rest, char *sentence,
                     size_t sentence_bytes)
{
    struct dc09_zone zone = { .place = "", .condition = "", .location = geo_unknown() };
    struct word word;
    bool open = false;

    if (!name_cut(&rest, zone.account, sentence, sentence_bytes))
        return false;
    if (!zone_number_cut(&rest, &zone.number)) {
        snprintf(sentence, sentence_bytes, "after its account stands no zone number");
        return false;
    }
    while (word_cut(&rest, &word, &open))
        if (!zone_word(&zone, &word, accounts->arena))
            return word_wrong(&word, sentence, sentence_bytes);
    if (open)
        return quote_open(sentence, sentence_bytes);
    if (accounts->zone_count == DC09_ZONES_MAX) {
        snprintf(sentence, sentence_bytes, "one feed takes %d zones; make a second feed",
                 DC09_ZONES_MAX);
        return false;
    }
    accounts->zones = base_grow(accounts->zones, &accounts->zone_capacity,
                                accounts->zone_count + 1, sizeof zone);
    accounts->zones[accounts->zone_count++] = zone;
    return true;
}

bool dc09_accounts_add(struct dc09_accounts *accounts, enum dc09_line_kind kind, struct span text,
                       char *sentence, size_t sentence_bytes)
{
    return (kind == DC09_LINE_ACCOUNT ? account_add : zone_add)(accounts, text, sentence,
                                                                 sentence_bytes);
}

static bool file_line(struct dc09_accounts *accounts, struct span line, char *sentence,
                      size_t sentence_bytes)
{
    struct word word;
    bool open = false;

    if (!word_cut(&line, &word, &open))
        return true;
    if (span_is(word.value, "account") && word.key.length == 0)
        return account_add(accounts, line, sentence, sentence_bytes);
    if (span_is(word.value, "zone") && word.key.length == 0)
        return zone_add(accounts, line, sentence, sentence_bytes);
    snprintf(sentence, sentence_bytes, "it starts neither with account nor with zone");
    return false;
}

bool dc09_accounts_file(struct dc09_accounts *accounts, struct span text, char *sentence,
                        size_t sentence_bytes)
{
    struct span line;
    char reason[160];

    for (uint32_t number = 1; span_cut(&text, '\n', &line); number++) {
        line = span_trim(line);
        if (span_starts(line, "#") || file_line(accounts, line, reason, sizeof reason))
            continue;
        snprintf(sentence, sentence_bytes, "line %u: %s", number, reason);
        return false;
    }
    return true;
}

/* ---- keys ---- */

static bool length_fits(size_t bytes)
{
    return bytes == 16 || bytes == 24 || bytes == 32;
}

static bool key_hex(struct span text, struct dc09_key *ret_key)
{
    if (!length_fits(text.length / 2) || text.length % 2 != 0 || !dc09_is_hex(text))
        return false;
    for (size_t i = 0; i < text.length / 2; i++) {
        char digits[3] = { text.bytes[2 * i], text.bytes[2 * i + 1], '\0' };
        ret_key->bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    ret_key->length = text.length / 2;
    return true;
}

static bool key_raw(struct span text, struct dc09_key *ret_key)
{
    if (!length_fits(text.length))
        return false;
    memcpy(ret_key->bytes, text.bytes, text.length);
    ret_key->length = text.length;
    return true;
}

static bool key_line(struct span line, struct named_key *ret_key)
{
    struct span name, form;

    line = span_trim(line);
    if (!span_cut(&line, ' ', &name) || !name_read(name, ret_key->name))
        return false;
    line = span_trim(line);
    if (!span_cut(&line, ' ', &form))
        return false;
    line = span_trim(line);
    if (span_is(form, "hex"))
        return key_hex(line, &ret_key->key);
    return span_is(form, "raw") && key_raw(line, &ret_key->key);
}

bool dc09_accounts_keys(struct dc09_accounts *accounts, struct span text, char *sentence,
                        size_t sentence_bytes)
{
    struct span line;

    for (uint32_t number = 1; span_cut(&text, '\n', &line); number++) {
        struct named_key key = { 0 };
        line = span_trim(line);
        if (line.length == 0 || span_starts(line, "#"))
            continue;
        if (!key_line(line, &key)) {
            snprintf(sentence, sentence_bytes,
                     "line %u of the keys is not ACCOUNT hex|raw KEY with a key of 16, 24 or 32 "
                     "bytes", number);
            return false;
        }
        accounts->keys = base_grow(accounts->keys, &accounts->key_capacity,
                                   accounts->key_count + 1, sizeof key);
        accounts->keys[accounts->key_count++] = key;
    }
    return true;
}

/* ---- sorted ---- */

static int account_order(const void *left, const void *right)
{
    return strcmp(((const struct dc09_account *)left)->name,
                  ((const struct dc09_account *)right)->name);
}

static int zone_order(const void *left, const void *right)
{
    const struct dc09_zone *a = left, *b = right;
    int order = strcmp(a->account, b->account);

    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static struct dc09_account *named(const struct dc09_accounts *accounts, const char *name)
{
    struct dc09_account wanted;

    if (accounts->sorted_count == 0)
        return NULL;
    snprintf(wanted.name, sizeof wanted.name, "%s", name);
    return bsearch(&wanted, accounts->accounts, accounts->sorted_count, sizeof wanted,
                   account_order);
}

static void accounts_sort(struct dc09_accounts *accounts)
{
    if (accounts->account_count)
        qsort(accounts->accounts, accounts->account_count, sizeof *accounts->accounts,
              account_order);
    accounts->sorted_count = accounts->account_count;
}

/* An account may have a key without a line of its own. */
static void key_give(struct dc09_accounts *accounts, const struct named_key *key)
{
    struct dc09_account *account = named(accounts, key->name);

    if (strcmp(key->name, "*") == 0)
        accounts->unlisted.key = key->key;
    if (account)
        account->key = key->key;
}

static bool keyed_accounts_list(struct dc09_accounts *accounts, char *sentence,
                                size_t sentence_bytes)
{
    accounts_sort(accounts);
    for (uint32_t i = 0; i < accounts->key_count; i++) {
        const char *name = accounts->keys[i].name;
        if (strcmp(name, "*") != 0 && !named(accounts, name)
            && !account_add(accounts, span_of(name), sentence, sentence_bytes))
            return false;
    }
    accounts_sort(accounts);
    return true;
}

static bool twice(const struct dc09_accounts *accounts, char *sentence, size_t sentence_bytes)
{
    for (uint32_t i = 1; i < accounts->account_count; i++)
        if (account_order(&accounts->accounts[i - 1], &accounts->accounts[i]) == 0) {
            snprintf(sentence, sentence_bytes, "account %s is given twice",
                     accounts->accounts[i].name);
            return true;
        }
    return false;
}

bool dc09_accounts_finish(struct dc09_accounts *accounts, int64_t now_ms, char *sentence,
                          size_t sentence_bytes)
{
    if (!keyed_accounts_list(accounts, sentence, sentence_bytes))
        return false;
    if (accounts->zone_count)
        qsort(accounts->zones, accounts->zone_count, sizeof *accounts->zones, zone_order);
    if (twice(accounts, sentence, sentence_bytes))
        return false;
    for (uint32_t i = 0; i < accounts->key_count; i++)
        key_give(accounts, &accounts->keys[i]);
    for (uint32_t i = 0; i < accounts->account_count; i++) {
        struct dc09_account *account = &accounts->accounts[i];
        account->heard_ms = now_ms;
        if (account->key.length == 0)
            account->key = accounts->unlisted.key;
        if (strcmp(account->name, "*") == 0) {
            account->supervise_ms = 0;          /* Nobody can say whom to wait for. */
            account->listed = false;
            accounts->unlisted = *account;
        }
    }
    return true;
}

/* ---- looking up ---- */

struct dc09_account *dc09_account_find(struct dc09_accounts *accounts, struct span receiver,
                                       struct span line, struct span number)
{
    const struct {
        struct span first, second;
    } forms[] = { { receiver, line }, { span_of(""), line }, { receiver, span_of("") },
                  { span_of(""), span_of("") } };

    for (size_t i = 0; i < ARRAY_COUNT(forms); i++) {
        char text[DC09_ACCOUNT_BYTES], name[DC09_ACCOUNT_BYTES];
        struct span first = forms[i].first, second = forms[i].second;
        int length = snprintf(text, sizeof text, "%.*s%s%.*s%s%.*s", (int)first.length,
                              first.bytes, first.length ? "/" : "", (int)second.length,
                              second.bytes, second.length ? "/" : "", (int)number.length,
                              number.bytes);
        if (length < 0 || (size_t)length >= sizeof text || !name_read(span_of(text), name))
            continue;
        struct dc09_account *account = named(accounts, name);
        if (account)
            return account;
    }
    return &accounts->unlisted;
}

const struct dc09_zone *dc09_zone_find(const struct dc09_accounts *accounts, const char *account,
                                       uint32_t number)
{
    struct dc09_zone wanted = { .number = number };

    if (accounts->zone_count == 0)
        return NULL;
    snprintf(wanted.account, sizeof wanted.account, "%s", account);
    return bsearch(&wanted, accounts->zones, accounts->zone_count, sizeof wanted, zone_order);
}

bool dc09_accounts_listed(const struct dc09_accounts *accounts)
{
    return accounts->account_count > (named(accounts, "*") ? 1u : 0u);
}

/* ---- supervision ---- */

static int64_t due_ms(const struct dc09_account *account)
{
    return account->heard_ms + account->supervise_ms + account->grace_ms;
}

/* Hearing moves an account's time later, so the earliest found in one walk bounds the next. */
struct dc09_account *dc09_account_due(struct dc09_accounts *accounts, int64_t now_ms,
                                      int64_t *ret_next_ms)
{
    int64_t next_ms = INT64_MAX;

    *ret_next_ms = accounts->next_due_ms;
    if (accounts->next_due_ms > now_ms)
        return NULL;
    for (uint32_t i = 0; i < accounts->account_count; i++) {
        struct dc09_account *account = &accounts->accounts[i];
        if (account->supervise_ms == 0 || account->supervision == DC09_SILENT)
            continue;
        if (due_ms(account) <= now_ms) {
            account->supervision = DC09_SILENT;
            return account;
        }
        if (due_ms(account) < next_ms)
            next_ms = due_ms(account);
    }
    accounts->next_due_ms = next_ms;
    *ret_next_ms = next_ms;
    return NULL;
}

bool dc09_account_heard(struct dc09_accounts *accounts, struct dc09_account *account,
                        int64_t now_ms)
{
    bool was_reporting = account->supervision == DC09_REPORTING;

    account->heard_ms = now_ms;
    if (account->supervise_ms == 0)
        return false;
    account->supervision = DC09_REPORTING;
    if (due_ms(account) < accounts->next_due_ms)
        accounts->next_due_ms = due_ms(account);
    return !was_reporting;
}

uint32_t dc09_accounts_supervised(const struct dc09_accounts *accounts)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < accounts->account_count; i++)
        count += accounts->accounts[i].supervise_ms > 0;
    return count;
}

/* {"silent":{"1234":181},"heard":{"1235":12}}: seconds since each was heard. */
static void cursor_put(const struct dc09_accounts *accounts, const char *name, bool silent,
                       int64_t now_ms, struct buffer *out)
{
    size_t start = out->length;

    json_open(out, name, '{');
    for (uint32_t i = 0; i < accounts->account_count; i++) {
        const struct dc09_account *account = &accounts->accounts[i];
        if (account->supervise_ms == 0 || (account->supervision == DC09_SILENT) != silent
            || (!silent && account->supervision == DC09_UNSAID))
            continue;
        if (out->length - start > DC09_CURSOR_BYTES_MAX / 2)
            break;
        json_put_int64(out, account->name, (now_ms - account->heard_ms) / 1000);
    }
    json_close(out, '}');
}

void dc09_accounts_cursor(const struct dc09_accounts *accounts, int64_t now_ms,
                          struct buffer *out)
{
    json_open(out, NULL, '{');
    cursor_put(accounts, "silent", true, now_ms, out);
    cursor_put(accounts, "heard", false, now_ms, out);
    json_close(out, '}');
}

static void cursor_take(struct dc09_accounts *accounts, const struct json *list,
                        enum dc09_supervision supervision, int64_t now_ms)
{
    enum { AGE_S_MAX = 400 * 86400 };

    for (const struct json *item = json_first(list); item; item = json_next(item)) {
        struct dc09_account *account = json_name(item) ? named(accounts, json_name(item)) : NULL;
        int64_t age_s;
        if (!account || !json_int64(item, &age_s) || age_s < 0 || age_s > AGE_S_MAX)
            continue;
        account->heard_ms = now_ms - age_s * 1000;
        account->supervision = supervision;
    }
}

void dc09_accounts_restore(struct dc09_accounts *accounts, const struct json *cursor,
                           int64_t now_ms)
{
    cursor_take(accounts, json_member(cursor, "silent"), DC09_SILENT, now_ms);
    cursor_take(accounts, json_member(cursor, "heard"), DC09_REPORTING, now_ms);
}
