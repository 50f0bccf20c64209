#include "maps/places_index.h"

#include <stdlib.h>
#include <string.h>

#include "maps/words.h"

/* Names looked at for one word. A word in more of them than this ("ST" alone) says too little to
 * rank by, and the first ones are as good as any. */
enum { NAMES_PER_WORD_MAX = 20000, BEGINNINGS_MAX = 2000 };
/* "Mass Ave": so many letters of a word may stand for it. */
enum { SHORTENED_MIN = 3 };
/* A penalty that no name is worth. */
enum { PENALTY_NEVER = 1000, PENALTY_MAX = 100, PENALTY_TYPE = 16, PENALTY_DIRECTION = 18 };

struct entry {
    uint32_t key, core;             /* Words of index->texts: the whole name, and its core. */
    uint32_t type, direction;       /* Likewise; WORD_EMPTY for none. */
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
    uint32_t *by_core;              /* Entries sorted by core, then key. */
    uint32_t *by_word;              /* Words sorted by text. */
    uint32_t *letters;              /* By place in by_word: which letters the word has. */
    uint32_t *sounds;               /* By place in by_word: word_sound(). */
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
    base_free(index->by_core);
    base_free(index->by_word);
    base_free(index->letters);
    base_free(index->sounds);
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
    char direction[8];

