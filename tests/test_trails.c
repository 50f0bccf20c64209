/* Goal: a trail is told fresh from old by its times, and never taken for another unit's. Method: a
 * trail made by hand, asked at several times and under several names. */
#include "tests/check.h"

#include "panels/trails.h"

static struct geo_point north_of(struct geo_point point, double north_m)
{
    return geo_moved(point, 0, north_m);
}

static void a_trail_is_what_was_just_driven(void **state)
{
    struct trail trail = { .count = 0 };
    struct trails trails = { 0 };
    struct unit unit = { .callsign = "E7" };
    const struct geo_point start = { 51.2, -4.1 };

    (void)state;
    trail.fixes[0] = (struct trail_fix){ .at = start, .at_ms = 0 };
    trail.fixes[1] = (struct trail_fix){ .at = north_of(start, 100), .at_ms = 60000 };
    trail.fixes[2] = (struct trail_fix){ .at = north_of(start, 200), .at_ms = 120000 };
    trail.count = 3;
    assert_int_equal(trail_fresh_from(&trail, 120000), 1);
    assert_int_equal(trail_fresh_from(&trail, 90000), 0);
    assert_int_equal(trail_fresh_from(&trail, 60000 + TRAIL_FRESH_MS), 1);
    assert_int_equal(trail_fresh_from(&trail, 10000000), 3);
    /* Nothing was noted yet, and a row may hold another unit by now. */
    assert_null(trails_of(&trails, &unit, 0));
    snprintf(trail.callsign, sizeof trail.callsign, "E7");
    trails = (struct trails){ .at = &trail, .count = 1 };
    assert_ptr_equal(trails_of(&trails, &unit, 0), &trail);
    assert_null(trails_of(&trails, &unit, 1));
    snprintf(unit.callsign, sizeof unit.callsign, "E8");
    assert_null(trails_of(&trails, &unit, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_trail_is_what_was_just_driven),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
