#include "tests/check.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/core/turn.h"
#include "app/site_conf.h"
#include "tests/site.h"

/* Each line is one element, so that a case can say which line it changes. */
static const char *const good[] = {
    /*  1 */ "site {",
    /*  2 */ "    id = PM",
    /*  3 */ "    name = \"PORT MAREN\"",
    /*  4 */ "    timezone = \"Europe/London\"",
    /*  5 */ "}",
    /*  6 */ "# libconfuse 3.3 counts this line three times",
    /*  7 */ "/* and this",
    /*  8 */ "   one twice: \" */",
    /*  9 */ "type FIRE { title = \"Fire # 1\" priority = 1 desk = FIRE-N }",
    /* 10 */ "disposition DONE { title = \"Dealt with\" }",
    /* 11 */ "facility St1 { name = \"One\" kind = fire location = \"51.2,-4.1\" }",
    /* 12 */ "layer streets {",
    /* 13 */ "    file = \"streets\"",
    /* 14 */ "    label = NAME",
    /* 15 */ "    column = CLASS",
    /* 16 */ "    style main { ink = map-arterial m-per-cell-max = 40 }",
    /* 17 */ "}",
    /* 18 */ "streets { layer = streets name = NAME speed-unit = kmh speed-of main { kmh = 50 } }",
    /* 19 */ "zone district { layer = streets column = NAME }",
    /* 20 */ "places landmark { layer = streets column = NAME code = CODE }  "
             "alias \"the Ferry\" { place = \"12 Quay St\" }",
    /* 21 */ "operator KIM { role = dispatcher desk = FIRE-N }   // who",
    /* 22 */ "feed field {",
    /* 23 */ "    adapter = field",
    /* 24 */ "    supplier = \"us\"",
    /* 25 */ "    trust = actuate",
    /* 26 */ "    settings = { \"location_s=5\",",
    /* 27 */ "                 \"log=notes.txt\" }",
    /* 28 */ "    secrets = { \"token=token\" }",
    /* 29 */ "}",
    /* 30 */ "unit E7 { kind = engine station = St1 crew = 4 skills = \"pump\" feed = field }",
};

static const char described[] =
    "{\"adapter\":\"field\",\"repeat\":\"SAFE\",\"stale_after_s\":90,\"drill_clock\":true,"
    "\"drills_only\":true,\"settings\":[{\"name\":\"location_s\",\"kind\":\"number\"},"
    "{\"name\":\"log\",\"kind\":\"path\"},{\"name\":\"loud\",\"kind\":\"flag\"},"
    "{\"name\":\"topic\",\"kind\":\"text\",\"many\":true},"
    "{\"name\":\"token\",\"kind\":\"secret\"}]}\n"
    "{\"adapter\":\"calls\",\"settings\":[{\"name\":\"file\",\"kind\":\"path\","
    "\"needed\":true}]}\n";

struct hand {
    struct test_site *site;
    struct adapter_list adapters;
    struct buffer problems;
};

static int hand_new(void **state)
{
    static const char *const files[] = { "streets.shp", "streets.shx", "streets.dbf", "notes.txt",
                                         "token" };
    struct hand *hand = base_alloc(1, sizeof *hand);

    hand->site = site_new(SITE_SANITIZED);
    for (size_t i = 0; i < ARRAY_COUNT(files); i++)
        site_write(hand->site, files[i], "hush\n");
    chmod(site_path(hand->site, "token"), 0600);
    struct verdict verdict = adapter_list_read(span_of(described), &hand->adapters);
    assert_true(is_accepted(&verdict));
    *state = hand;
    return 0;
}

static int hand_free(void **state)
{
    struct hand *hand = *state;

    adapter_list_clear(&hand->adapters);
    buffer_clear(&hand->problems);
    site_free(hand->site);
    base_free(hand);
    return 0;
}

static enum status read_text(struct hand *hand, const char *text, struct site_conf **ret_conf)
{
    struct site_conf_options options = { .path = site_folder(hand->site),
                                         .adapters = &hand->adapters };

    site_write(hand->site, "site.conf", text);
    buffer_reset(&hand->problems);
    return site_conf_read(&options, ret_conf, &hand->problems);
}

