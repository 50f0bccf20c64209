/* Goal: whatever the palette and the terminal, words can be read where they may stand, nothing but
 * an emergency is red, and who sees no red or no green still tells apart what must be. Method:
 * every ink on every ground, its contrast computed from the colours that terminals show. */
#include "tests/check.h"

#include <math.h>

#include "panels/palette.h"

/* ---- What terminals show ------------------------------------------------------------------- */

/* xterm's own sixteen (XTerm-col.ad) and those of the Linux console (drivers/tty/vt/vt.c). */
static const uint32_t sixteen[][16] = {
    { 0x000000, 0xCD0000, 0x00CD00, 0xCDCD00, 0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
      0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00, 0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF },
    { 0x000000, 0xAA0000, 0x00AA00, 0xAA5500, 0x0000AA, 0xAA00AA, 0x00AAAA, 0xAAAAAA,
      0x555555, 0xFF5555, 0x55FF55, 0xFFFF55, 0x5555FF, 0xFF55FF, 0x55FFFF, 0xFFFFFF },
};

/* The fixed colours 16 to 255 of xterm's table: a cube of six steps, then greys. */
static uint32_t rgb_of_fixed(int32_t number)
{
    static const uint32_t steps[] = { 0, 95, 135, 175, 215, 255 };
    uint32_t cube = (uint32_t)number - 16, grey = 8 + 10 * ((uint32_t)number - 232);

    if (number >= 232)
        return grey << 16 | grey << 8 | grey;
    return steps[cube / 36] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6];
}

static uint32_t rgb_of(int32_t colour, size_t terminal)
{
    assert_true(colour >= 0);
    if (colour & COLOUR_RGB)
        return (uint32_t)colour & 0xFFFFFF;
    return colour < 16 ? sixteen[terminal][colour] : rgb_of_fixed(colour);
}

