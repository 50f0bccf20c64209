#include "maps/places_index.h"

#include <stdlib.h>
#include <string.h>

#include "maps/words.h"

/* Names looked at for one word. A word in more of them than this ("ST" alone) says too little to
 * rank by, and the first ones are as good as any. */
enum { NAMES_PER_WORD_MAX = 20000, BEGINNINGS_MAX = 200 };
/* "Mass Ave": so many letters of a word may stand for it. */
enum { SHORTENED_MIN = 3 };

struct entry {
    uint32_t key, base;             /* Words of index->texts: the name with and without its type. */
    uint32_t owner;
    uint32_t word_first;            /* Into index->entry_words. */
    uint8_t word_count, name_word_count;
};

struct place_index {
    struct words *texts, *words;
    struct entry *entries;          /* Sorted by key, then owner, once closed. */
    uint32_t entry_count, entry_capacity;
    uint32_t *entry_words;
    uint32_t entry_word_count, entry_word_capacity;
    uint32_t *by_base;              /* Entries sorted by base, then key. */
    uint32_t *by_word;              /* Words sorted by text. */
    uint32_t *letters;              /* By place in by_word: which letters the word has. */
    uint32_t *posting_first;        /* By word; into postings. */
    uint32_t *postings;             /* Entries, rising. */
};

struct place_index *place_index_new(void)
{
    struct place_index *index = base_alloc(1, sizeof *index);

    index->texts = words_new();
    index->words = words_new();
    return index;
}

void place_index_free(struct place_index *index)
{
    if (!index)
        return;
    words_free(index->texts);
    words_free(index->words);
    base_free(index->entries);
    base_free(index->entry_words);
    base_free(index->by_base);
    base_free(index->by_word);
    base_free(index->letters);
    base_free(index->posting_first);
    base_free(index->postings);
    base_free(index);
}

static void entry_words_add(struct place_index *index, const struct place_name *name)
{
    for (uint32_t i = 0; name && i < name->count; i++) {
        index->entry_words = base_grow(index->entry_words, &index->entry_word_capacity,
                                       index->entry_word_count + 1, sizeof *index->entry_words);
        index->entry_words[index->entry_word_count++] = words_add(index->words, name_word(name, i));
    }
}

void place_index_add(struct place_index *index, const struct place_name *name,
                     const struct place_name *beside, uint32_t owner)
{
    assert(!index->postings);
    if (name->count == 0)
        return;
    index->entries = base_grow(index->entries, &index->entry_capacity, index->entry_count + 1,
                               sizeof *index->entries);
    index->entries[index->entry_count++] = (struct entry){
        .key = words_add(index->texts, span_of(name->text)),
        .base = words_add(index->texts, name_base(name)),
        .owner = owner,
        .word_first = index->entry_word_count,
        .word_count = (uint8_t)(name->count + (beside ? beside->count : 0)),
        .name_word_count = (uint8_t)name->count,
    };
    entry_words_add(index, name);
    entry_words_add(index, beside);
}

static const char *entry_key(const struct place_index *index, uint32_t entry)
{
    return words_text(index->texts, index->entries[entry].key);
}

static const char *entry_base(const struct place_index *index, uint32_t entry)
{
    return words_text(index->texts, index->entries[entry].base);
}

/* ---- sorting: qsort has no context, so what is compared travels with what is sorted ---- */

struct sorted {
    const char *text;
    uint32_t order, item;
};