/* The good text with line `line` (from 1) written anew; 0 changes nothing. */
static void text_with(uint32_t line, const char *with, struct buffer *out)
{
    buffer_reset(out);
    for (uint32_t i = 0; i < ARRAY_COUNT(good); i++)
        buffer_print(out, "%s\n", i + 1 == line ? with : good[i]);
}

static uint32_t line_count(const struct buffer *text)
{
    uint32_t count = 0;

    for (size_t i = 0; i < text->length; i++)
        count += text->bytes[i] == '\n';
    return count;
}

/* Goal: whatever is wrong is named with its line and a reason, and nothing else is. Method: one
 * line of a good file changed a row; the sentence beside it. */
static const struct {
    const char *name;
    uint32_t line;
    const char *with;
    enum status status;
    const char *says;           /* "" for nothing. */
} cases[] = {
    { "as it is", 0, NULL, STATUS_OK, "" },
    /* form */
    { "a word nobody knows", 14, "    labell = NAME", STATUS_REFUSED,
      "site.conf:14: labell: there is no such word here" },
    { "a section nobody knows", 10, "dispositon DONE { title = { x }\n }", STATUS_REFUSED,
      "site.conf:10: dispositon: there is no such word here" },
    { "no closing quote", 3, "    name = \"PORT MAREN", STATUS_REFUSED, "site.conf:" },
    { "no closing brace", 29, "", STATUS_REFUSED, "site.conf:30: unit: there is no such word" },
    { "no value", 14, "    label =", STATUS_REFUSED, "site.conf:15: unexpected token '='" },
    { "two of one name", 30, "unit E7 { feed = field }\nunit E7 { feed = field }", STATUS_REFUSED,
      "site.conf:31: E7: this name is given twice" },
    { "two of one key", 2, "    id = PM id = PM", STATUS_REFUSED,
      "site.conf:2: id: it is given twice" },
    { "two sites", 5, "}\nsite { id = XX }", STATUS_REFUSED,
      "site.conf:6: site: it is given twice" },
    { "bad UTF-8", 3, "    name = \"PORT \xff\"", STATUS_REFUSED,
      "site.conf:3: this is not valid UTF-8" },
    /* values */
    { "not a number", 30, "unit E7 { crew = four }", STATUS_REFUSED,
      "site.conf:30: unit E7: crew: \"four\" is not a whole number" },
    { "a number with a comma", 16, "    style main { m-per-cell-max = \"1,5\" }", STATUS_REFUSED,
      "site.conf:16: style main: m-per-cell-max: \"1,5\" is not a number" },
    { "neither yes nor no", 14, "    hidden = maybe", STATUS_REFUSED,
      "site.conf:14: layer streets: hidden: \"maybe\" is neither yes nor no" },
    { "no word of trust", 25, "    trust = blind", STATUS_REFUSED,
      "site.conf:25: feed field: trust: \"blind\" is not map-only, raise, propose, open or "
      "actuate" },
    { "no role", 21, "operator KIM { role = boss }", STATUS_REFUSED,
      "site.conf:21: operator KIM: role: \"boss\" is not observer, " },
    { "a latitude of 91", 11, "facility St1 { location = \"91,-4.1\" }", STATUS_REFUSED,
      "site.conf:11: facility St1: location: \"91,-4.1\" is no place on the earth" },
    { "0N 0E", 11, "facility St1 { location = \"0,0\" }", STATUS_REFUSED,
      "site.conf:11: facility St1: location: \"0,0\" is no place on the earth" },
    { "half a place", 11, "facility St1 { location = \"51.2\" }", STATUS_REFUSED,
      "site.conf:11: facility St1: location: \"51.2\" is not \"LATITUDE,LONGITUDE\"" },
    { "an escape sequence", 3, "    name = \"PORT\\x1b[31m\"", STATUS_REFUSED,
      "site.conf:3: site: name: it has characters that a screen would not show" },
    { "too long a name", 30, "unit E7890123456789012345 { }", STATUS_REFUSED,
      "site.conf:30: unit E7890123456789012345: its name: it is longer than 15 bytes" },
    { "priority 6", 9, "type FIRE { priority = 6 }", STATUS_REFUSED,
      "site.conf:9: type FIRE: priority: 6 is not 1 to 5" },
    /* needed */
    { "no priority", 9, "type FIRE { title = \"Fire\" }", STATUS_REFUSED,
      "site.conf:9: type FIRE: it has no priority" },
    { "no supplier", 24, "", STATUS_REFUSED, "site.conf:22: feed field: it has no supplier" },
    { "no role at all", 21, "operator KIM {\n desk = X\n}", STATUS_REFUSED,
      "site.conf:21: operator KIM: it has no role" },
    { "no id", 2, "", STATUS_REFUSED, "site.conf:1: site: it has no id" },
    /* names and zones */
    { "an id in small letters", 2, "    id = pm", STATUS_REFUSED,
      "site.conf:2: site: id: \"pm\" is not 1 to 8 capitals" },
    { "a zone that is none", 4, "    timezone = \"Europe/Maren\"", STATUS_REFUSED,
      "site.conf:4: site: timezone: this machine knows no Europe/Maren" },
    { "a zone outside", 4, "    timezone = \"../../etc/passwd\"", STATUS_REFUSED,
      "site.conf:4: site: timezone: this machine knows no ../../etc/passwd" },
    { "a callsign like an alarm", 30, "unit AL17 { }", STATUS_REFUSED,
      "site.conf:30: unit AL17: its callsign would be taken for another object" },
    { "a callsign of digits", 30, "unit 42 { }", STATUS_REFUSED,
      "site.conf:30: unit 42: a bare number is always an incident" },
    { "a callsign in small letters", 30, "unit e7 { }", STATUS_REFUSED,
      "site.conf:30: unit e7: a callsign is written in capitals: E7" },
    { "a callsign of two words", 30, "unit \"E 7\" { }", STATUS_REFUSED,
      "site.conf:30: unit E 7: its name is typed in commands" },
    /* across sections */
    { "no such station", 30, "unit E7 { kind = engine station = St9 }", STATUS_REFUSED,
      "site.conf:30: unit E7: station St9 is not among the facilities" },
    { "no such feed", 30, "unit E7 { feed = radio }", STATUS_REFUSED,
      "site.conf:30: unit E7: there is no feed radio" },
    { "no such layer", 19, "zone district {\n    layer = zones column = NAME }", STATUS_REFUSED,
      "site.conf:20: zone district: layer: zones is not among the layers" },
    { "styles without a column", 15, "", STATUS_REFUSED,
      "site.conf:12: layer streets: it has styles, but no column" },
    { "a speed that is none", 18, "streets { layer = streets speed-of main { kmh = fast } }",
      STATUS_REFUSED, "site.conf:18: speed-of main: kmh: \"fast\" is not 0 to 300" },
    { "a unit of speed", 18, "streets { layer = streets speed-unit = knots }", STATUS_REFUSED,
      "site.conf:18: streets: speed-unit: \"knots\" is not kmh or mph" },
    { "an alias for nothing", 20, "alias \"the Ferry\" { }", STATUS_REFUSED,
      "site.conf:20: alias the Ferry: it has no place" },
    { "an alias without a name", 20, "alias \"\" { place = \"12 Quay St\" }", STATUS_REFUSED,
      "it has no name to be asked for by" },
    { "an alias of 61 bytes", 20, "alias \"the ferry that goes to the island, the one with the "
      "red funnel\" { place = \"12 Quay St\" }", STATUS_REFUSED,
      "its name is longer than 60 bytes" },
    { "an alias that no screen shows", 20, "alias \"the\\x1bFerry\" { place = \"12 Quay St\" }",
      STATUS_REFUSED, "it has characters that a screen would not show" },
    { "an alias twice", 20, "alias F { place = A }\nalias F { place = B }", STATUS_REFUSED,
      "site.conf:21: F: this name is given twice" },
    /* adapters */
    { "no such adapter", 23, "    adapter = telepathy", STATUS_REFUSED,
      "site.conf:23: feed field: adapter: there is no telepathy; there are field, calls" },
    { "no such setting", 27, "                 \"volume=3\" }", STATUS_REFUSED,
      "site.conf:27: feed field: adapter field has no setting volume" },
    { "a setting that is no number", 26, "    settings = { \"location_s=often\",", STATUS_REFUSED,
      "site.conf:26: feed field: setting location_s: \"often\" is not a number" },
    { "a setting that is no pair", 27, "                 \"loud\" }", STATUS_REFUSED,
      "site.conf:27: feed field: settings: \"loud\" is not \"name=value\"" },
    { "a setting twice", 27, "                 \"location_s=6\" }", STATUS_REFUSED,
      "site.conf:27: feed field: setting location_s: it is given twice" },
    { "a setting that may be given twice", 27, "                 \"topic=a\", \"topic=b\" }",
      STATUS_OK, "" },
    { "a secret among the settings", 27, "                 \"token=hush\" }", STATUS_REFUSED,
      "setting token: it is a secret: name its file as secrets = { \"token=PATH\" }" },
    { "no such secret of the adapter", 28, "    secrets = { \"log=token\" }", STATUS_REFUSED,
      "site.conf:28: feed field: adapter field has no secret log" },
    { "a secret twice", 28, "    secrets = { \"token=token\", \"token=token\" }", STATUS_REFUSED,
      "site.conf:28: feed field: secret token: it is given twice" },
    { "a setting that is needed", 23, "    adapter = calls settings = { \"file=notes.txt\" }",
      STATUS_REFUSED, "site.conf:26: settings: it is given twice" },
    { "a setting that is not given", 23, "    adapter = calls", STATUS_REFUSED,
      "site.conf:26: feed field: adapter calls needs the setting file" },
    /* the disk: told, but the site runs */
    { "no such shapefile", 13, "    file = \"lanes\"", STATUS_OK,
      "site.conf:13: layer streets: file:" },
    { "no such file of a setting", 27, "                 \"log=lost.txt\" }", STATUS_OK,
      "site.conf:27: feed field: setting log:" },
    { "no such secret", 28, "    secrets = { \"token=lost\" }", STATUS_OK,
      "site.conf:28: feed field: secret token:" },
    { "a secret others may read", 28, "    secrets = { \"token=notes.txt\" }", STATUS_OK,
      "chmod 600 it" },
};

