#include "app/chain.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

struct chain {
    EVP_MD *sha256;
    EVP_MD_CTX *context;
};

bool chain_head_same(const struct chain_head *left, const struct chain_head *right)
{
    return left->sequence == right->sequence &&
           memcmp(left->chain, right->chain, CHAIN_BYTES) == 0;
}

const char *chain_head_text(const struct chain_head *head, char text[CHAIN_HEAD_TEXT_BYTES])
{
    static const char digits[] = "0123456789abcdef";
    int length = snprintf(text, CHAIN_HEAD_TEXT_BYTES, "%llu:",
                          (unsigned long long)head->sequence);
    char *at = text + length;

    for (int i = 0; i < CHAIN_BYTES; i++) {
        *at++ = digits[head->chain[i] >> 4];
        *at++ = digits[head->chain[i] & 15];
    }
    *at = '\0';
    return text;
}

static int nibble_of(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

bool chain_head_parse(struct span text, struct chain_head *ret_head)
{
    struct chain_head head;
    struct span rest = span_trim(text), number;
    int64_t sequence;

    if (!span_cut(&rest, ':', &number) || !span_to_int64(number, &sequence) || sequence < 0)
        return false;
    if (rest.length != 2 * CHAIN_BYTES)
        return false;
    for (size_t i = 0; i < CHAIN_BYTES; i++) {
        int high = nibble_of(rest.bytes[2 * i]), low = nibble_of(rest.bytes[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        head.chain[i] = (unsigned char)(high * 16 + low);
    }
    head.sequence = (uint64_t)sequence;
    *ret_head = head;
    return true;
}

/* OpenSSL 3 looks an algorithm up by name at each EVP_sha256(); fetched once, a hash of a short
 * entry costs half. */
struct chain *chain_new(void)
{
    struct chain *chain = base_alloc(1, sizeof *chain);

    chain->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    chain->context = EVP_MD_CTX_new();
    assert(chain->sha256);
    assert(chain->context);
    return chain;
}

void chain_free(struct chain *chain)
{
    if (!chain)
        return;
    EVP_MD_CTX_free(chain->context);
    EVP_MD_free(chain->sha256);
    base_free(chain);
}

static void put_number(unsigned char bytes[8], uint64_t number)
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        bytes[i] = (unsigned char)number;
}

static void hash(struct chain *chain, const void *bytes, size_t length)
{
    int hashed = EVP_DigestUpdate(chain->context, bytes, length);
    assert(hashed == 1);
}

static void hash_column(struct chain *chain, struct span column)
{
    unsigned char length[8];

    put_number(length, column.length);
    hash(chain, length, sizeof length);
    hash(chain, column.bytes, column.length);
}

struct chain_row chain_row_of(const struct entry *entry)
{
    assert(entry->head.kind < INPUT_KIND_COUNT);
    assert(entry->head.sequence <= INT64_MAX);
    return (struct chain_row){
        .sequence = (int64_t)entry->head.sequence,
        .at_ms = entry->head.at_ms,
        .kind = span_of(vocabulary_word(&input_kind_words, entry->head.kind)),
        .source = span_of(entry->head.source),
        .input = entry->input,
        .events = entry->events,
    };
}

void chain_next(struct chain *chain, const unsigned char before[CHAIN_BYTES],
                const struct chain_row *row, unsigned char ret_chain[CHAIN_BYTES])
{
    unsigned char start[1 + CHAIN_BYTES + 4 * 8];
    unsigned int length = 0;

    start[0] = 0x02;
    memcpy(start + 1, before, CHAIN_BYTES);
    put_number(start + 1 + CHAIN_BYTES, 8);
    put_number(start + 1 + CHAIN_BYTES + 8, (uint64_t)row->sequence);
    put_number(start + 1 + CHAIN_BYTES + 16, 8);
    put_number(start + 1 + CHAIN_BYTES + 24, (uint64_t)row->at_ms);

    int started = EVP_DigestInit_ex2(chain->context, chain->sha256, NULL);
    assert(started == 1);
    hash(chain, start, sizeof start);
    hash_column(chain, row->kind);
    hash_column(chain, row->source);
    hash_column(chain, row->input);
    hash_column(chain, row->events);
    int ended = EVP_DigestFinal_ex(chain->context, ret_chain, &length);
    assert(ended == 1);
    assert(length == CHAIN_BYTES);
}
