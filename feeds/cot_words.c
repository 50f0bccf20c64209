#include "feeds/cot_words.h"

#include <ctype.h>
#include <string.h>

#include "app/base/text.h"

enum { PHRASE_BYTES = 48, OWN_MAX = 200 };

/* Whether a reason may follow a phrase without a comma or a number between. */
enum tail { TAIL_APART, TAIL_FREE, TAIL_NONE };

/* APCO 10-codes differ from place to place: only 10-4 means the same everywhere. */
#define PHRASES(ROW)                                              \
    ROW("ack", ACCEPTED, UNKNOWN, APART)                          \
    ROW("acknowledged", ACCEPTED, UNKNOWN, APART)                 \
    ROW("roger", ACCEPTED, UNKNOWN, APART)                        \
    ROW("wilco", ACCEPTED, UNKNOWN, APART)                        \
    ROW("copy", ACCEPTED, UNKNOWN, APART)                         \
    ROW("copied", ACCEPTED, UNKNOWN, APART)                       \
    ROW("accept", ACCEPTED, UNKNOWN, APART)                       \
    ROW("accepted", ACCEPTED, UNKNOWN, APART)                     \
    ROW("10-4", ACCEPTED, UNKNOWN, APART)                         \
    ROW("ok", ACCEPTED, UNKNOWN, NONE)                            \
    ROW("yes", ACCEPTED, UNKNOWN, NONE)                           \
    ROW("refuse", REFUSED, UNKNOWN, FREE)                         \
    ROW("refused", REFUSED, UNKNOWN, FREE)                        \
    ROW("refusing", REFUSED, UNKNOWN, FREE)                       \
    ROW("decline", REFUSED, UNKNOWN, FREE)                        \
    ROW("declined", REFUSED, UNKNOWN, FREE)                       \
    ROW("unable", REFUSED, UNKNOWN, APART)                        \
    ROW("unable to comply", REFUSED, UNKNOWN, APART)              \
    ROW("unable to respond", REFUSED, UNKNOWN, APART)             \
    ROW("cannot comply", REFUSED, UNKNOWN, APART)                 \
    ROW("cannot respond", REFUSED, UNKNOWN, APART)                \
    ROW("negative", REFUSED, UNKNOWN, APART)                      \
    ROW("no", REFUSED, UNKNOWN, NONE)                             \
    ROW("done", DONE, UNKNOWN, APART)                             \
    ROW("complete", DONE, UNKNOWN, APART)                         \
    ROW("completed", DONE, UNKNOWN, APART)                        \
    ROW("task complete", DONE, UNKNOWN, APART)                    \
    ROW("enr", ACCEPTED, ENROUTE, APART)                          \
    ROW("en route", ACCEPTED, ENROUTE, APART)                     \
    ROW("en-route", ACCEPTED, ENROUTE, APART)                     \
    ROW("enroute", ACCEPTED, ENROUTE, APART)                      \
    ROW("responding", ACCEPTED, ENROUTE, APART)                   \
    ROW("rolling", ACCEPTED, ENROUTE, APART)                      \
    ROW("on my way", ACCEPTED, ENROUTE, APART)                    \
    ROW("on our way", ACCEPTED, ENROUTE, APART)                   \
    ROW("omw", ACCEPTED, ENROUTE, APART)                          \
    ROW("ons", ACCEPTED, ONSCENE, APART)                          \
    ROW("on scene", ACCEPTED, ONSCENE, APART)                     \
    ROW("on-scene", ACCEPTED, ONSCENE, APART)                     \
    ROW("onscene", ACCEPTED, ONSCENE, APART)                      \
    ROW("at scene", ACCEPTED, ONSCENE, APART)                     \
    ROW("arrived", ACCEPTED, ONSCENE, APART)                      \
    ROW("stg", ACCEPTED, STAGED, APART)                           \
    ROW("staged", ACCEPTED, STAGED, APART)                        \
    ROW("staging", ACCEPTED, STAGED, APART)                       \
    ROW("trn", ACCEPTED, TRANSPORTING, APART)                     \
    ROW("transporting", ACCEPTED, TRANSPORTING, APART)            \
    ROW("hos", ACCEPTED, AT_HOSPITAL, APART)                      \
    ROW("at hospital", ACCEPTED, AT_HOSPITAL, APART)              \
    ROW("avl", UNSAID, AVAILABLE, APART)                          \
    ROW("available", UNSAID, AVAILABLE, APART)                    \
    ROW("in service", UNSAID, AVAILABLE, APART)                   \
    ROW("clear", UNSAID, AVAILABLE, APART)                        \
    ROW("oos", UNSAID, OUT_OF_SERVICE, APART)                     \
    ROW("out of service", UNSAID, OUT_OF_SERVICE, APART)

struct phrase {
    char words[PHRASE_BYTES];       /* Lower case, one blank between. */
    enum receipt_stage stage;
    enum unit_status status;
    enum tail tail;
};

