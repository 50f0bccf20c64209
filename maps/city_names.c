/* city_names.c - a name for every street, fit for where it lies.
 *
 * Words of the sea near the coast, trades in the old town, trees, birds and people further out:
 * the first word tells a dispatcher roughly where a street is, as it does in a real city. A name
 * is used once; only a county of more than NAMES_SHARED_FROM segments uses it again in another
 * town. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/base/text.h"
#include "maps/city_model.h"

enum { NAMES_SHARED_FROM = 100000 };

struct words {
    const char *const *at;
    uint32_t count;
};
#define WORDS(list) { .at = (list), .count = ARRAY_COUNT(list) }

static const char *const sea_words[] = {
    "Anchor", "Capstan", "Mariner", "Compass", "Keel", "Tiller", "Halyard", "Bosun", "Cutter",
    "Dory", "Ketch", "Lugger", "Pilot", "Wharf", "Spinnaker", "Topsail", "Windlass", "Bollard",
    "Cockle", "Mussel", "Oyster", "Herring", "Mackerel", "Pilchard", "Limpet", "Kittiwake", "Tern",
    "Gannet", "Petrel", "Driftwood", "Shingle", "Breaker", "Neptune", "Beacon", "Lightship",
    "Pennant", "Signal", "Galley", "Jetty", "Slipway", "Moorings", "Rudder", "Sextant", "Trawler",
};
static const char *const trade_words[] = {
    "Baker", "Brewer", "Cordwainer", "Coppersmith", "Draper", "Dyer", "Fletcher", "Fuller",
    "Glover", "Hatter", "Hooper", "Joiner", "Lorimer", "Mason", "Mercer", "Miller", "Potter",
    "Ropemaker", "Saddler", "Sailmaker", "Shipwright", "Skinner", "Spicer", "Tallow", "Tinker",
    "Turner", "Vintner", "Weaver", "Wheelwright", "Corn", "Market", "Butter", "Poultry", "Salter",
    "Smithy", "Stable", "Candle", "Barrel", "Bellfounder", "Customs", "Exchange", "Guild", "Chapel",
    "Abbey", "Minster", "Cloister", "Vicarage", "Almshouse", "Friary", "Bell", "Lamp", "Silver",
};
static const char *const tree_words[] = {
    "Acacia", "Alder", "Almond", "Apple", "Ash", "Aspen", "Beech", "Birch", "Blackthorn", "Cedar",
    "Cherry", "Chestnut", "Cypress", "Damson", "Elder", "Elm", "Fir", "Hawthorn", "Hazel", "Holly",
    "Hornbeam", "Ivy", "Juniper", "Laburnum", "Larch", "Laurel", "Lilac", "Linden", "Magnolia",
    "Maple", "Medlar", "Mulberry", "Myrtle", "Oak", "Osier", "Pear", "Pine", "Plane", "Plum",
    "Poplar", "Quince", "Rowan", "Sallow", "Spruce", "Sycamore", "Walnut", "Willow", "Yew",
};
static const char *const bird_words[] = {
    "Bittern", "Blackbird", "Bullfinch", "Bunting", "Chaffinch", "Crane", "Curlew", "Dipper",
    "Dove", "Dunlin", "Falcon", "Fieldfare", "Goldcrest", "Goshawk", "Grebe", "Harrier", "Heron",
    "Hobby", "Jackdaw", "Kestrel", "Kingfisher", "Lapwing", "Lark", "Linnet", "Magpie", "Martin",
    "Merlin", "Nightingale", "Nuthatch", "Oriole", "Osprey", "Ouzel", "Partridge", "Pipit",
    "Plover", "Quail", "Raven", "Redstart", "Redwing", "Robin", "Rook", "Sandpiper", "Shrike",
    "Siskin", "Skylark", "Snipe", "Swallow", "Swift", "Thrush", "Wagtail", "Warbler", "Wren",
};
static const char *const people_words[] = {
    "Abbot", "Agnes", "Albany", "Amory", "Arden", "Arnold", "Barton", "Beatrice", "Bedwin",
    "Carlow", "Cecily", "Clement", "Colman", "Corbet", "Darcey", "Denham", "Edith", "Edmund",
    "Ellis", "Emmeline", "Fenner", "Gifford", "Godwin", "Hartley", "Helena", "Hillier", "Hugo",
    "Isolde", "Jasper", "Josiah", "Lambert", "Lavinia", "Leland", "Lucas", "Mallory", "Margery",
    "Matilda", "Merrick", "Newell", "Osborne", "Osmund", "Penrose", "Percival", "Philippa",
    "Quentin", "Ramsay", "Rosamund", "Rupert", "Selwyn", "Stanford", "Theodora", "Tristram",
    "Ursula", "Verney", "Walden", "Wilfred", "Winifred", "Wystan",
};
static const char *const works_words[] = {
    "Foundry", "Furnace", "Kiln", "Crucible", "Forge", "Anvil", "Boiler", "Cinder", "Coke",
    "Crystal", "Engine", "Flint", "Gantry", "Gasworks", "Girder", "Iron", "Lime", "Loom",
    "Piston", "Pottery", "Quarry", "Railway", "Rivet", "Sawmill", "Siding", "Slate", "Steam",
    "Tinplate", "Turntable", "Viaduct", "Winder", "Workshop",
};
/* Two halves make the names of old fields and farms: enough of them for a whole county. */
static const char *const field_starts[] = {
    "Ald", "Amber", "Barn", "Bind", "Brack", "Brad", "Broad", "Burn", "Cald", "Chad", "Clay",
    "Cran", "Crow", "Dart", "Deer", "Dun", "East", "Ever", "Fair", "Fern", "Fox", "Gat", "Glen",
    "Gold", "Gorse", "Grim", "Hallow", "Harrow", "Hay", "Heath", "High", "Hollin", "Honey",
    "Kel", "Lark", "Lin", "Long", "Mar", "Mead", "Mid", "Moss", "Nether", "North", "Oat",
    "Over", "Pack", "Ravens", "Red", "Rush", "Rye", "Sand", "Shep", "South", "Stan", "Sun",
    "Thorn", "Thrush", "Up", "Wain", "Wald", "Water", "West", "Wheat", "Whin", "White", "Win",
    "Wolver", "Wood",
};
static const char *const field_ends[] = {
    "acre", "bourne", "bridge", "brook", "burn", "by", "cliffe", "combe", "cote", "croft", "dale",
    "dean", "den", "down", "field", "fold", "ford", "garth", "gate", "grove", "ham", "haven",
    "hill", "holme", "hurst", "ing", "land", "lea", "leigh", "ley", "low", "mead", "mere", "moor",
    "more", "over", "ridge", "set", "shaw", "side", "stead", "stoke", "stone", "thorpe", "ton",
    "wade", "ward", "water", "way", "well", "wick", "wold", "worth",
};
/* Within a town whose words are used up. */
static const char *const prefixes[] = {
    "", "Upper ", "Lower ", "Old ", "New ", "Little ", "Great ",
};

