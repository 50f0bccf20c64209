/* Goal: a shapefile is read truly or refused with the right words, and what we write is read back
 * the same. Method: write small layers, spoil one thing in each, read; then read every shapefile
 * of ../shared/data, the damaged ones too, where that folder is there. */
#include "tests/check.h"

#include <ftw.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
#include "maps/codepage.h"
#include "maps/shapefile.h"
#include "tests/drawn.h"
#include "tests/process.h"

struct folder {
    char path[64];
};

static int set_up(void **state)
{
    struct folder *folder = base_alloc(1, sizeof *folder);

    text_copy(folder->path, sizeof folder->path, span_of("/tmp/watchdesk-shapes-XXXXXX"));
    *state = folder;
    return mkdtemp(folder->path) ? 0 : -1;
}

static int unlink_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static int tear_down(void **state)
{
    struct folder *folder = *state;

    nftw(folder->path, unlink_entry, 8, FTW_DEPTH | FTW_PHYS);
    base_free(folder);
    return 0;
}

static const char *path_of(const struct folder *folder, const char *name, char path[256])
{
    snprintf(path, 256, "%s/%s", folder->path, name);
    return path;
}

static const struct drawn_record streets[] = {
    { "Quay St|arterial", "0 0, 100 0; 200 0, 300 50" },
    { "Łódzka ulica|street", "0 10, 5 20, 9 30" },
    { "", "7 7, 8 8" },
    { "Mill Rd|street", "-50 -50, -20 40" },
};

static struct shapes *streets_drawn(void)
{
    return drawn_layer(SHAPE_LINES, "NAME|CLASS", streets, ARRAY_COUNT(streets));
}

static void write_ok(const char *path, const struct shapes *shapes)
{
    char why[256] = "";
    enum status status = shapefile_write(path, shapes, why, sizeof why);

    if (status != STATUS_OK)
        print_message("%s\n", why);
    assert_int_equal(status, STATUS_OK);
}

static struct shapes *read_ok(const char *path)
{
    char why[256] = "";
    struct shapes *shapes = NULL;
    enum status status = shapefile_read(path, &shapes, why, sizeof why);

    if (status != STATUS_OK)
        print_message("%s\n", why);
    assert_int_equal(status, STATUS_OK);
    return shapes;
}

static void expect_same(const struct shapes *left, const struct shapes *right)
{
    assert_int_equal(left->kind, right->kind);
    assert_int_equal(left->record_count, right->record_count);
    assert_int_equal(left->part_count, right->part_count);
    assert_int_equal(left->vertex_count, right->vertex_count);
    assert_int_equal(left->field_count, right->field_count);
    assert_memory_equal(left->record_part, right->record_part,
                        (left->record_count + 1) * sizeof *left->record_part);
    assert_memory_equal(left->part_first, right->part_first,
                        (left->part_count + 1) * sizeof *left->part_first);
    assert_memory_equal(left->vertices, right->vertices,
                        left->vertex_count * sizeof *left->vertices);
    for (uint32_t r = 0; r < left->record_count; r++)
        for (uint32_t f = 0; f < left->field_count; f++)
            assert_string_equal(shapes_value(left, r, (int)f), shapes_value(right, r, (int)f));
}

static void what_is_written_is_read_back(void **state)
{
    char path[256];
    struct shapes *drawn = streets_drawn();

    write_ok(path_of(*state, "streets", path), drawn);
    struct shapes *read = read_ok(path);
    expect_same(drawn, read);
    assert_string_equal(read->warning, "");
    assert_int_equal(shapes_column(read, "class"), 1);
    assert_int_equal(shapes_column(read, "CLAS"), -1);
    assert_string_equal(shapes_value(read, 0, -1), "");
    assert_true(geo_same(read->bounds.low, read->boxes[3].low));
    shapes_free(read);
    shapes_free(drawn);
}

static const char *const members[] = { "shp", "shx", "dbf", "prj", "cpg" };