static void what_is_wrong_is_named_with_its_line(void **state)
{
    struct hand *hand = *state;
    struct buffer text = { 0 };

    chmod(site_path(hand->site, "notes.txt"), 0644);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct site_conf *conf = NULL;
        CASE("%s", cases[i].name);
        text_with(cases[i].line, cases[i].with, &text);
        enum status status = read_text(hand, text.bytes, &conf);
        const char *said = hand->problems.bytes ? hand->problems.bytes : "";
        if (status != cases[i].status || !strstr(said, cases[i].says))
            fail_msg("status %d, not %d, and said:\n%sinstead of %s", status, cases[i].status,
                     said, cases[i].says);
        if (!*cases[i].says)
            assert_string_equal(said, "");
        site_conf_free(conf);
    }
    buffer_clear(&text);
}

/* Goal: all that is wrong is said in one reading. Method: eight mistakes of several kinds in one
 * file, unknown words and repeated names among them, which libconfuse would stop at. */
static void everything_wrong_is_said_at_once(void **state)
{
    static const char text[] =
        "site { id = PM name = \"x\" colour = red }\n"
        "type FIRE { priority = 9 }\n"
        "type FIRE { priority = 1 }\n"
        "# between\n"
        "wagon W1 { wheels = {4, 5} spare { a = b } }\n"
        "unit E7 { station = St9 crew = x horn = loud }\n"
        "unit OR7 { feed = none }\n"
        "operator KIM { }\n";
    static const char *const says[] = {
        "site.conf:1: colour: ", "site.conf:2: type FIRE: priority: 9 ",
        "site.conf:3: FIRE: this name is given twice", "site.conf:5: wagon: ",
        "site.conf:6: unit E7: station St9 ", "site.conf:6: unit E7: crew: ",
        "site.conf:6: horn: ", "site.conf:7: unit OR7: its callsign ",
        "site.conf:7: unit OR7: there is no feed none", "site.conf:8: operator KIM: it has no role",
    };
    struct hand *hand = *state;
    struct site_conf *conf = NULL;

    assert_int_equal(read_text(hand, text, &conf), STATUS_REFUSED);
    print_message("%s", hand->problems.bytes);
    for (size_t i = 0; i < ARRAY_COUNT(says); i++)
        if (!strstr(hand->problems.bytes, says[i]))
            fail_msg("not said: %s", says[i]);
    assert_int_equal(line_count(&hand->problems), ARRAY_COUNT(says));
}

