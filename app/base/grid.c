#include "app/base/grid.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double radians = 0.017453292519943295;
/* WGS 84, and the UTM grid's scale and false origins in metres. */
static const double equator_m = 6378137.0, flattening = 1 / 298.257223563;
static const double grid_scale = 0.9996, easting_middle_m = 500000.0, northing_south_m = 10000000.0;
static const double square_m = 100000.0, rows_again_m = 2000000.0;

enum { KRUEGER = 6, ROW_LETTERS = 20, COLUMN_LETTERS = 8 };

/* Bands of 8 degrees from 80 S; X has 12. Column letters repeat after three zones, row letters
 * start at A in odd zones and at F in even ones. */
static const char bands[] = "CDEFGHJKLMNPQRSTUVWX";
static const char columns[3][COLUMN_LETTERS + 1] = { "ABCDEFGH", "JKLMNPQR", "STUVWXYZ" };
static const char rows[] = "ABCDEFGHJKLMNPQRSTUV";

/* ---- Transverse Mercator ---- */

struct krueger {
    double radius_m;                /* Of the rectified meridian, times the grid's scale. */
    double e;                       /* Eccentricity. */
    double alpha[KRUEGER], beta[KRUEGER];
};

/* Karney 2011, equations 12, 35 and 36. */
static struct krueger krueger_make(void)
{
    double n = flattening / (2 - flattening), n2 = n * n, n3 = n2 * n, n4 = n3 * n, n5 = n4 * n;
    double n6 = n5 * n;

    return (struct krueger){
        .radius_m = grid_scale * equator_m / (1 + n) * (1 + n2 / 4 + n4 / 64 + n6 / 256),
        .e = sqrt(flattening * (2 - flattening)),
        .alpha = {
            n / 2 - 2 * n2 / 3 + 5 * n3 / 16 + 41 * n4 / 180 - 127 * n5 / 288 + 7891 * n6 / 37800,
            13 * n2 / 48 - 3 * n3 / 5 + 557 * n4 / 1440 + 281 * n5 / 630
                - 1983433 * n6 / 1935360,
            61 * n3 / 240 - 103 * n4 / 140 + 15061 * n5 / 26880 + 167603 * n6 / 181440,
            49561 * n4 / 161280 - 179 * n5 / 168 + 6601661 * n6 / 7257600,
            34729 * n5 / 80640 - 3418889 * n6 / 1995840,
            212378941 * n6 / 319334400,
        },
        .beta = {
            n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360 - 81 * n5 / 512 + 96199 * n6 / 604800,
            n2 / 48 + n3 / 15 - 437 * n4 / 1440 + 46 * n5 / 105 - 1118711 * n6 / 3870720,
            17 * n3 / 480 - 37 * n4 / 840 - 209 * n5 / 4480 + 5569 * n6 / 90720,
            4397 * n4 / 161280 - 11 * n5 / 504 - 830251 * n6 / 7257600,
            4583 * n5 / 161280 - 108847 * n6 / 3991680,
            20648693 * n6 / 638668800,
        },
    };
}

/* The tangent of the conformal latitude, from that of the latitude (equations 7 to 9). */
static double conformal_tangent(double tangent, double e)
{
    double sigma = sinh(e * atanh(e * tangent / hypot(1, tangent)));

    return tangent * hypot(1, sigma) - sigma * hypot(1, tangent);
}

struct metres {
    double east, north;             /* From the central meridian and the equator. */
};

static struct metres projected(double lat_deg, double lon_off_deg)
{
    struct krueger k = krueger_make();
    double tangent = conformal_tangent(tan(lat_deg * radians), k.e), lon = lon_off_deg * radians;
    double xi0 = atan2(tangent, cos(lon)), eta0 = asinh(sin(lon) / hypot(tangent, cos(lon)));
    double xi = xi0, eta = eta0;

    for (int j = 1; j <= KRUEGER; j++) {
        xi += k.alpha[j - 1] * sin(2 * j * xi0) * cosh(2 * j * eta0);
        eta += k.alpha[j - 1] * cos(2 * j * xi0) * sinh(2 * j * eta0);
    }
    return (struct metres){ .east = k.radius_m * eta, .north = k.radius_m * xi };
}

/* Newton's method gains twice the digits a step: four are more than enough (equations 19 to 21). */
static double latitude_tangent(double conformal, double e)
{
    double e2 = e * e, tangent = conformal / (1 - e2);

    for (int step = 0; step < 4; step++) {
        double there = conformal_tangent(tangent, e);
        tangent += (conformal - there) / hypot(1, there) * (1 + (1 - e2) * tangent * tangent)
                   / ((1 - e2) * hypot(1, tangent));
    }
    return tangent;
}