static int sorted_compare(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    int by_text = strcmp(a->text, b->text);

    if (by_text)
        return by_text;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void entries_sort(struct place_index *index)
{
    struct sorted *sorted = base_alloc(index->entry_count, sizeof *sorted);
    struct entry *entries = base_alloc(index->entry_count, sizeof *entries);

    for (uint32_t i = 0; i < index->entry_count; i++)
        sorted[i] = (struct sorted){ entry_key(index, i), index->entries[i].owner, i };
    qsort(sorted, index->entry_count, sizeof *sorted, sorted_compare);
    for (uint32_t i = 0; i < index->entry_count; i++)
        entries[i] = index->entries[sorted[i].item];
    base_free(sorted);
    base_free(index->entries);
    index->entries = entries;
}

static void bases_sort(struct place_index *index)
{
    struct sorted *sorted = base_alloc(index->entry_count, sizeof *sorted);

    for (uint32_t i = 0; i < index->entry_count; i++)
        sorted[i] = (struct sorted){ entry_base(index, i), i, i };
    qsort(sorted, index->entry_count, sizeof *sorted, sorted_compare);
    index->by_base = base_alloc(index->entry_count, sizeof *index->by_base);
    for (uint32_t i = 0; i < index->entry_count; i++)
        index->by_base[i] = sorted[i].item;
    base_free(sorted);
}

/* A bit for each letter of the word; digits and other bytes share the last six. */
static uint32_t word_letters(struct span word)
{
    uint32_t letters = 0;

    for (size_t i = 0; i < word.length; i++) {
        uint32_t byte = (unsigned char)word.bytes[i];
        bool letter = byte >= 'A' && byte <= 'Z';
        letters |= 1u << (letter ? byte - 'A' : 26 + byte % 6);
    }
    return letters;
}

static void words_sort(struct place_index *index)
{
    uint32_t count = words_count(index->words);
    struct sorted *sorted = base_alloc(count, sizeof *sorted);

    for (uint32_t i = 0; i < count; i++)
        sorted[i] = (struct sorted){ words_text(index->words, i), i, i };
    qsort(sorted, count, sizeof *sorted, sorted_compare);
    index->by_word = base_alloc(count, sizeof *index->by_word);
    index->letters = base_alloc(count, sizeof *index->letters);
    for (uint32_t i = 0; i < count; i++) {
        index->by_word[i] = sorted[i].item;
        index->letters[i] = word_letters(span_of(sorted[i].text));
    }
    base_free(sorted);
}

static void postings_make(struct place_index *index)
{
    uint32_t word_count = words_count(index->words), total = 0;
    uint32_t *next = base_alloc(word_count + 1, sizeof *next);

    for (uint32_t i = 0; i < index->entry_word_count; i++)
        next[index->entry_words[i]]++;
    index->posting_first = base_alloc(word_count + 1, sizeof *index->posting_first);
    for (uint32_t word = 0; word < word_count; word++) {
        index->posting_first[word] = total;
        total += next[word];
        next[word] = index->posting_first[word];
    }
    index->posting_first[word_count] = total;
    index->postings = base_alloc(total, sizeof *index->postings);
    for (uint32_t e = 0; e < index->entry_count; e++)
        for (uint32_t w = 0; w < index->entries[e].word_count; w++)
            index->postings[next[index->entry_words[index->entries[e].word_first + w]]++] = e;
    base_free(next);
}

void place_index_close(struct place_index *index)
{
    entries_sort(index);
    bases_sort(index);
    words_sort(index);
    postings_make(index);
}

/* ---- the best so far ---- */

struct matches {
    struct place_match *at;
    uint32_t count, max;
};

static bool match_before(const struct place_match *a, const struct place_match *b)
{
    return a->score != b->score ? a->score > b->score : a->owner < b->owner;
}

/* Keeps the list sorted, each owner once with its best score. */
static void match_add(struct matches *matches, uint32_t owner, uint32_t score)
{
    struct place_match match = { owner, score };
    uint32_t at = 0;

    if (matches->count == matches->max && !match_before(&match, &matches->at[matches->count - 1]))
        return;
    while (at < matches->count && matches->at[at].owner != owner)
        at++;
    if (at < matches->count && matches->at[at].score >= score)
        return;
    if (at == matches->count && matches->count < matches->max)
        matches->count++;
    else if (at == matches->count)
        at--;
    for (; at > 0 && match_before(&match, &matches->at[at - 1]); at--)
        matches->at[at] = matches->at[at - 1];
    matches->at[at] = match;
}

/* ---- names that are, or begin with, the query ---- */

static int text_compare(const char *text, struct span query)
{
    int by_bytes = strncmp(text, query.bytes, query.length);
    return by_bytes ? by_bytes : text[query.length] != '\0';
}

static uint32_t key_lower(const struct place_index *index, struct span query)
{
    uint32_t low = 0, high = index->entry_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text_compare(entry_key(index, middle), query) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void keys_match(const struct place_index *index, struct span query, enum search_mode mode,
                       struct matches *matches)
{
    uint32_t first = key_lower(index, query);

    for (uint32_t e = first; e < index->entry_count && e - first < BEGINNINGS_MAX; e++) {
        const char *key = entry_key(index, e);
        if (strncmp(key, query.bytes, query.length) != 0)
            break;
        bool whole = key[query.length] == '\0';
        if (whole || mode == SEARCH_TYPING)
            match_add(matches, index->entries[e].owner, whole ? SCORE_WHOLE : SCORE_BEGINS);
    }
}

static void bases_match(const struct place_index *index, struct span base, uint32_t score,
                        struct matches *matches)
{
    uint32_t low = 0, high = index->entry_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text_compare(entry_base(index, index->by_base[middle]), base) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < index->entry_count; low++) {
        if (text_compare(entry_base(index, index->by_base[low]), base) != 0)
            break;
        match_add(matches, index->entries[index->by_base[low]].owner, score);
    }
}

/* ---- names that share words with the query ---- */

struct asking {
    const struct place_index *index;
    const struct place_name *query;
    enum search_mode mode;
    bool slips;                     /* Wrong letters are allowed for. */
};

/* What it costs to take `word` of the query for `text`; more than 100 when they are two words. */
static uint32_t word_penalty(const struct asking *asking, uint32_t word, struct span text)
{
    struct span asked = name_word(asking->query, word);
    bool last = word + 1 == asking->query->count && asking->mode == SEARCH_TYPING;
    uint32_t slips_max = word_slips_max(asked.length);

    if (asked.length == text.length && memcmp(asked.bytes, text.bytes, text.length) == 0)
        return 0;
    if (word_is_ordinal_of(text, asked))
        return 0;
    if (last && text.length > asked.length && memcmp(asked.bytes, text.bytes, asked.length) == 0)
        return 2;
    if (!asking->slips)
        return 1000;
    if (asked.length >= SHORTENED_MIN && text.length > asked.length
        && memcmp(asked.bytes, text.bytes, asked.length) == 0)
        return SCORE_SHORTENED;
    if (slips_max == 0)
        return 1000;
    uint32_t apart = words_apart(asked, text, slips_max);
    return apart <= slips_max ? apart * SCORE_SLIP : 1000;
}

/* Every word of the query must be one of the name's. */
static void entry_match(const struct asking *asking, uint32_t e, struct matches *matches)
{
    const struct entry *entry = &asking->index->entries[e];
    uint32_t penalty = 0, named = 0;

    for (uint32_t q = 0; q < asking->query->count; q++) {
        uint32_t least = 1000, least_at = 0;
        for (uint32_t w = 0; w < entry->word_count; w++) {
            uint32_t word = asking->index->entry_words[entry->word_first + w];
            struct span text = span_of(words_text(asking->index->words, word));
            uint32_t cost = word_penalty(asking, q, text);
            if (cost < least) {
                least = cost;
                least_at = w;
            }
        }
        if (least > 100)
            return;
        penalty += least;
        named += least_at < entry->name_word_count;
    }
    uint32_t missing = entry->name_word_count > named ? entry->name_word_count - named : 0;
    uint32_t whole = missing == 0 && penalty == 0 ? SCORE_MOVED : SCORE_WORDS;
    penalty += 4 * missing;
    match_add(matches, entry->owner, whole > penalty + 20 ? whole - penalty : 20);
}

static void word_entries_match(const struct asking *asking, uint32_t word, struct matches *matches)
{
    const struct place_index *index = asking->index;
    uint32_t first = index->posting_first[word], end = index->posting_first[word + 1];

    if (end - first > NAMES_PER_WORD_MAX)
        end = first + NAMES_PER_WORD_MAX;
    for (uint32_t i = first; i < end; i++)
        entry_match(asking, index->postings[i], matches);
}

static uint32_t word_lower(const struct place_index *index, struct span query)
{
    uint32_t low = 0, high = words_count(index->words);

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text_compare(words_text(index->words, index->by_word[middle]), query) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Told each word of the index that a word of the query may stand for. */
typedef uint64_t word_fn(const struct asking *asking, uint32_t word, struct matches *matches);

static uint64_t word_weigh(const struct asking *asking, uint32_t word, struct matches *matches)
{
    (void)matches;
    return asking->index->posting_first[word + 1] - asking->index->posting_first[word];
}

static uint64_t word_visit(const struct asking *asking, uint32_t word, struct matches *matches)
{
    word_entries_match(asking, word, matches);
    return 1;
}

/* Words that are, begin with or are the ordinal of the query's stand together in sorted order.
 * With slips every distinct word is looked at, a few ten thousand in a county; but most lack more
 * of the query's letters than may be wrong, and that takes a nanosecond to see. */
static uint64_t alternatives(const struct asking *asking, uint32_t q, word_fn *tell,
                             struct matches *matches)
{
    const struct place_index *index = asking->index;
    struct span asked = name_word(asking->query, q);
    uint32_t count = words_count(index->words), letters = word_letters(asked);
    int slips_max = (int)word_slips_max(asked.length);
    uint64_t sum = 0;

    for (uint32_t i = asking->slips ? 0 : word_lower(index, asked); i < count; i++) {
        if (asking->slips && __builtin_popcount(letters & ~index->letters[i]) > slips_max)
            continue;
        struct span text = span_of(words_text(index->words, index->by_word[i]));
        if (!asking->slips && (text.length < asked.length
                               || memcmp(text.bytes, asked.bytes, asked.length) != 0))
            break;
        if (word_penalty(asking, q, text) <= 100)
            sum += tell(asking, index->by_word[i], matches);
    }
    return sum;
}

static void words_match(const struct asking *asking, struct matches *matches)
{
    uint32_t rarest = 0;
    uint64_t fewest = UINT64_MAX;

    for (uint32_t q = 0; q < asking->query->count; q++) {
        uint64_t weight = alternatives(asking, q, word_weigh, matches);
        if (weight == 0)
            return;                 /* A word that no name has. */
        if (weight < fewest) {
            fewest = weight;
            rarest = q;
        }
    }
    alternatives(asking, rarest, word_visit, matches);
}

static void query_match(const struct place_index *index, const struct place_name *query,
                        enum search_mode mode, struct matches *matches)
{
    struct asking asking = { .index = index, .query = query, .mode = mode };
    bool typed = query->base_count < query->count;

    keys_match(index, span_of(query->text), mode, matches);
    bases_match(index, name_base(query), typed ? SCORE_OTHER_TYPE : SCORE_NAMED, matches);
    /* A letter or two begin thousands of words; names that begin so are enough then. */
    if (matches->count < matches->max || matches->at[matches->count - 1].score < SCORE_BEGINS)
        words_match(&asking, matches);
}

uint32_t place_index_search(const struct place_index *index, const struct place_name *query,
                            enum search_mode mode, struct place_match *ret_matches,
                            uint32_t match_max)
{
    struct matches matches = { .at = ret_matches, .max = match_max };
    struct place_name completed;

    if (query->count == 0 || match_max == 0)
        return 0;
    query_match(index, query, mode, &matches);
    if (mode == SEARCH_TYPING && name_complete(query, &completed))
        query_match(index, &completed, mode, &matches);
    return matches.count;
}

static struct place_name without_last_word(const struct place_name *query)
{
    struct place_name shorter = *query;

    shorter.count--;
    shorter.text[name_first(query, shorter.count).length] = '\0';
    if (shorter.base_count > shorter.count)
        shorter.base_count = shorter.count;
    return shorter;
}

uint32_t place_index_guess(const struct place_index *index, const struct place_name *query,
                           enum search_mode mode, struct place_match *ret_matches,
                           uint32_t match_max)
{
    struct matches matches = { .at = ret_matches, .max = match_max };
    struct asking asking = { .index = index, .query = query, .mode = mode, .slips = true };
    uint32_t found = place_index_search(index, query, mode, ret_matches, match_max);

    if (found > 0 || query->count == 0 || match_max == 0)
        return found;
    words_match(&asking, &matches);
    if (matches.count > 0 || query->count < 2)
        return matches.count;
    struct place_name shorter = without_last_word(query);
    query_match(index, &shorter, SEARCH_WHOLE, &matches);
    for (uint32_t i = 0; i < matches.count; i++)
        matches.at[i].score -= SCORE_LAST_WORD < matches.at[i].score ? SCORE_LAST_WORD : 0;
    return matches.count;
}