/* Goal: what the file says stands in the config input, without a secret, and the core takes it.
 * Method: the config is written, given to a turn, and the picture holds it. */
static void the_core_takes_what_the_file_says(void **state)
{
    struct hand *hand = *state;
    struct site_conf *conf;
    struct buffer text = { 0 }, config = { 0 };

    text_with(0, NULL, &text);
    assert_int_equal(read_text(hand, text.bytes, &conf), STATUS_OK);
    site_conf_write(conf, &config);
    assert_null(strstr(config.bytes, "hush"));
    assert_null(strstr(config.bytes, "token"));
    struct json *json;
    struct verdict verdict = json_parse(buffer_span(&config), &json);
    assert_true(is_accepted(&verdict));
    struct picture *picture = picture_new();
    struct arena *arena = arena_new();
    struct input input = { .kind = INPUT_CONFIG, .at_ms = 1000, .source = "", .json = json };
    struct turn turn = turn_take(picture, &input, arena);
    assert_true(is_accepted(&turn.verdict));
    assert_string_equal(picture_site(picture)->id, "PM");
    const struct unit *unit = picture_unit(picture, "E7");
    assert_non_null(unit);
    assert_int_equal(unit->crew, 4);
    assert_true(unit->home.lat_deg == 51.2 && unit->home.lon_deg == -4.1);
    const struct feed *feed = picture_called(picture, OBJECT_FEED, "field");
    assert_int_equal(feed->trust, TRUST_ACTUATE);
    assert_int_equal(feed->repeat, REPEAT_SAFE);
    assert_int_equal(feed->stale_after_s, 90);
    const struct layer_class *class = picture_numbered(picture, OBJECT_LAYER_CLASS, 101);
    assert_string_equal(class->value, "main");
    assert_string_equal(class->layer, "streets");
    assert_string_equal(((const struct type *)picture_row(picture, OBJECT_TYPE, 0))->title,
                        "Fire # 1");
    arena_free(arena);
    picture_free(picture);
    json_free(json);
    site_conf_free(conf);
    buffer_clear(&text);
    buffer_clear(&config);
}