enum theme { THEME_SEA, THEME_TRADE, THEME_WORKS, THEME_TREE, THEME_BIRD, THEME_PEOPLE, THEME_FIELD,
             THEME_COUNT };
static const struct words words_of[THEME_FIELD] = {
    [THEME_SEA] = WORDS(sea_words), [THEME_TRADE] = WORDS(trade_words),
    [THEME_WORKS] = WORDS(works_words), [THEME_TREE] = WORDS(tree_words),
    [THEME_BIRD] = WORDS(bird_words), [THEME_PEOPLE] = WORDS(people_words),
};

static const char *const great_kinds[] = { "Rd", "Ave", "Rd", "Way", "Rd", "Parade" };
static const char *const collector_kinds[] = { "Rd", "Ave", "Way", "Dr", "Rd" };
static const char *const street_kinds[] = { "St", "Rd", "Ln", "St", "Ter", "Grove", "Dr", "St" };
static const char *const short_kinds[] = {
    "Pl", "Row", "Ct", "Mews", "Yard", "Walk", "St", "Gate",
};
static const char *const bent_kinds[] = { "Cres", "Dr", "Way", "Gdns", "Rise", "Loop", "Ln" };
static const char *const dead_kinds[] = { "Cl", "Ct", "Cl", "Pl", "Gdns", "End" };

struct kinds {
    const char *const *at;
    uint32_t count;
};

/* ---- names in use ---------------------------------------------------------------------------- */

struct taken {
    uint64_t *slots;
    uint32_t mask;
};

static bool taken_add(struct taken *taken, const char *name, uint32_t scope)
{
    uint64_t key = city_seed(scope + 1, name) | 1;
    uint32_t slot = (uint32_t)(key >> 20) & taken->mask;
    for (; taken->slots[slot] != 0; slot = (slot + 1) & taken->mask) {
        if (taken->slots[slot] == key)
            return false;
    }
    taken->slots[slot] = key;
    return true;
}

/* ---- which name ------------------------------------------------------------------------------ */

struct shape {
    double length_m, straight_m;    /* Along it, and from end to end. */
    bool dead_end;
    struct city_spot middle;
};

static struct kinds kinds_for(const struct city_street *street, const struct shape *shape)
{
    if (street->class <= CITY_ARTERIAL)
        return (struct kinds)WORDS(great_kinds);
    if (street->class == CITY_COLLECTOR)
        return (struct kinds)WORDS(collector_kinds);
    if (shape->dead_end && shape->length_m < 400.0)
        return (struct kinds)WORDS(dead_kinds);
    if (shape->straight_m < 0.88 * shape->length_m)
        return (struct kinds)WORDS(bent_kinds);
    if (shape->length_m < 230.0)
        return (struct kinds)WORDS(short_kinds);
    return (struct kinds)WORDS(street_kinds);
}