/* The longitude is off the central meridian. */
static struct geo_point unprojected(struct metres at)
{
    struct krueger k = krueger_make();
    double xi0 = at.north / k.radius_m, eta0 = at.east / k.radius_m, xi = xi0, eta = eta0;

    for (int j = 1; j <= KRUEGER; j++) {
        xi -= k.beta[j - 1] * sin(2 * j * xi0) * cosh(2 * j * eta0);
        eta -= k.beta[j - 1] * cos(2 * j * xi0) * sinh(2 * j * eta0);
    }
    double conformal = sin(xi) / hypot(sinh(eta), cos(xi));
    return (struct geo_point){ .lat_deg = atan(latitude_tangent(conformal, k.e)) / radians,
                               .lon_deg = atan2(sinh(eta), cos(xi)) / radians };
}

/* ---- zones and bands ---- */

static double middle_deg(int zone)
{
    return 6.0 * zone - 183;
}

/* Norway's south-west and Svalbard have zones of their own widths (NGA.STND.0037, figure 3). */
static int zone_of(double lat_deg, double lon_deg)
{
    int zone = (int)floor((lon_deg + 180) / 6) % 60 + 1;

    if (lat_deg >= 56 && lat_deg < 64 && lon_deg >= 3 && lon_deg < 12)
        return 32;
    if (lat_deg < 72 || lon_deg < 0 || lon_deg >= 42)
        return zone;
    return lon_deg < 9 ? 31 : lon_deg < 21 ? 33 : lon_deg < 33 ? 35 : 37;
}

static bool in_grid(double lat_deg)
{
    return lat_deg >= -80 && lat_deg <= 84;
}

static char band_of(double lat_deg)
{
    int band = (int)floor((lat_deg + 80) / 8);

    return bands[band < 0 ? 0 : band > 19 ? 19 : band];
}

/* ---- writing ---- */

const char *grid_write(struct geo_point point, uint32_t digits, char text[GRID_TEXT_BYTES])
{
    assert(digits >= 1);
    assert(digits <= GRID_DIGITS_MAX);
    text[0] = '\0';
    if (!geo_known(point) || !in_grid(point.lat_deg) || fabs(point.lon_deg) > 180)
        return text;
    int zone = zone_of(point.lat_deg, point.lon_deg);
    double off_deg = remainder(point.lon_deg - middle_deg(zone), 360);
    struct metres at = projected(point.lat_deg, off_deg);
    double east = at.east + easting_middle_m, unit_m = pow(10, 5 - (int)digits);
    double north = at.north + (point.lat_deg < 0 ? northing_south_m : 0);
    int column = (int)(east / square_m) - 1;
    int row = ((int)(north / square_m) + (zone % 2 ? 0 : 5)) % ROW_LETTERS;

    assert(column >= 0);
    assert(column < COLUMN_LETTERS);
    snprintf(text, GRID_TEXT_BYTES, "%d%c %c%c %0*d %0*d", zone, band_of(point.lat_deg),
             columns[(zone - 1) % 3][column], rows[row], (int)digits,
             (int)(fmod(east, square_m) / unit_m), (int)digits,
             (int)(fmod(north, square_m) / unit_m));
    return text;
}

/* ---- reading ---- */

struct reference {
    int zone;
    char letters[3];                /* Band, column, row. */
    char digits[2 * GRID_DIGITS_MAX + 1];
    size_t letter_count, digit_count;
};

/* A letter of the alphabet without I and O, as a capital; 0 for anything else. */
static char grid_letter(char byte)
{
    char letter = byte >= 'a' && byte <= 'z' ? (char)(byte - 32) : byte;

    return letter >= 'A' && letter <= 'Z' && letter != 'I' && letter != 'O' ? letter : '\0';
}

/* Zone and band stand together ("5 E St 12" is an address). Blanks may stand before the square,
 * before the easting and between both numbers, which then have as many digits. */
static bool digits_take(struct span rest, struct reference *reference)
{
    size_t easting = SIZE_MAX;

    for (size_t i = 0; i < rest.length; i++) {
        char byte = rest.bytes[i];
        if (byte == ' ' && reference->digit_count > 0 && easting == SIZE_MAX)
            easting = reference->digit_count;
        if (byte == ' ')
            continue;
        if (byte < '0' || byte > '9' || reference->digit_count == 2 * GRID_DIGITS_MAX)
            return false;
        reference->digits[reference->digit_count++] = byte;
    }
    return reference->digit_count >= 2 && reference->digit_count % 2 == 0
           && (easting == SIZE_MAX || 2 * easting == reference->digit_count);
}