/* Goal: a feed gets its settings with whole paths and its secrets from their files; geography gets
 * the layers' files. */
static void the_hub_gets_paths_and_secrets(void **state)
{
    struct hand *hand = *state;
    struct site_conf *conf;
    struct buffer text = { 0 }, out = { 0 }, problems = { 0 };
    char expected[600];

    text_with(0, NULL, &text);
    assert_int_equal(read_text(hand, text.bytes, &conf), STATUS_OK);
    site_conf_write_settings(conf, 0, &out);
    snprintf(expected, sizeof expected, "{\"location_s\":\"5\",\"log\":\"%s/notes.txt\"}",
             conf->directory);
    assert_string_equal(out.bytes, expected);
    buffer_reset(&out);
    assert_true(site_conf_write_secrets(conf, 0, &out, &problems));
    assert_string_equal(out.bytes, "{\"token\":\"hush\"}");
    snprintf(expected, sizeof expected,
             "\"zones\":[{\"name\":\"district\",\"file\":\"%s/streets\",\"column\":\"NAME\"}]",
             conf->directory);
    assert_non_null(strstr(conf->geography, expected));
    assert_non_null(strstr(conf->geography,
                           "\"aliases\":[{\"name\":\"the Ferry\",\"place\":\"12 Quay St\"}]"));
    assert_non_null(strstr(conf->geography, "\"class_speeds\":[{\"class\":\"main\",\"kmh\":50}]"));

    site_conf_free(conf);
    CASE("a setting given several times is a list");
    text_with(27, "\"topic=a\", \"loud=yes\", \"topic=b\" }", &text);
    buffer_reset(&out);
    assert_int_equal(read_text(hand, text.bytes, &conf), STATUS_OK);
    site_conf_write_settings(conf, 0, &out);
    assert_string_equal(out.bytes,
                        "{\"location_s\":\"5\",\"topic\":[\"a\",\"b\"],\"loud\":\"yes\"}");

    CASE("a secret that others may read is not read");
    chmod(site_path(hand->site, "token"), 0640);
    buffer_reset(&out);
    assert_false(site_conf_write_secrets(conf, 0, &out, &problems));
    assert_null(strstr(out.bytes, "hush"));
    assert_non_null(strstr(problems.bytes, "chmod 600"));
    site_conf_free(conf);
    buffer_clear(&text);
    buffer_clear(&out);
    buffer_clear(&problems);
}

