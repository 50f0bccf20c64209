/* city_path.c - a line while it is drawn. */
#include <math.h>

#include "maps/city_model.h"

void city_path_add(struct city_path *path, struct city_spot spot)
{
    path->at = base_grow(path->at, &path->capacity, path->count + 1, sizeof(*path->at));
    path->at[path->count++] = spot;
}

void city_path_clear(struct city_path *path)
{
    base_free(path->at);
    *path = (struct city_path){ .count = 0 };
}

double city_apart_m(struct city_spot left, struct city_spot right)
{
    double x = left.x_m - right.x_m, y = left.y_m - right.y_m;
    return sqrt(x * x + y * y);
}

struct city_spot city_between(struct city_spot from, struct city_spot to, double part)
{
    return (struct city_spot){ .x_m = from.x_m + (to.x_m - from.x_m) * part,
                               .y_m = from.y_m + (to.y_m - from.y_m) * part };
}

static double curve_at(double a, double b, double c, double d, double t)
{
    return b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d
                                       + t * (3.0 * (b - c) + d - a)));
}

void city_path_curve(struct city_path *path, const struct city_spot *through, uint32_t count,
                     double step_m)
{
    assert(count >= 2);
    assert(step_m > 0);

    for (uint32_t i = 0; i + 1 < count; i++) {
        struct city_spot b = through[i], c = through[i + 1];
        struct city_spot a = i > 0 ? through[i - 1] : city_between(b, c, -1.0);
        struct city_spot d = i + 2 < count ? through[i + 2] : city_between(b, c, 2.0);
        uint32_t steps = (uint32_t)ceil(city_apart_m(b, c) / step_m);
        for (uint32_t step = 0; step < steps; step++) {
            double t = (double)step / (double)steps;
            city_path_add(path, (struct city_spot){
                .x_m = curve_at(a.x_m, b.x_m, c.x_m, d.x_m, t),
                .y_m = curve_at(a.y_m, b.y_m, c.y_m, d.y_m, t) });
        }
    }
    city_path_add(path, through[count - 1]);
}
