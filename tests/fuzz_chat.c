/* Goal: no text that a crew types makes the reader of answers crash, and no answer says what was
 * not typed. Method: the input is a setting's word and a text; what is left of an answer is the end
 * of the text, and an answer says something. */
#include <string.h>

#include "feeds/cot_book.h"
#include "feeds/cot_words.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    struct cot_words *words = cot_words_new();
    struct span rest = span_from((const char *)bytes, length), setting;
    char token[COT_TOKEN_BYTES], id[COT_TOKEN_BYTES], again[COT_TOKEN_BYTES], text[256];
    struct cot_reply reply;

    if (span_cut(&rest, '\x1D', &setting) && setting.length < sizeof text) {
        if (setting.length)
            memcpy(text, setting.bytes, setting.length);
        text[setting.length] = '\0';
        cot_words_add(words, text);
        /* An id that has a token is the token's id; a uid that has an id, its token's. */
        if (cot_order_token(text, token)[0])
            assert(cot_order_id(token, id)[0]);
        if (cot_order_id(text, id)[0] && cot_order_token(id, token)[0])
            assert(strcmp(cot_order_id(token, again), id) == 0);
    }
    if (cot_words_read(words, rest, &reply)) {
        assert(reply.stage != RECEIPT_UNSAID || reply.status != UNIT_UNKNOWN);
        assert(reply.more.length < rest.length);
        struct span trimmed = span_trim(rest);
        if (reply.more.length)
            assert(reply.more.bytes + reply.more.length == trimmed.bytes + trimmed.length);
    }
    cot_words_free(words);
    return 0;
}