/* sRGB to light (IEC 61966-2-1). */
static double light(uint32_t rgb, int shift)
{
    double value = (rgb >> shift & 255) / 255.0;

    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(uint32_t rgb)
{
    return 0.2126 * light(rgb, 16) + 0.7152 * light(rgb, 8) + 0.0722 * light(rgb, 0);
}

/* WCAG 2.1, "contrast ratio". */
static double contrast(uint32_t left, uint32_t right)
{
    double a = luminance(left), b = luminance(right);

    return (fmax(a, b) + 0.05) / (fmin(a, b) + 0.05);
}

/* ---- Words --------------------------------------------------------------------------------- */

/* What is never words: lines, marks of grounds, the frame between panels. */
static const enum ink no_words[] = {
    INK_FRAME, INK_MAP_MOTORWAY, INK_MAP_ARTERIAL, INK_MAP_COLLECTOR, INK_MAP_STREET, INK_MAP_PATH,
    INK_MAP_RAIL, INK_MAP_FERRY, INK_MAP_WATERLINE, INK_MAP_BOUNDARY, INK_MAP_BUILDING,
    INK_MAP_REACH, INK_MAP_ROUTE, INK_MAP_TRAIL, INK_MAP_TRAIL_OLD, INK_MAP_GRASS, INK_MAP_WAVES,
    INK_FILL_LAND, INK_FILL_WATER, INK_FILL_PARK, INK_FILL_BUILT, INK_FILL_ZONE, INK_FILL_HAZARD,
};

static bool is_words(enum ink ink)
{
    for (size_t i = 0; i < ARRAY_COUNT(no_words); i++)
        if (no_words[i] == ink)
            return false;
    return true;
}

static double tone_contrast(const struct tone *tone, enum palette_size size, size_t terminal)
{
    int32_t fore = tone->foreground;

    /* The Linux console draws bold as bright; xterm keeps the colour. */
    if (size == PALETTE_8 && terminal == 1 && tone->bold)
        fore += 8;
    return contrast(rgb_of(fore, terminal), rgb_of(tone->background, terminal));
}

static void words_can_be_read_on_every_ground(void **state)
{
    static const double contrast_min = 4.5;     /* WCAG 2.1, 1.4.3. */
    uint32_t bad = 0;

    (void)state;
    for (enum palette_name name = 0; name < PALETTE_COUNT; name++)
        for (enum palette_size size = PALETTE_8; size <= PALETTE_TRUE; size++)
            for (enum ink ink = 0; ink < INK_COUNT; ink++)
                for (enum ground ground = 0; ground < GROUND_COUNT && is_words(ink); ground++) {
                    struct cell cell = { .glyph = 'x', .ink = (uint8_t)ink,
                                         .ground = (uint8_t)ground };
                    struct tone tone = palette_tone((struct palette){ name, size }, &cell);
                    double worst = fmin(tone_contrast(&tone, size, 0),
                                        tone_contrast(&tone, size, 1));
                    if (worst < contrast_min)
                        print_message("%s, size %d: %s on %s has a contrast of %.2f\n",
                                      palette_text(name), size, ink_name(ink),
                                      ground_name(ground), worst);
                    bad += worst < contrast_min;
                }
    assert_int_equal(bad, 0);
}

/* A line that a dispatcher follows stands out from what it lies on (WCAG 2.1, 1.4.11). */
static void routes_and_main_roads_stand_out(void **state)
{
    static const enum ink lines[] = { INK_MAP_MOTORWAY, INK_MAP_ARTERIAL, INK_MAP_ROUTE,
                                      INK_MAP_REACH, INK_MAP_HAZARD, INK_MAP_CLOSED };
    static const enum ground grounds[] = { GROUND_NONE, GROUND_LAND, GROUND_WATER, GROUND_PARK,
                                           GROUND_BUILT, GROUND_HAZARD };

    uint32_t bad = 0;

    (void)state;
    for (enum palette_name name = 0; name < PALETTE_COUNT; name++)
        for (size_t i = 0; i < ARRAY_COUNT(lines); i++)
            for (size_t g = 0; g < ARRAY_COUNT(grounds); g++)
                for (enum palette_size size = PALETTE_256; size <= PALETTE_TRUE; size++) {
                    struct cell cell = { .ink = (uint8_t)lines[i], .ground = (uint8_t)grounds[g] };
                    struct tone tone = palette_tone((struct palette){ name, size }, &cell);
                    double ratio = tone_contrast(&tone, size, 0);
                    if (ratio < 3)
                        print_message("%s, size %d: %s on %s has a contrast of %.2f\n",
                                      palette_text(name), size, ink_name(lines[i]),
                                      ground_name(grounds[g]), ratio);
                    bad += ratio < 3;
                }
    assert_int_equal(bad, 0);
}

/* ---- Hues ---------------------------------------------------------------------------------- */

static bool is_red(uint32_t rgb)
{
    double red = light(rgb, 16), green = light(rgb, 8), blue = light(rgb, 0);

    return red > 0.1 && red > 6 * green && red > 6 * blue;
}

static void only_emergency_is_red(void **state)
{
    (void)state;
    for (enum palette_name name = 0; name < PALETTE_COUNT; name++)
        for (enum palette_size size = PALETTE_8; size <= PALETTE_TRUE; size++)
            for (enum ink ink = 0; ink < INK_COUNT; ink++)
                for (enum ground ground = 0; ground < GROUND_COUNT; ground++) {
                    struct cell cell = { .ink = (uint8_t)ink, .ground = (uint8_t)ground };
                    struct tone tone = palette_tone((struct palette){ name, size }, &cell);
                    bool right = !is_red(rgb_of(tone.foreground, 0))
                        && is_red(rgb_of(tone.background, 0)) == (ink == INK_EMERGENCY);
                    if (!right)
                        print_message("%s, size %d: %s on %s\n", palette_text(name), size,
                                      ink_name(ink), ground_name(ground));
                    assert_true(right);
                }
}

/* A shore is drawn in the ink of one ground on the other: they must be one colour. */
static void fills_are_the_colour_of_their_ground(void **state)
{
    static const struct { enum ink ink; enum ground ground; } fills[] = {
        { INK_FILL_LAND, GROUND_LAND }, { INK_FILL_WATER, GROUND_WATER },
        { INK_FILL_PARK, GROUND_PARK }, { INK_FILL_BUILT, GROUND_BUILT },
        { INK_FILL_ZONE, GROUND_ZONE }, { INK_FILL_HAZARD, GROUND_HAZARD },
    };

    (void)state;
    for (enum palette_name name = 0; name < PALETTE_COUNT; name++)
        for (enum palette_size size = PALETTE_16; size <= PALETTE_TRUE; size++)
            for (size_t i = 0; i < ARRAY_COUNT(fills); i++) {
                struct cell cell = { .ink = (uint8_t)fills[i].ink,
                                     .ground = (uint8_t)fills[i].ground };
                struct tone tone = palette_tone((struct palette){ name, size }, &cell);
                CASE("%s, size %d: %s", palette_text(name), size, ground_name(fills[i].ground));
                assert_int_equal(tone.foreground, tone.background);
            }
}

/* ---- Colour-blindness ---------------------------------------------------------------------- */

/* Machado, Oliveira, Fernandes: "A Physiologically-based Model for Simulation of Color Vision
 * Deficiency", IEEE TVCG 15(6), 2009, severity 1.0; over linear RGB. */
static const struct { const char *name; double matrix[3][3]; } sights[] = {
    { "no red", { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 },
                  { -0.003882, -0.048116, 1.051998 } } },
    { "no green", { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 },
                    { -0.011820, 0.042940, 0.968881 } } },
};