static void the_same_shapes_give_the_same_bytes(void **state)
{
    char path[256];
    struct shapes *drawn = streets_drawn();

    write_ok(path_of(*state, "one", path), drawn);
    write_ok(path_of(*state, "two.shp", path), drawn);
    shapes_free(drawn);
    for (size_t i = 0; i < ARRAY_COUNT(members); i++) {
        struct buffer one = { 0 }, two = { 0 };
        char name[16];
        CASE("%s", members[i]);
        snprintf(name, sizeof name, "one.%s", members[i]);
        file_read(path_of(*state, name, path), &one);
        snprintf(name, sizeof name, "two.%s", members[i]);
        file_read(path_of(*state, name, path), &two);
        assert_true(one.length > 0);
        assert_int_equal(one.length, two.length);
        assert_memory_equal(one.bytes, two.bytes, one.length);
        buffer_clear(&one);
        buffer_clear(&two);
    }
}

#define POKE(literal) { (literal), sizeof(literal) - 1 }

/* One way each to spoil a good set of files; `keep` bytes of `member` are left. */
static const struct {
    const char *name, *member;
    long keep;                  /* -1: the whole file goes; else it is cut to so many bytes. */
    long poke_at;               /* Where `poke` is written, -1 for nowhere. */
    struct span poke;
    enum status status;
    const char *words;          /* In `why`, or in the warning when it is read. */
} damages[] = {
    { "nothing", "shp", 10000, -1, { 0 }, STATUS_OK, "" },
    { "no .shp", "shp", -1, -1, { 0 }, STATUS_NOT_FOUND, "no such .shp" },
    { "no index", "shx", -1, -1, { 0 }, STATUS_OK, "(.shx) is missing; read without it" },
    { "no names", "dbf", -1, -1, { 0 }, STATUS_OK, "no .dbf beside it" },
    { "no projection", "prj", -1, -1, { 0 }, STATUS_OK, "taken for WGS 84" },
    { "an empty projection", "prj", 0, -1, { 0 }, STATUS_REFUSED,
      "does not know its coordinate system" },
    { "no code page", "cpg", -1, -1, { 0 }, STATUS_OK, "" },
    { "an empty .shp", "shp", 0, -1, { 0 }, STATUS_CORRUPT, "it is empty" },
    { "half a header", "shp", 60, -1, { 0 }, STATUS_CORRUPT, "cut short in its header" },
    { "nothing but a header", "shp", 100, -1, { 0 }, STATUS_CORRUPT, "none of its 4" },
    { "a Git LFS pointer", "shp", 0, 0, POKE("version https://git-lfs.github.com/spec/v1\n"),
      STATUS_REFUSED, "git lfs pull" },
    { "a zip in place of the .shp", "shp", 10000, 0, POKE("PK\3\4"), STATUS_REFUSED, "unpack" },
    { "a web page in place of the .shp", "shp", 0, 0, POKE("<!DOCTYPE html>"), STATUS_REFUSED,
      "web page" },
    { "the last record is cut", "shp", 380, -1, { 0 }, STATUS_OK,
      "2 of 4 records are left out (2 damaged)" },
    { "the index lacks the last record", "shx", 124, 24, POKE("\0\0\0\x3E"),
      STATUS_OK, "ends before the .shp does; read without it" },
    { "the index is empty", "shx", 0, -1, { 0 }, STATUS_OK, "is damaged; read without it" },
    { "the index names a record twice", "shx", 10000, 108, POKE("\0\0\0\x32\0\0\0\x3A"),
      STATUS_OK, "twice; read without it" },
    { "the index points past the end", "shx", 10000, 108, POKE("\0\0\xFF\xFF\0\0\0\x3A"),
      STATUS_OK, "more than the .shp holds" },
    { "the index is no index", "shx", 10000, 0, POKE("PK\3\4"), STATUS_OK,
      "(.shx) is damaged; read without it" },
    { "a header that promises more", "shp", 10000, 24, POKE("\0\1\0\0"), STATUS_OK,
      "speaks of 131072 bytes" },
    { "a header that promises less", "shp", 10000, 24, POKE("\0\0\0\x40"), STATUS_OK, "" },
    { "a kind that does not exist", "shp", 10000, 32, POKE("\7\0\0\0"), STATUS_CORRUPT, "kind" },
    { "a header of another kind", "shp", 10000, 32, POKE("\x1F\0\0\0"), STATUS_OK, "" },
    { "a record of another kind", "shp", 10000, 108, POKE("\1\0\0\0"), STATUS_OK,
      "1 of 4 records are points, not lines" },
    { "more parts than the record holds", "shp", 10000, 144, POKE("\xFF\0\0\0"),
      STATUS_OK, "1 of 4 records are left out (1 damaged)" },
    { "more vertices than the record holds", "shp", 10000, 148, POKE("\xFF\xFF\xFF\x7F"),
      STATUS_OK, "(1 damaged)" },
    { "parts that go backwards", "shp", 10000, 156, POKE("\x63\0\0\0"), STATUS_OK, "(1 damaged)" },
    { "a coordinate that is not a number", "shp", 10000, 166, POKE("\xF8\x7F"), STATUS_OK,
      "1 of 4 records are left out (1 not on the earth)" },
    { "a cut .dbf", "dbf", 200, -1, { 0 }, STATUS_OK, "cut short: 4 of 4 rows are missing" },
    { "a .dbf without a header", "dbf", 10, -1, { 0 }, STATUS_OK, "(.dbf) are damaged" },
    { "a deleted row", "dbf", 10000, 97, POKE("*"), STATUS_OK,
      "1 of 4 records are left out (1 deleted)" },
    { "a .prj that is a shopping list", "prj", 10000, 0, POKE("milk"), STATUS_REFUSED, ".prj" },
    { "a code page nobody knows", "cpg", 0, 0, POKE("Klingon"), STATUS_OK, "Klingon" },
};