static enum theme theme_for(const struct city_plan *plan, const struct city_street *street,
                            const struct shape *shape)
{
    double out = city_out(&plan->towns[street->town], shape->middle);
    double chance = city_hash(plan->seed + 5, (int64_t)floor(shape->middle.x_m / 1300.0),
                              (int64_t)floor(shape->middle.y_m / 1300.0));
    if (street->class <= CITY_ARTERIAL)
        return THEME_FIELD;
    if (city_sea_m(plan, shape->middle) < 650.0)
        return THEME_SEA;
    if (out < 0.2)
        return THEME_TRADE;
    if (out < 0.4 && chance < 0.25)
        return THEME_WORKS;
    return chance < 0.42 ? THEME_TREE : chance < 0.58 ? THEME_BIRD : chance < 0.78 ? THEME_PEOPLE
                                                                                   : THEME_FIELD;
}

/* The word number `pick` of a theme; field names have as many as their halves can make. */
static void word_written(enum theme theme, uint32_t pick, char *text, size_t text_bytes)
{
    const uint32_t starts = ARRAY_COUNT(field_starts), ends = ARRAY_COUNT(field_ends);
    if (theme < THEME_FIELD) {
        snprintf(text, text_bytes, "%s", words_of[theme].at[pick % words_of[theme].count]);
        return;
    }
    snprintf(text, text_bytes, "%s%s", field_starts[pick % starts],
             field_ends[pick / starts % ends]);
}

static void name_chosen(struct taken *taken, uint32_t scope, enum theme theme, struct kinds kinds,
                        struct city_random *random, struct city_street *street)
{
    char word[CITY_NAME_BYTES];
    for (uint32_t attempt = 0;; attempt++) {
        /* First the theme's own words, then fields, then fields upper and lower. */
        uint32_t prefix = attempt < 120 ? 0 : (attempt / 60) % (uint32_t)ARRAY_COUNT(prefixes);
        word_written(attempt < 24 ? theme : THEME_FIELD, city_random_below(random, 1u << 30), word,
                     sizeof(word));
        snprintf(street->name, sizeof(street->name), "%s%.24s %s", prefixes[prefix], word,
                 kinds.at[city_random_below(random, kinds.count)]);
        if (taken_add(taken, street->name, scope))
            return;
    }
}

static struct shape shape_of(const struct city_graph *graph, uint32_t first, uint32_t end,
                             const uint8_t *degree)
{
    const struct city_segment *segments = graph->segments;
    struct shape shape = { .middle = graph->nodes[segments[(first + end) / 2].from] };
    for (uint32_t i = first; i < end; i++)
        shape.length_m += (double)segments[i].length_m;
    shape.straight_m = city_apart_m(graph->nodes[segments[first].from],
                                    graph->nodes[segments[end - 1].to]);
    shape.dead_end = degree[segments[first].from] == 1 || degree[segments[end - 1].to] == 1;
    return shape;
}

static uint8_t *degrees_of(const struct city_graph *graph)
{
    uint8_t *degree = base_alloc(graph->node_count + 1, sizeof(*degree));
    for (uint32_t i = 0; i < graph->segment_count; i++) {
        uint32_t ends[2] = { graph->segments[i].from, graph->segments[i].to };
        for (int k = 0; k < 2; k++)
            degree[ends[k]] = (uint8_t)(degree[ends[k]] + (degree[ends[k]] < 200));
    }
    return degree;
}

void city_name_streets(struct city_network *network, const struct city_graph *graph)
{
    const struct city_plan *plan = network->plan;
    struct city_random random = { .state = city_seed(plan->seed, "names") };
    struct taken taken = { .mask = 1023 };
    uint8_t *degree = degrees_of(graph);

    while (taken.mask < 3 * network->street_count)
        taken.mask = 2 * taken.mask + 1;
    taken.slots = base_alloc((size_t)taken.mask + 1, sizeof(*taken.slots));
    for (uint32_t i = 0; i < network->street_count; i++) {
        struct city_street *street = &network->streets[i];
        if (street->given == NULL)
            continue;
        text_copy(street->name, sizeof(street->name), span_of(street->given));
        taken_add(&taken, street->name, 0);
    }
    for (uint32_t i = 0, next; i < graph->segment_count; i = next) {
        uint32_t number = graph->segments[i].street;
        next = city_street_end(graph, i);
        struct city_street *street = &network->streets[number];
        struct shape shape = shape_of(graph, i, next, degree);
        uint32_t scope = graph->segment_count > NAMES_SHARED_FROM ? street->town : 0;
        if (street->given == NULL)
            name_chosen(&taken, scope, theme_for(plan, street, &shape), kinds_for(street, &shape),
                        &random, street);
    }
    base_free(taken.slots);
    base_free(degree);
}