static double lab_root(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* What somebody with that sight sees of `rgb`, in CIE L*a*b* under D65. */
static void seen_as(uint32_t rgb, const double matrix[3][3], double ret_lab[3])
{
    static const double to_xyz[3][3] = { { 0.4124564, 0.3575761, 0.1804375 },
                                         { 0.2126729, 0.7151522, 0.0721750 },
                                         { 0.0193339, 0.1191920, 0.9503041 } };
    static const double white[3] = { 0.95047, 1, 1.08883 };
    double seen[3], root[3];

    for (int i = 0; i < 3; i++)
        seen[i] = fmin(1, fmax(0, matrix[i][0] * light(rgb, 16) + matrix[i][1] * light(rgb, 8)
                                      + matrix[i][2] * light(rgb, 0)));
    for (int i = 0; i < 3; i++)
        root[i] = lab_root((to_xyz[i][0] * seen[0] + to_xyz[i][1] * seen[1]
                            + to_xyz[i][2] * seen[2]) / white[i]);
    ret_lab[0] = 116 * root[1] - 16;
    ret_lab[1] = 500 * (root[0] - root[1]);
    ret_lab[2] = 200 * (root[1] - root[2]);
}

/* CIE 1976: 2.3 is the least that can be seen side by side. */
static double difference(uint32_t left, uint32_t right, const double matrix[3][3])
{
    double a[3], b[3];

    seen_as(left, matrix, a);
    seen_as(right, matrix, b);
    return sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])
                + (a[2] - b[2]) * (a[2] - b[2]));
}