static void spoil(const struct folder *folder, size_t row)
{
    char path[256], name[32];

    snprintf(name, sizeof name, "spoilt.%s", damages[row].member);
    path_of(folder, name, path);
    if (damages[row].keep < 0) {
        assert_int_equal(unlink(path), 0);
        return;
    }
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    if (damages[row].keep < info.st_size)
        assert_int_equal(truncate(path, damages[row].keep), 0);
    if (damages[row].poke_at < 0)
        return;
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, damages[row].poke_at, SEEK_SET);
    fwrite(damages[row].poke.bytes, 1, damages[row].poke.length, file);
    fclose(file);
}

static void damage_is_named(void **state)
{
    char path[256];
    struct shapes *drawn = streets_drawn();

    for (size_t i = 0; i < ARRAY_COUNT(damages); i++) {
        struct shapes *read = NULL;
        char why[256] = "";
        CASE("%s", damages[i].name);
        write_ok(path_of(*state, "spoilt", path), drawn);
        spoil(*state, i);
        enum status status = shapefile_read(path, &read, why, sizeof why);
        const char *said = status == STATUS_OK ? read->warning : why;
        print_message("    %s\n", said);
        assert_int_equal(status, damages[i].status);
        assert_non_null(strstr(said, damages[i].words));
        if (damages[i].words[0] == '\0')
            assert_string_equal(said, "");
        if (status == STATUS_OK)
            shapes_free(read);
        else
            assert_null(read);
    }
    shapes_free(drawn);
}

static const struct {
    const char *name, *declared, *raw, *clean;
    bool known;
} texts[] = {
    { "UTF-8", "UTF-8", "Stra\xC3\x9F" "e", "Straße", true },
    { "UTF-8 by number", "65001\r\n", "Stra\xC3\x9F" "e", "Straße", true },
    { "UTF-8, a character cut by the field", "UTF-8", "Stra\xC3", "Stra", true },
    { "UTF-8, a bad byte inside", "UTF-8", "a\xFF" "b", "a b", true },
    { "Windows", "1252", "Caf\xE9", "Café", true },
    { "Windows, spelt out", "ANSI 1252", "Caf\xE9", "Café", true },
    { "Windows Cyrillic by language driver", "LDID/201", "\xCC\xEE\xF1", "Мос", true },
    { "DOS by language driver", "LDID/2", "Caf\x82", "Café", true },
    { "Latin 2", "8859-2", "\xA3\xF3" "d\xBC", "Łódź", true },
    { "Big-5", "Big-5", "\xA4\xA4\xA4\xE5", "中文", true },
    { "KOI8-R, misspelt", "koi8r", "\xED\xCF\xD3", "Мос", true },
    { "none, UTF-8 inside", "", "Stra\xC3\x9F" "e", "Straße", true },
    { "none, Windows inside", "", "Caf\xE9", "Café", true },
    { "\"the ANSI page of the machine\"", "LDID/87", "Caf\xE9", "Café", true },
    { "nobody knows it", "Klingon", "Caf\xE9", "Café", false },
    { "a byte the page lacks", "1252", "a\x81z", "a z", true },
    { "an escape sequence", "UTF-8", "a\033[31mb", "a [31mb", true },
    { "a bidi override", "UTF-8", "ab\xE2\x80\xAE" "cd", "abcd", true },
};