static bool reference_take(struct span text, struct reference *ret_reference)
{
    struct reference reference = { .zone = 0 };
    size_t at = 0;

    for (; at < text.length && at < 2 && text.bytes[at] >= '0' && text.bytes[at] <= '9'; at++)
        reference.zone = reference.zone * 10 + (text.bytes[at] - '0');
    for (; at < text.length && reference.letter_count < 3; at++) {
        char letter = grid_letter(text.bytes[at]);
        if (text.bytes[at] == ' ' && reference.letter_count == 1)
            continue;
        if (!letter)
            return false;
        reference.letters[reference.letter_count++] = letter;
    }
    if (reference.letter_count < 3
        || !digits_take(span_from(text.bytes + at, text.length - at), &reference))
        return false;
    *ret_reference = reference;
    return true;
}

/* The polar caps' squares have no zone number; so few letters and digits may be a name's as well
 * ("Bay 12"), so only a hundred metres or finer counts. */
static bool is_polar(const struct reference *reference)
{
    return reference->zone == 0 && strchr("ABYZ", reference->letters[0])
           && reference->digit_count >= 6;
}

static int letter_index(const char *letters, char letter)
{
    const char *at = strchr(letters, letter);

    return at && letter ? (int)(at - letters) : -1;
}

/* Maps draw a zone's grid some 40 km over its edge (NGA.STND.0037, grid overlap), and people read
 * references there; what is farther out is a slip. */
static bool zone_reaches(int zone, struct geo_point point)
{
    double over_deg = 0.55 / cos(point.lat_deg * radians);      /* 61 km. */

    for (int side = -1; side <= 1; side++) {
        double lon = remainder(point.lon_deg + side * over_deg, 360);
        if (zone_of(point.lat_deg, lon == 180 ? -180 : lon) == zone)
            return true;
    }
    return false;
}

static bool band_holds(char band, double lat_deg)
{
    return in_grid(lat_deg) && band_of(lat_deg) == band;
}

/* Row letters come again every 2,000 km: the square is the one that touches the band. */
static bool square_find(int zone, char band, struct metres corner, double side_m,
                        struct geo_point *ret_middle)
{
    bool south = band < 'N';

    for (int again = 0; again < 5; again++) {
        double north = corner.north + again * rows_again_m - (south ? northing_south_m : 0);
        bool touches = false;
        for (int k = 0; k < 5; k++) {       /* Four corners, a little inside, and the middle. */
            double east_share = k == 4 ? 0.5 : k % 2 ? 1 - 1e-9 : 1e-9;
            double north_share = k == 4 ? 0.5 : k / 2 ? 1 - 1e-9 : 1e-9;
            struct geo_point point = unprojected((struct metres){
                corner.east - easting_middle_m + east_share * side_m,
                north + north_share * side_m });
            point.lon_deg = remainder(point.lon_deg + middle_deg(zone), 360);
            touches |= band_holds(band, point.lat_deg) && zone_reaches(zone, point);
            *ret_middle = point;
        }
        if (touches)
            return true;
    }
    return false;
}

enum grid_reading grid_read(struct span text, struct geo_point *ret_point, double *ret_radius_m)
{
    struct reference reference;
    double east_m = 0, north_m = 0, side_m = square_m;

    if (!reference_take(span_trim(text), &reference))
        return GRID_NOT;
    if (reference.zone == 0)
        return is_polar(&reference) ? GRID_POLAR : GRID_NOT;
    if (reference.zone > 60 || letter_index(bands, reference.letters[0]) < 0)
        return GRID_NO_SQUARE;
    int column = letter_index(columns[(reference.zone - 1) % 3], reference.letters[1]);
    int row = letter_index(rows, reference.letters[2]);
    if (column < 0 || row < 0)
        return GRID_NO_SQUARE;

    size_t digits = reference.digit_count / 2;
    for (size_t i = 0; i < digits; i++) {
        side_m /= 10;
        east_m += (reference.digits[i] - '0') * side_m;
        north_m += (reference.digits[digits + i] - '0') * side_m;
    }
    row = (row + (reference.zone % 2 ? 0 : 15)) % ROW_LETTERS;
    struct metres corner = { (column + 1) * square_m + east_m, row * square_m + north_m };
    struct geo_point middle;
    if (!square_find(reference.zone, reference.letters[0], corner, side_m, &middle))
        return GRID_NO_SQUARE;
    *ret_point = middle;
    *ret_radius_m = ceil(side_m * 0.70710678118654757);
    return GRID_READ;
}