/* What stands side by side on a map and means something else. */
static const struct { enum ink left, right; } ink_pairs[] = {
    { INK_AVAILABLE, INK_GOING }, { INK_AVAILABLE, INK_THERE }, { INK_GOING, INK_THERE },
    { INK_AVAILABLE, INK_STALE }, { INK_GOING, INK_STALE }, { INK_P2, INK_PLAIN },
    { INK_P2, INK_DIM }, { INK_P2, INK_AVAILABLE }, { INK_ALARM, INK_RETURNED },
    { INK_LATE, INK_PLAIN }, { INK_MAP_ROUTE, INK_MAP_HAZARD }, { INK_MAP_ROUTE, INK_MAP_ARTERIAL },
    { INK_MAP_ROUTE, INK_MAP_MOTORWAY }, { INK_MAP_MOTORWAY, INK_MAP_ARTERIAL },
    { INK_MAP_ARTERIAL, INK_MAP_STREET }, { INK_MAP_HAZARD, INK_MAP_ARTERIAL },
    { INK_MAP_CLOSED, INK_MAP_ARTERIAL }, { INK_MAP_WATERLINE, INK_MAP_MOTORWAY },
    { INK_MAP_WATER_NAME, INK_MAP_PARK_NAME }, { INK_MAP_HOSPITAL, INK_MAP_STATION },
    { INK_RESULT_OK, INK_RESULT_NO },
};
static const struct { enum ground left, right; double at_least; } ground_pairs[] = {
    { GROUND_WATER, GROUND_PARK, 10 }, { GROUND_WATER, GROUND_NONE, 10 },
    { GROUND_WATER, GROUND_HAZARD, 10 }, { GROUND_PARK, GROUND_NONE, 5 },
};

static struct tone blind_tone(enum ink ink, enum ground ground)
{
    struct cell cell = { .ink = (uint8_t)ink, .ground = (uint8_t)ground };

    return palette_tone((struct palette){ PALETTE_COLOUR_BLIND, PALETTE_TRUE }, &cell);
}

static void the_colour_blind_tell_apart_what_must_be(void **state)
{
    static const double at_least = 15;
    uint32_t bad = 0;

    (void)state;
    for (size_t s = 0; s < ARRAY_COUNT(sights); s++) {
        for (size_t i = 0; i < ARRAY_COUNT(ink_pairs); i++) {
            double apart = difference(
                rgb_of(blind_tone(ink_pairs[i].left, GROUND_NONE).foreground, 0),
                rgb_of(blind_tone(ink_pairs[i].right, GROUND_NONE).foreground, 0),
                sights[s].matrix);
            if (apart < at_least)
                print_message("%s: %s and %s are %.1f apart\n", sights[s].name,
                              ink_name(ink_pairs[i].left), ink_name(ink_pairs[i].right), apart);
            bad += apart < at_least;
        }
        for (size_t i = 0; i < ARRAY_COUNT(ground_pairs); i++) {
            double apart = difference(
                rgb_of(blind_tone(INK_PLAIN, ground_pairs[i].left).background, 0),
                rgb_of(blind_tone(INK_PLAIN, ground_pairs[i].right).background, 0),
                sights[s].matrix);
            CASE("%s: %s and %s, %.1f", sights[s].name, ground_name(ground_pairs[i].left),
                 ground_name(ground_pairs[i].right), apart);
            assert_true(apart >= ground_pairs[i].at_least);
        }
        double badges = difference(rgb_of(blind_tone(INK_EMERGENCY, GROUND_NONE).background, 0),
                                   rgb_of(blind_tone(INK_P1, GROUND_NONE).background, 0),
                                   sights[s].matrix);
        assert_true(badges >= 2 * at_least);
    }
    assert_int_equal(bad, 0);
}

/* ---- Names --------------------------------------------------------------------------------- */

static void palettes_have_names(void **state)
{
    enum palette_name found;

    (void)state;
    for (enum palette_name name = 0; name < PALETTE_COUNT; name++) {
        assert_true(palette_named(span_of(palette_text(name)), &found));
        assert_int_equal(found, name);
    }
    assert_true(palette_named(span_of("Day"), &found));
    assert_false(palette_named(span_of("nigh"), &found));
    assert_false(palette_named(span_of(""), &found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_can_be_read_on_every_ground),
        cmocka_unit_test(routes_and_main_roads_stand_out),
        cmocka_unit_test(only_emergency_is_red),
        cmocka_unit_test(fills_are_the_colour_of_their_ground),
        cmocka_unit_test(the_colour_blind_tell_apart_what_must_be),
        cmocka_unit_test(palettes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
