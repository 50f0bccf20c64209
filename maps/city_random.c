/* city_random.c - chance that is the same everywhere, and smooth noise made of it. */
#include <math.h>

#include "maps/city_model.h"

/* SplitMix64 (Steele, Lea, Flood 2014): one multiplication chain, no bad seeds. */
static uint64_t mixed(uint64_t value)
{
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

uint64_t city_random_next(struct city_random *random)
{
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    return mixed(random->state);
}

static double unit(uint64_t bits)
{
    return (double)(bits >> 11) / 9007199254740992.0;
}

double city_random_between(struct city_random *random, double low, double high)
{
    return low + (high - low) * unit(city_random_next(random));
}

uint32_t city_random_below(struct city_random *random, uint32_t limit)
{
    assert(limit > 0);
    return (uint32_t)(city_random_next(random) % limit);
}

double city_hash(uint64_t seed, int64_t a, int64_t b)
{
    uint64_t bits = mixed(seed + UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)a);
    return unit(mixed(bits + UINT64_C(0xd1b54a32d192ed03) * (uint64_t)b));
}

/* Values on a lattice, joined by a curve that is level at both ends, so nothing kinks there. */
double city_noise(uint64_t seed, struct city_spot spot, double size_m)
{
    double x = spot.x_m / size_m, y = spot.y_m / size_m;
    double column = floor(x), row = floor(y);
    double u = x - column, v = y - row;
    int64_t i = (int64_t)column, j = (int64_t)row;

    u = u * u * u * (u * (u * 6.0 - 15.0) + 10.0);
    v = v * v * v * (v * (v * 6.0 - 15.0) + 10.0);
    double south = city_hash(seed, i, j) * (1.0 - u) + city_hash(seed, i + 1, j) * u;
    double north = city_hash(seed, i, j + 1) * (1.0 - u) + city_hash(seed, i + 1, j + 1) * u;
    return 2.0 * (south * (1.0 - v) + north * v) - 1.0;
}

uint64_t city_seed(uint64_t seed, const char *purpose)
{
    for (; *purpose != '\0'; purpose++)
        seed = mixed(seed ^ (uint64_t)(unsigned char)*purpose) + 1;
    return seed;
}
