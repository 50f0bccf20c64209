#include "maps/guess_inside.h"

#include <string.h>

#include "app/base/text.h"

/* Names that columns with names have, the surest first; written as guess_small() writes. Cities
 * publish in their own language, and .dbf cuts at ten bytes. */
static const char *const name_columns[] = {
    "name", "label", "fullname", "mapname", "street", "streetname", "stname", "strname", "roadname",
    "rdname", "streetnam", "roadwayname", "sitename", "facname", "facility", "title", "longname",
    "namelong", "nameen", "dispname", "displayname", "listname", "longlabel", "bezeichnung",
    "bezeichnu", "strassenna", "strname1", "nom", "nomvoie", "nomrue", "libelle", "toponyme",
    "nombre", "nomvial", "nome", "denominazi", "nazwa", "navn", "namn", "nimi", "naam", "nev",
    "nazev", "naziv", "adi", "namobj", "text", "stname1", "strtname", "ref",
};

/* Zones often have a number for a name. */
static const char *const number_columns[] = {
    "district", "engine", "ladder", "sector", "precinct", "beat", "ward", "zone", "route",
};

void guess_small(const char *text, char *small, size_t bytes)
{
    size_t used = 0;

    for (; *text && used + 1 < bytes; text++) {
        char letter = *text >= 'A' && *text <= 'Z' ? (char)(*text + ('a' - 'A')) : *text;
        bool kept = (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')
                    || (unsigned char)letter >= 0x80;
        if (kept)
            small[used++] = letter;
    }
    small[used] = '\0';
}

static bool has_letters(const char *value)
{
    for (; *value; value++)
        if ((*value >= 'a' && *value <= 'z') || (*value >= 'A' && *value <= 'Z')
            || (unsigned char)*value >= 0x80)
            return true;
    return false;
}

/* "{86305160-BDC8-451E-…}", "https://…", "YES": texts, but names of nothing. */
static bool is_no_name(const char *value)
{
    return value[0] == '{' || strstr(value, "://") != NULL || strchr(value, '@') != NULL
           || text_columns(span_of(value)) < 3;
}

/* How much a column's values look like names, 0 to 1: words, mostly different, mostly there. */
static double namely(const struct guess_column *column)
{
    uint32_t words = 0, different = 0;

    for (uint32_t i = 0; i < column->value_count; i++) {
        const char *value = column->values[i];
        if (!has_letters(value) || is_no_name(value))
            continue;
        words++;
        bool seen = false;
        for (uint32_t k = 0; k < i && !seen; k++)
            seen = strcmp(column->values[k], value) == 0;
        different += !seen;
    }
    if (words == 0)
        return 0;
    /* Half of a city's buildings have no name, and the column is one of names all the same. */
    return 0.8 * different / words + 0.2 * words / column->value_count;
}

static uint32_t rank_in(const char *const *names, uint32_t count, const char *name)
{
    char small[64];
    uint32_t rank = 0;

    guess_small(name, small, sizeof small);
    while (rank < count && strcmp(names[rank], small) != 0)
        rank++;
    return rank;
}

/* "site_nam_1" and "NOM_COM" are not in the list, and still hold names. */
static bool sounds_like_names(const char *name)
{
    char small[64];

    guess_small(name, small, sizeof small);
    return strstr(small, "name") || strncmp(small, "nam", 3) == 0 || strstr(small, "label")
           || strncmp(small, "nom", 3) == 0;
}

static bool is_empty(const struct guess_column *column)
{
    for (uint32_t i = 0; i < column->value_count; i++)
        if (column->values[i][0])
            return false;
    return column->value_count > 0;
}

/* How well a column would do as the one with the names; 0: not at all. */
static double label_score(const struct guess_column *column)
{
    enum { SURE = 1000, LIKELY = 2 };
    static const double namely_min = 0.65;
    uint32_t rank = rank_in(name_columns, ARRAY_COUNT(name_columns), column->name);
    bool unseen = column->value_count == 0;
    double score = namely(column);

    if (is_empty(column))
        return 0;
    if (rank < ARRAY_COUNT(name_columns) && (unseen || score > 0))
        return SURE - rank + score;
    rank = rank_in(number_columns, ARRAY_COUNT(number_columns), column->name);
    if (rank < ARRAY_COUNT(number_columns))
        return SURE / 2 - rank + score;
    if (sounds_like_names(column->name) && score > 0)
        return LIKELY + score;
    return score >= namely_min ? score : 0;
}

/* Whole words in capitals: "BRIDESBURG". */
static bool shouts(const struct guess_column *column)
{
    bool capitals = false;

    for (uint32_t i = 0; i < column->value_count; i++) {
        for (const char *letter = column->values[i]; *letter; letter++) {
            if (*letter >= 'a' && *letter <= 'z')
                return false;
            capitals |= *letter >= 'A' && *letter <= 'Z';
        }
    }
    return capitals;
}

/* Do most records say the same in both, but for capitals and blanks? */
static bool says_the_same(const struct guess_column *left, const struct guess_column *right)
{
    char one[64], other[64];
    uint32_t same = 0;

    if (left->value_count != right->value_count)
        return false;
    for (uint32_t i = 0; i < left->value_count; i++) {
        guess_small(left->values[i], one, sizeof one);
        guess_small(right->values[i], other, sizeof other);
        same += strcmp(one, other) == 0;
    }
    return same > left->value_count / 2;
}

/* The best column that may be the label; where `like` is given, of those that say it in small
 * letters. */
static const struct guess_column *best_column(const struct guess_about *about, const char *but,
                                              const struct guess_column *like)
{
    const struct guess_column *best = NULL;
    double best_score = 0;

    for (uint32_t i = 0; i < about->column_count; i++) {
        const struct guess_column *column = &about->columns[i];
        double score = label_score(column);
        if (score <= best_score || strcmp(column->name, but) == 0
            || (like && (shouts(column) || !says_the_same(column, like))))
            continue;
        best = column;
        best_score = score;
    }
    return best;
}

/* Philadelphia keeps "BRIDESBURG" for its computers beside "Bridesburg" for maps. */
const struct guess_column *guess_label_column(const struct guess_about *about, const char *but)
{
    const struct guess_column *best = best_column(about, but, NULL);
    const struct guess_column *written = best && shouts(best) ? best_column(about, but, best)
                                                              : NULL;

    return written ? written : best;
}
