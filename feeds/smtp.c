#include "feeds/smtp.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

struct sending {
    const struct smtp_message *message;
    size_t given;                   /* Of the text, to libcurl. */
    bool all_given;
    char *words;
};

const char *smtp_ending_text(enum smtp_ending ending)
{
#define ROW(upper, text) [SMTP_##upper] = text,
    static const char *const texts[SMTP_ENDING_COUNT] = { SMTP_ENDINGS(ROW) };
#undef ROW
    assert(ending < SMTP_ENDING_COUNT);
    return texts[ending];
}

static size_t text_give(char *bytes, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    struct span text = sending->message->text;
    size_t length = text.length - sending->given;

    if (length > size * count)
        length = size * count;
    memcpy(bytes, text.bytes + sending->given, length);
    sending->given += length;
    sending->all_given = sending->given == text.length;
    return length;
}

/* Each line the relay says comes as a header. Once it has refused, what follows is its farewell. */
static size_t words_take(char *bytes, size_t size, size_t count, void *context)
{
    struct sending *sending = context;
    bool farewell = span_starts(span_from(bytes, size * count), "221");

    if (!farewell && sending->words[0] != '4' && sending->words[0] != '5')
        text_clean(span_trim(span_from(bytes, size * count)), sending->words,
                   SMTP_WORDS_BYTES);
    return size * count;
}

static int look_up(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                   curl_off_t up)
{
    const struct sending *sending = context;

    (void)down_total, (void)down, (void)up_total, (void)up;
    return sending->message->cancelled && atomic_load(sending->message->cancelled);
}

static enum smtp_ending ending_of(CURLcode code, long said, const struct sending *sending)
{
    if (code == CURLE_OK)
        return SMTP_TAKEN;
    if (said >= 500 && said < 600)
        return SMTP_NEVER;
    if (said >= 400 && said < 500)
        return SMTP_LATER;
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_USE_SSL_FAILED:
        return SMTP_UNSAFE;
    case CURLE_LOGIN_DENIED:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return SMTP_NEVER;
    default:
        return sending->all_given ? SMTP_UNCERTAIN : SMTP_AWAY;
    }
}

static void options_set(CURL *easy, const struct smtp_message *message, struct sending *sending)
{
    curl_easy_setopt(easy, CURLOPT_URL, message->relay);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(message->unencrypted ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    if (message->ca[0])
        curl_easy_setopt(easy, CURLOPT_CAINFO, message->ca);
    if (message->user[0]) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, message->user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, message->password);
    }
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, message->from);
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)message->text.length);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, text_give);
    curl_easy_setopt(easy, CURLOPT_READDATA, sending);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, words_take);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, sending);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, look_up);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, sending);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)SMTP_CONNECT_S);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)SMTP_TOTAL_S);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");      /* Not by somebody's environment. */
}

enum smtp_ending smtp_send(const struct smtp_message *message, char words[SMTP_WORDS_BYTES])
{
    struct sending sending = { .message = message, .words = words };
    struct curl_slist *to = NULL;
    CURL *easy = curl_easy_init();
    char problem[CURL_ERROR_SIZE] = "";
    long said = 0;

    assert(easy);
    words[0] = '\0';
    for (const char *const *one = message->to; *one; one++)
        to = curl_slist_append(to, *one);
    options_set(easy, message, &sending);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, problem);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to);
    CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &said);
    enum smtp_ending ending = ending_of(code, said, &sending);
    /* What went wrong before the relay spoke is libcurl's to say. */
    if (ending == SMTP_AWAY || ending == SMTP_UNSAFE || ending == SMTP_UNCERTAIN
        || (ending == SMTP_NEVER && !words[0]))
        text_clean(span_of(problem[0] ? problem : curl_easy_strerror(code)), words,
                   SMTP_WORDS_BYTES);
    curl_slist_free_all(to);
    curl_easy_cleanup(easy);
    return ending;
}