static void text_becomes_clean_utf8(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        char text[CODEPAGE_TEXT_BYTES];
        bool known;
        CASE("%s", texts[i].name);
        struct codepage *codepage = codepage_open(texts[i].declared, &known);
        codepage_text(codepage, span_of(texts[i].raw), text);
        assert_string_equal(text, texts[i].clean);
        assert_int_equal(known, texts[i].known);
        codepage_close(codepage);
    }
}

static void a_value_wider_than_its_field_is_refused(void **state)
{
    char path[256], why[256] = "";
    struct shapes *drawn = streets_drawn();

    drawn->fields[0].width = 6;
    enum status status = shapefile_write(path_of(*state, "narrow", path), drawn, why, sizeof why);
    assert_int_equal(status, STATUS_TOO_LARGE);
    assert_non_null(strstr(why, "Quay St"));
    assert_int_equal(shapefile_write("/nowhere/at/all", drawn, why, sizeof why), STATUS_IO);
    shapes_free(drawn);
}

/* Feet of the Massachusetts state plane; the expected degrees are PROJ's (standards.md section
 * 12). */
static void a_projection_is_undone(void **state)
{
    static const char prj[] =
        "PROJCS[\"NAD_1983_StatePlane_Massachusetts_Mainland_FIPS_2001_Feet\",GEOGCS["
        "\"GCS_North_American_1983\",DATUM[\"D_North_American_1983\",SPHEROID[\"GRS_1980\","
        "6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],"
        "PROJECTION[\"Lambert_Conformal_Conic\"],PARAMETER[\"False_Easting\",656166.6666666665],"
        "PARAMETER[\"False_Northing\",2460625.0],PARAMETER[\"Central_Meridian\",-71.5],"
        "PARAMETER[\"Standard_Parallel_1\",41.71666666666667],PARAMETER[\"Standard_Parallel_2\","
        "42.68333333333333],PARAMETER[\"Latitude_Of_Origin\",41.0],"
        "UNIT[\"Foot_US\",0.3048006096012192]]";
    static const struct drawn_record point[] = { { "x", "0 0" } };
    char path[256];
    struct shapes *drawn = drawn_layer(SHAPE_POINTS, "NAME", point, 1);

    drawn->vertices[0] = (struct geo_point){ .lat_deg = 2955000, .lon_deg = 775000 };
    write_ok(path_of(*state, "feet", path), drawn);
    shapes_free(drawn);
    file_write(path_of(*state, "feet.prj", path), span_of(prj));
    struct shapes *read = read_ok(path_of(*state, "feet", path));
    assert_true(fabs(read->vertices[0].lat_deg - 42.3558306) < 1e-6);
    assert_true(fabs(read->vertices[0].lon_deg - -71.0603490) < 1e-6);
    shapes_free(read);
    /* Without the .prj the same numbers are not taken for degrees. */
    char why[256] = "";
    assert_int_equal(unlink(path_of(*state, "feet.prj", path)), 0);
    assert_int_equal(shapefile_read(path_of(*state, "feet", path), &read, why, sizeof why),
                     STATUS_REFUSED);
    assert_non_null(strstr(why, "not degrees"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_same_shapes_give_the_same_bytes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(damage_is_named, set_up, tear_down),
        cmocka_unit_test(text_becomes_clean_utf8),
        cmocka_unit_test_setup_teardown(a_value_wider_than_its_field_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_projection_is_undone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