#define ROW(text, stage_, status_, tail_)                                             \
    { .words = text, .stage = RECEIPT_##stage_, .status = UNIT_##status_, .tail = TAIL_##tail_ },
static const struct phrase phrases[] = { PHRASES(ROW) };
#undef ROW

struct cot_words {
    struct phrase own[OWN_MAX];
    uint32_t own_count;
};

struct cot_words *cot_words_new(void)
{
    return base_alloc(1, sizeof(struct cot_words));
}

void cot_words_free(struct cot_words *words)
{
    base_free(words);
}

/* ---- words of a text ---- */

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool is_stop(char byte)
{
    return byte && strchr(".,;:!", byte);
}

/* A word without the punctuation after it. */
struct token {
    struct span text;
    bool stopped;               /* Punctuation, or a dash by itself, comes after it. */
};

static bool token_cut(struct span *rest, struct token *ret_token)
{
    struct span text = span_trim(*rest);
    size_t length = 0;

    if (text.length == 0)
        return false;
    while (length < text.length && !is_blank(text.bytes[length]))
        length++;
    *rest = span_trim(span_from(text.bytes + length, text.length - length));
    size_t kept = length;
    while (kept > 1 && is_stop(text.bytes[kept - 1]))
        kept--;
    *ret_token = (struct token){ .text = span_from(text.bytes, kept), .stopped = kept < length };
    if (span_starts(*rest, "- ")) {
        ret_token->stopped = true;
        *rest = span_trim(span_from(rest->bytes + 1, rest->length - 1));
    }
    return true;
}

/* Does `text` begin with the phrase? Then what is left of it. */
static bool phrase_cut(const struct phrase *phrase, struct span *text, bool *ret_stopped)
{
    struct span words = span_of(phrase->words), word, rest = *text;
    struct token token = { .stopped = false };

    while (span_cut(&words, ' ', &word)) {
        if (token.stopped || !token_cut(&rest, &token)
            || !text_same_ignoring_case(token.text, word))
            return false;
    }
    *text = rest;
    *ret_stopped = token.stopped;
    return true;
}

/* "31", "OR31", "#31", "order 31". */
static bool number_cut(struct span *text, uint32_t *ret_number, bool *ret_stopped)
{
    struct span rest = *text;
    struct token token;
    int64_t number;

    if (!token_cut(&rest, &token))
        return false;
    if (!token.stopped && text_same_ignoring_case(token.text, span_of("order"))
        && !token_cut(&rest, &token))
        return false;
    struct span digits = token.text;
    if (span_starts(digits, "#"))
        digits = span_from(digits.bytes + 1, digits.length - 1);
    else if (digits.length > 2
             && text_same_ignoring_case(span_from(digits.bytes, 2), span_of("or")))
        digits = span_from(digits.bytes + 2, digits.length - 2);
    if (digits.length == 0 || digits.length > 9 || !isdigit((unsigned char)digits.bytes[0])
        || !span_to_int64(digits, &number) || number < 1)
        return false;
    *text = rest;
    *ret_number = (uint32_t)number;
    *ret_stopped = token.stopped;
    return true;
}

static bool phrase_read(const struct phrase *phrase, struct span text, struct cot_reply *ret_reply)
{
    struct cot_reply reply = { .stage = phrase->stage, .status = phrase->status };
    bool stopped = false;

    /* Most phrases are ruled out by their first byte: each position's remarks come through here. */
    if (text.length == 0 || tolower((unsigned char)text.bytes[0])
                                != tolower((unsigned char)phrase->words[0]))
        return false;
    if (!phrase_cut(phrase, &text, &stopped))
        return false;
    if (!stopped && number_cut(&text, &reply.number, &stopped))
        stopped = true;         /* Who names the order answers it, whatever follows. */
    if (text.length && (phrase->tail == TAIL_NONE || (phrase->tail == TAIL_APART && !stopped)))
        return false;
    reply.more = text;
    *ret_reply = reply;
    return true;
}

bool cot_words_read(const struct cot_words *words, struct span text, struct cot_reply *ret_reply)
{
    text = span_trim(text);
    for (uint32_t i = 0; i < words->own_count; i++)
        if (phrase_read(&words->own[i], text, ret_reply))
            return true;
    for (size_t i = 0; i < ARRAY_COUNT(phrases); i++)
        if (phrase_read(&phrases[i], text, ret_reply))
            return true;
    return false;
}

/* ---- the site's own ---- */

/* Its words with one blank between; false when they do not fit. */
static bool words_fit(struct span text, char *words)
{
    struct span rest = text;
    struct token token;
    size_t length = 0;

    while (token_cut(&rest, &token)) {
        if (token.text.length + length + 2 > PHRASE_BYTES)
            return false;
        if (length)
            words[length++] = ' ';
        memcpy(words + length, token.text.bytes, token.text.length);
        length += token.text.length;
    }
    words[length] = '\0';
    return length > 0;
}

bool cot_words_add(struct cot_words *words, const char *text)
{
    const char *equals = strrchr(text, '=');
    struct phrase *phrase = &words->own[words->own_count];
    uint32_t value;

    if (!equals || words->own_count == OWN_MAX
        || !words_fit(span_from(text, (size_t)(equals - text)), phrase->words))
        return false;
    struct span meaning = span_trim(span_of(equals + 1));
    phrase->stage = RECEIPT_UNSAID;
    phrase->status = UNIT_UNKNOWN;
    if (meaning.length == 0)
        return false;
    if (vocabulary_value(&unit_status_words, meaning, &value))
        phrase->status = (enum unit_status)value;
    else if (vocabulary_value(&receipt_stage_words, meaning, &value))
        phrase->stage = (enum receipt_stage)value;
    else
        return false;
    /* A crew on its way to an order has accepted it, however it says so. */
    if (phrase->status != UNIT_UNKNOWN && phrase->status != UNIT_AVAILABLE
        && phrase->status != UNIT_OUT_OF_SERVICE)
        phrase->stage = RECEIPT_ACCEPTED;
    words->own_count++;
    return true;
}