    assert(!index->postings);
    if (name->count == 0)
        return;
    index->entries = base_grow(index->entries, &index->entry_capacity, index->entry_count + 1,
                               sizeof *index->entries);
    index->entries[index->entry_count++] = (struct entry){
        .key = words_add(index->texts, span_of(name->text)),
        .core = words_add(index->texts, name_core(name)),
        .type = words_add(index->texts, name_type(name)),
        .direction = words_add(index->texts, span_of(name_direction(name, direction))),
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

static const char *entry_core(const struct place_index *index, uint32_t entry)
{
    return words_text(index->texts, index->entries[entry].core);
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

static void cores_sort(struct place_index *index)
{
    struct sorted *sorted = base_alloc(index->entry_count, sizeof *sorted);

    for (uint32_t i = 0; i < index->entry_count; i++)
        sorted[i] = (struct sorted){ entry_core(index, i), i, i };
    qsort(sorted, index->entry_count, sizeof *sorted, sorted_compare);
    index->by_core = base_alloc(index->entry_count, sizeof *index->by_core);
    for (uint32_t i = 0; i < index->entry_count; i++)
        index->by_core[i] = sorted[i].item;
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
    index->sounds = base_alloc(count, sizeof *index->sounds);
    for (uint32_t i = 0; i < count; i++) {
        index->by_word[i] = sorted[i].item;
        index->letters[i] = word_letters(span_of(sorted[i].text));
        index->sounds[i] = word_sound(span_of(sorted[i].text));
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
    cores_sort(index);
    words_sort(index);
    postings_make(index);
}

/* ---- the best so far ---- */

struct matches {
    const struct place_search *search;
    struct place_match *at;
    uint32_t count, max;
};

static bool match_before(const struct place_match *a, const struct place_match *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    return a->tie != b->tie ? a->tie < b->tie : a->owner < b->owner;
}

/* Keeps the list sorted, each owner once with its best score. */
static void match_add(struct matches *matches, uint32_t owner, uint32_t score, uint32_t differs)
{
    const struct place_search *search = matches->search;
    struct place_match match = { .owner = owner, .score = score, .differs = (uint8_t)differs };
    uint32_t at = 0;

    if (matches->count == matches->max && matches->at[matches->count - 1].score > score)
        return;
    match.tie = search->tie ? search->tie(search->tie_context, owner) : 0;
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

/* A beginning that ends with a word is a better one: "main" is MAIN ST before MAINE AVE. */
static uint32_t beginning_score(const char *key, size_t typed)
{
    return key[typed] == ' ' ? SCORE_BEGINS + 1 : SCORE_BEGINS;
}

static void keys_match(const struct place_search *search, struct matches *matches)
{
    const struct place_index *index = search->index;
    struct span query = span_of(search->query->text);
    uint32_t first = key_lower(index, query);

    for (uint32_t e = first; e < index->entry_count && e - first < BEGINNINGS_MAX; e++) {
        const char *key = entry_key(index, e);
        if (strncmp(key, query.bytes, query.length) != 0)
            break;
        if (key[query.length] == '\0')
            match_add(matches, index->entries[e].owner, SCORE_WHOLE, 0);
        else if (search->mode == SEARCH_TYPING)
            match_add(matches, index->entries[e].owner, beginning_score(key, query.length), 0);
    }
}

/* What tells two names of one core apart. */
static uint32_t core_differs(const struct place_index *index, const struct entry *entry,
                             const struct place_name *query)
{
    const char *type = words_text(index->texts, entry->type);
    const char *direction = words_text(index->texts, entry->direction);
    struct span asked_type = name_type(query);
    char asked[8];
    uint32_t differs = 0;

    if (asked_type.length && !span_is(asked_type, type))
        differs |= DIFFERS_TYPE;
    if (strcmp(name_direction(query, asked), direction) != 0)
        differs |= DIFFERS_DIRECTION;
    return differs;
}

static uint32_t core_score(const struct entry *entry, const struct place_name *query,
                           uint32_t differs)
{
    bool undirected = query->core_count + (query->type < query->count) == query->count;

    if (differs & DIFFERS_TYPE)
        return differs & DIFFERS_DIRECTION ? SCORE_OTHER_BOTH : SCORE_OTHER_TYPE;
    if (differs & DIFFERS_DIRECTION)
        return undirected ? SCORE_UNDIRECTED : SCORE_OTHER_DIRECTION;
    return query->type < query->count || entry->type == WORD_EMPTY ? SCORE_MOVED : SCORE_NAMED;
}

static void cores_match(const struct place_search *search, struct matches *matches)
{
    const struct place_index *index = search->index;
    struct span core = name_core(search->query);
    uint32_t low = 0, high = index->entry_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (text_compare(entry_core(index, index->by_core[middle]), core) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < index->entry_count; low++) {
        const struct entry *entry = &index->entries[index->by_core[low]];
        if (text_compare(words_text(index->texts, entry->core), core) != 0)
            break;
        uint32_t differs = core_differs(index, entry, search->query);
        match_add(matches, entry->owner, core_score(entry, search->query, differs), differs);
    }
}

/* ---- names that share words with the query ---- */

struct asking {
    const struct place_search *search;
    bool slips;                     /* Wrong letters are allowed for. */
};

struct word_cost {
    uint32_t penalty, differs;
};

static const struct word_cost word_never = { PENALTY_NEVER, 0 };

/* The beginning of `text` that is nearest to what was typed so far. */
static uint32_t beginning_apart(struct span asked, struct span text, uint32_t slips_max)
{
    uint32_t least = slips_max + 1;

    for (size_t length = asked.length - 1; length <= asked.length + 1; length++) {
        if (length > text.length)
            break;
        uint32_t apart = words_apart(asked, span_from(text.bytes, length), slips_max);
        least = apart < least ? apart : least;
    }
    return least;
}

/* What it costs to take a word spelt otherwise for `text`. */
static struct word_cost word_slip_cost(struct span asked, struct span text, bool last)
{
    uint32_t slips_max = word_slips_max(asked.length);

    /* ST sounds like CITY, MT is nearly MIT: so short a word is taken as it stands. */
    if (slips_max == 0 || text.length < 3)
        return word_never;
    uint32_t apart = last ? beginning_apart(asked, text, slips_max)
                          : words_apart(asked, text, slips_max);
    if (apart <= slips_max)
        return (struct word_cost){ apart * SCORE_SLIP + (apart == 0 ? 2 : 0), DIFFERS_SPELLING };
    uint32_t sound = last || asked.length < 4 ? 0 : word_sound(asked);
    if (sound && sound == word_sound(text) && words_apart(asked, text, 4) <= 4)
        return (struct word_cost){ SCORE_SOUND, DIFFERS_SPELLING };
    return word_never;
}

/* What it costs to take `word` of the query for `text`; more than PENALTY_MAX when they are two
 * words. */
static struct word_cost word_cost_of(const struct asking *asking, uint32_t word, struct span text)
{
    const struct place_name *query = asking->search->query;
    struct span asked = name_word(query, word);
    bool last = word + 1 == query->count && asking->search->mode == SEARCH_TYPING;
    bool begins = text.length > asked.length
                  && memcmp(asked.bytes, text.bytes, asked.length) == 0;

    if (asked.length == text.length && memcmp(asked.bytes, text.bytes, text.length) == 0)
        return (struct word_cost){ 0, 0 };
    if (word_is_ordinal_of(text, asked))
        return (struct word_cost){ 0, 0 };
    if (last && begins)
        return (struct word_cost){ 2, 0 };
    if (!asking->slips)
        return word_never;
    if (asked.length >= SHORTENED_MIN && begins)
        return (struct word_cost){ SCORE_SHORTENED, DIFFERS_SHORTENED };
    return word_slip_cost(asked, text, last);
}

/* A type or a direction that the name has not: with slips it may be wrong as well. */
static struct word_cost word_missing_cost(const struct asking *asking, uint32_t word)
{
    const struct place_name *query = asking->search->query;

    if (!asking->slips || name_word_is_core(query, word))
        return word_never;
    if (word == query->type)
        return (struct word_cost){ PENALTY_TYPE, DIFFERS_TYPE };
    return (struct word_cost){ PENALTY_DIRECTION, DIFFERS_DIRECTION };
}

/* The word of the entry that costs least, or what it costs to do without. */
static struct word_cost word_best(const struct asking *asking, const struct entry *entry,
                                  uint32_t q, uint32_t *ret_word)
{
    const struct place_index *index = asking->search->index;
    struct word_cost best = word_missing_cost(asking, q);

    *ret_word = UINT32_MAX;
    for (uint32_t w = 0; w < entry->word_count; w++) {
        uint32_t word = index->entry_words[entry->word_first + w];
        struct word_cost cost = word_cost_of(asking, q, span_of(words_text(index->words, word)));
        if (cost.penalty < best.penalty) {
            best = cost;
            *ret_word = w;
        }
    }
    return best;
}

/* So much may be wrong in all: two letters of a word, and of more words less of each. Beyond that
 * "City Hall" would be Shady Hill Rd. */
static uint32_t penalty_most(const struct place_name *query)
{
    uint32_t by_words = 16 * query->count;

    return by_words > 2 * SCORE_SLIP ? by_words : 2 * SCORE_SLIP;
}

/* Every word of the query must be one of the name's. */
static void entry_match(const struct asking *asking, uint32_t e, struct matches *matches)
{
    const struct entry *entry = &asking->search->index->entries[e];
    uint32_t penalty = 0, named = 0, differs = 0;

    for (uint32_t q = 0; q < asking->search->query->count; q++) {
        uint32_t at;
        struct word_cost cost = word_best(asking, entry, q, &at);
        if (cost.penalty > PENALTY_MAX)
            return;
        penalty += cost.penalty;
        differs |= cost.differs;
        named += at < entry->name_word_count;
    }
    if (penalty > penalty_most(asking->search->query))
        return;
    uint32_t missing = entry->name_word_count > named ? entry->name_word_count - named : 0;
    uint32_t whole = missing == 0 && penalty == 0 ? SCORE_MOVED : SCORE_WORDS;
    if (missing)
        differs |= DIFFERS_WORDS;
    penalty += 4 * missing;
    match_add(matches, entry->owner, whole > penalty + 20 ? whole - penalty : 20, differs);
}

static void word_entries_match(const struct asking *asking, uint32_t word, struct matches *matches)
{
    const struct place_index *index = asking->search->index;
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
    const struct place_index *index = asking->search->index;

    (void)matches;
    return index->posting_first[word + 1] - index->posting_first[word];
}

static uint64_t word_visit(const struct asking *asking, uint32_t word, struct matches *matches)
{
    word_entries_match(asking, word, matches);
    return 1;
}

/* Words that are, begin with or are the ordinal of the query's stand together in sorted order. */
static uint64_t alternatives_spelt(const struct asking *asking, uint32_t q, word_fn *tell,
                                   struct matches *matches)
{
    const struct place_index *index = asking->search->index;
    struct span asked = name_word(asking->search->query, q);
    uint32_t count = words_count(index->words);
    uint64_t sum = 0;

    for (uint32_t i = word_lower(index, asked); i < count; i++) {
        struct span text = span_of(words_text(index->words, index->by_word[i]));
        if (text.length < asked.length || memcmp(text.bytes, asked.bytes, asked.length) != 0)
            break;
        if (word_cost_of(asking, q, text).penalty <= PENALTY_MAX)
            sum += tell(asking, index->by_word[i], matches);
    }
    return sum;
}

/* Every distinct word is looked at, a few ten thousand in a county; but most lack more of the
 * query's letters than may be wrong, and that takes a nanosecond to see. */
static uint64_t alternatives_near(const struct asking *asking, uint32_t q, word_fn *tell,
                                  struct matches *matches)
{
    const struct place_index *index = asking->search->index;
    struct span asked = name_word(asking->search->query, q);
    uint32_t count = words_count(index->words), letters = word_letters(asked);
    uint32_t sound = word_sound(asked);
    int slips_max = (int)word_slips_max(asked.length);
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (__builtin_popcount(letters & ~index->letters[i]) > slips_max
            && (sound == 0 || sound != index->sounds[i]))
            continue;
        struct span text = span_of(words_text(index->words, index->by_word[i]));
        if (word_cost_of(asking, q, text).penalty <= PENALTY_MAX)
            sum += tell(asking, index->by_word[i], matches);
    }
    return sum;
}

static uint64_t alternatives(const struct asking *asking, uint32_t q, word_fn *tell,
                             struct matches *matches)
{
    return asking->slips ? alternatives_near(asking, q, tell, matches)
                         : alternatives_spelt(asking, q, tell, matches);
}

static void words_match(const struct asking *asking, struct matches *matches)
{
    const struct place_name *query = asking->search->query;
    uint32_t rarest = 0;
    uint64_t fewest = UINT64_MAX;

    for (uint32_t q = 0; q < query->count; q++) {
        bool may_miss = word_missing_cost(asking, q).penalty <= PENALTY_MAX;
        uint64_t weight = may_miss ? UINT64_MAX - 1
                                   : alternatives(asking, q, word_weigh, matches);
        if (weight == 0)
            return;                 /* A word that no name has. */
        if (weight < fewest) {
            fewest = weight;
            rarest = q;
        }
    }
    alternatives(asking, rarest, word_visit, matches);
}

/* ---- the searches ---- */

static void query_match(const struct place_search *search, struct matches *matches)
{
    struct asking asking = { .search = search };

    keys_match(search, matches);
    cores_match(search, matches);
    /* A letter or two begin thousands of words; names that begin so are enough then. */
    if (matches->count < matches->max || matches->at[matches->count - 1].score < SCORE_BEGINS)
        words_match(&asking, matches);
}

uint32_t place_index_search(const struct place_search *search, struct place_match *ret_matches,
                            uint32_t match_max)
{
    struct matches matches = { .search = search, .at = ret_matches, .max = match_max };
    struct place_search completed = *search;
    struct place_name name;

    if (search->query->count == 0 || match_max == 0)
        return 0;
    query_match(search, &matches);
    if (search->mode == SEARCH_TYPING && name_complete(search->query, &name)) {
        completed.query = &name;
        query_match(&completed, &matches);
    }
    return matches.count;
}

static struct place_name without_last_word(const struct place_name *query)
{
    struct place_name shorter = *query;

    shorter.count--;
    shorter.text[name_first(query, shorter.count).length] = '\0';
    if (shorter.type >= shorter.count)
        shorter.type = shorter.count;
    if (shorter.core_first + shorter.core_count > shorter.count)
        shorter.core_count--;
    return shorter;
}

uint32_t place_index_guess(const struct place_search *search, struct place_match *ret_matches,
                           uint32_t match_max)
{
    struct matches matches = { .search = search, .at = ret_matches, .max = match_max };
    struct asking asking = { .search = search, .slips = true };
    struct place_search shorter = *search;
    uint32_t found = place_index_search(search, ret_matches, match_max);

    if (found > 0 || search->query->count == 0 || match_max == 0)
        return found;
    words_match(&asking, &matches);
    if (matches.count > 0 || search->query->count < 2)
        return matches.count;
    struct place_name name = without_last_word(search->query);
    if (name.core_count == 0)
        return 0;
    shorter.query = &name;
    shorter.mode = SEARCH_WHOLE;
    query_match(&shorter, &matches);
    for (uint32_t i = 0; i < matches.count; i++) {
        matches.at[i].score -= SCORE_LAST_WORD < matches.at[i].score ? SCORE_LAST_WORD : 0;
        matches.at[i].differs |= DIFFERS_LAST_WORD;
    }
    return matches.count;
}