/* Goal: a file that is not there, is a folder, or is no text is said to be so. */
static void no_site_conf_is_said(void **state)
{
    struct hand *hand = *state;
    struct site_conf *conf = NULL;
    struct site_conf_options options = { .path = "/nowhere/at/all" };
    static const char bytes[] = "site { id = PM\0 }";

    assert_int_equal(site_conf_read(&options, &conf, &hand->problems), STATUS_NOT_FOUND);
    assert_non_null(strstr(hand->problems.bytes, "/nowhere/at/all"));
    file_write(site_path(hand->site, "site.conf"), SPAN(bytes));
    options.path = site_folder(hand->site);
    buffer_reset(&hand->problems);
    assert_int_equal(site_conf_read(&options, &conf, &hand->problems), STATUS_REFUSED);
    assert_non_null(strstr(hand->problems.bytes, "site.conf:1: there is a zero byte"));
    assert_int_equal(read_text(hand, "", &conf), STATUS_REFUSED);
    assert_non_null(strstr(hand->problems.bytes, "it says no site"));
}

/* Goal: however a good file is torn or mistyped, the reader ends with a sentence or a site. Method:
 * the good file cut at every byte, and with a byte of every kind put in at every third. */
static void a_torn_file_never_breaks_the_reader(void **state)
{
    static const char odd[] = { '"', '{', '}', '=', '\\', '#', '\'', ',', '(', '+', '~' };
    struct hand *hand = *state;
    struct buffer text = { 0 }, torn = { 0 };

    text_with(0, NULL, &text);
    for (size_t at = 0; at < text.length; at += 3) {
        struct site_conf *conf = NULL;
        buffer_reset(&torn);
        buffer_add(&torn, span_from(text.bytes, at));
        if (at % 2)
            buffer_print(&torn, "%c%s", odd[at % sizeof odd], text.bytes + at);
        enum status status = read_text(hand, torn.bytes, &conf);
        assert_true(status == STATUS_OK || hand->problems.length > 0);
        site_conf_free(conf);
    }
    buffer_clear(&text);
    buffer_clear(&torn);
}

static void check_whole(const char *path, bool is_right, const char *says)
{
    struct site_conf_options options = { .path = path };
    struct buffer out = { 0 };

    bool right = site_conf_check(&options, &out);
    print_message("    %s", out.bytes);
    assert_int_equal(right, is_right);
    assert_non_null(strstr(out.bytes, says));
    buffer_clear(&out);
}

/* Goal: the sample site and the site of Cambridge are right. */
static void the_sites_we_give_are_right(void **state)
{
    struct hand *hand = *state;
    struct buffer conf = { 0 };
    char shared[1000];

    check_whole("app/sample", true, "site PM, PORT MAREN");
    skip_without_shared("data/shapefiles/cambridge_ma");
    file_read("tests/cambridge.conf", &conf);
    file_write(site_path(hand->site, "site.conf"), buffer_span(&conf));
    buffer_clear(&conf);
    assert_non_null(realpath("../shared", shared));
    assert_int_equal(symlink(shared, site_path(hand->site, "shared")), 0);
    check_whole(site_folder(hand->site), true, "site CAM, CAMBRIDGE");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hand_new, hand_free)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_wrong_is_named_with_its_line),
        TEST(everything_wrong_is_said_at_once),
        TEST(the_core_takes_what_the_file_says),
        TEST(the_hub_gets_paths_and_secrets),
        TEST(no_site_conf_is_said),
        TEST(a_torn_file_never_breaks_the_reader),
        TEST(the_sites_we_give_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
