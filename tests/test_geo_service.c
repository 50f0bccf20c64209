/* test_geo_service.c - watchdesk-geo by its lines: what is asked, what comes back, byte for byte.
 * */
#include "tests/check.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/base/json.h"
#include "maps/geo_service.h"
#include "maps/shapefile.h"
#include "tests/drawn.h"

static const struct drawn_record streets[] = {
    { "Quay St|arterial|B|1|29|2|30", "0 0, 300 0" },
    { "Mill Rd|street|B|1|99|2|100", "300 0, 300 300" },
    { "Top St|street|FT|1|29|2|30", "300 300, 0 300" },
    { "Isle St|street|B||||", "9000 0, 9100 0" },
};
static const struct drawn_record zones[] = {
    { "HARBOUR", "-100 -100, -100 400, 400 400, 400 -100, -100 -100" },
};
static const struct drawn_record hospitals[] = { { "St Brae|STBRAE", "150 150" } };

/* ---- a folder of layers ---- */

struct site {
    char folder[64], hello[2000];
};

static void layer_write(const struct site *site, const char *name, enum shape_kind kind,
                        const char *columns, const struct drawn_record *records, uint32_t count)
{
    char path[128], why[300];
    struct shapes *shapes = drawn_layer(kind, columns, records, count);

    snprintf(path, sizeof path, "%s/%s", site->folder, name);
    assert_int_equal(shapefile_write(path, shapes, why, sizeof why), STATUS_OK);
    shapes_free(shapes);
}

static void site_make(struct site *site)
{
    char line[2000];

    snprintf(site->folder, sizeof site->folder, "/tmp/test_geo_XXXXXX");
    assert_non_null(mkdtemp(site->folder));
    layer_write(site, "streets", SHAPE_LINES, "NAME|CLASS|WAY|LF|LT|RF|RT", streets,
                ARRAY_COUNT(streets));
    layer_write(site, "zones", SHAPE_POLYGONS, "NAME", zones, ARRAY_COUNT(zones));
    layer_write(site, "hospitals", SHAPE_POINTS, "NAME|CODE", hospitals, ARRAY_COUNT(hospitals));
    snprintf(line, sizeof line,
             "{'hello':1,'wire':1,'streets':{'file':'%s/streets','name':'NAME','class':'CLASS',"
             "'oneway':'WAY','left_from':'LF','left_to':'LT','right_from':'RF','right_to':'RT',"
             "'class_speeds':[{'class':'arterial','kmh':72},{'class':'street','kmh':36}]},"
             "'zones':[{'name':'district','file':'%s/zones','column':'NAME'}],"
             "'places':[{'kind':'hospital','file':'%s/hospitals','column':'NAME','code':'CODE'}],"
             "'aliases':[{'name':'the Ferry','place':'12 Quay St'}]}",
             site->folder, site->folder, site->folder);
    json_of(site->hello, sizeof site->hello, line);
}

static void site_remove(const struct site *site)
{
    static const char *const names[] = { "streets", "zones", "hospitals" };
    static const char *const endings[] = { "shp", "shx", "dbf", "prj", "cpg" };
    char path[128];

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        for (size_t k = 0; k < ARRAY_COUNT(endings); k++) {
            snprintf(path, sizeof path, "%s/%s.%s", site->folder, names[i], endings[k]);
            unlink(path);
        }
    }
    rmdir(site->folder);
}

static void ask(struct geo_service *service, const char *text, struct buffer *out)
{
    struct line line = { .text = span_of(text), .whole_bytes = strlen(text) };

    buffer_reset(out);
    geo_service_answer(service, &line, out);
}

/* ---- conversations ---- */

/* Goal: every ask gets exactly this answer. Method: the ask that works beside the nearest one that
 * cannot. */
static const struct {
    const char *ask, *answer;
} asks[] = {
    { "{'ask':'place','ref':1,'text':'12 quay street'}",
      "{'ref':1,'found':[{'text':'12 Quay St','lat':49.9999281,'lon':-3.9984530,"
      "'kind':'address','exact':true,'score':100,'zone':'HARBOUR',"
      "'zones':{'district':'HARBOUR'}}]}" },
    { "{'ask':'place','ref':2,'text':'nowhere at all'}", "{'ref':2,'found':[]}" },
    { "{'ask':'place','ref':3}", "{'ref':3,'failed':'The ask has no text to look for.'}" },
    { "{'ask':'place','ref':4,'text':'STBRAE'}",
      "{'ref':4,'found':[{'text':'St Brae','lat':50.0013490,'lon':-3.9979014,"
      "'kind':'place','exact':true,'score':100,'class':'hospital','code':'STBRAE',"
      "'zone':'HARBOUR','zones':{'district':'HARBOUR'}}]}" },
    { "{'ask':'suggest','ref':24,'text':'the fe'}",
      "{'ref':24,'found':[{'text':'the Ferry (12 Quay St)','lat':49.9999281,'lon':-3.9984530,"
      "'kind':'place','exact':false,'score':90,'class':'alias','code':'the Ferry',"
      "'zone':'HARBOUR','zones':{'district':'HARBOUR'}}]}" },
    { "{'ask':'suggest','ref':5,'text':'mi','limit':1}",
      "{'ref':5,'found':[{'text':'Mill Rd','lat':50.0013490,'lon':-3.9958027,'kind':'street',"
      "'exact':false,'score':90,'zone':'HARBOUR','zones':{'district':'HARBOUR'}}]}" },
    { "{'ask':'reverse','ref':6,'lat':49.9999281,'lon':-3.9984530}",
      "{'ref':6,'address':'12 Quay St','distance_m':8,'crossing':'Quay St / Mill Rd',"
      "'crossing_m':190,'feature':'the Ferry (12 Quay St)','feature_m':0,"
      "'zone':'HARBOUR','zones':{'district':'HARBOUR'}}" },
    { "{'ask':'reverse','ref':7,'lat':55,'lon':10}", "{'ref':7}" },
    { "{'ask':'reverse','ref':8,'lat':95,'lon':10}",
      "{'ref':8,'failed':'The ask has no lat and lon of a place on the earth.'}" },
    { "{'ask':'zones','ref':9,'lat':50,'lon':-4}",
      "{'ref':9,'zone':'HARBOUR','zones':{'district':'HARBOUR'}}" },
    { "{'ask':'zones','ref':10,'lat':51,'lon':-4}", "{'ref':10}" },
    { "{'ask':'inside','ref':24,'rings':[[[49.9999,-4.0001],[49.9999,-3.9972018],"
      "[50.0014,-3.9972018],[50.0014,-4.0001]]],'facilities':[{'name':'Quay Station','kind':'fire',"
      "'lat':50.0001,'lon':-3.999},{'name':'Far Station','kind':'fire','lat':51,'lon':-4}]}",
      "{'ref':24,'found':[{'text':'Quay Station','kind':'fire','lat':50.0001000,'lon':-3.9990000},"
      "{'text':'St Brae','kind':'hospital','lat':50.0013490,'lon':-3.9979014}],"
      "'counts':{'fire':1,'hospital':1},'zones':{'district':['HARBOUR']},"
      "'shares':{'district':[{'zone':'HARBOUR','of_area':1,'of_zone':0.138}]},"
      "'streets_m':200,'addresses':20,'area_m2':34550}" },
    { "{'ask':'zones','ref':27,'lat':50,'lon':-3.99}",
      "{'ref':27,'zones_near':{'district':{'zone':'HARBOUR','m':315}}}" },
    { "{'ask':'inside','ref':25,'rings':[[[50,-4],[50,-3.9]]]}",
      "{'ref':25,'failed':'The rings enclose nothing.'}" },
    { "{'ask':'inside','ref':26,'rings':[[50,-4]]}",
      "{'ref':26,'failed':'A ring of the ask is no list of [lat,lon] pairs on the earth.'}" },
    { "{'ask':'zones','ref':11,'lat':'50','lon':-4}",
      "{'ref':11,'failed':'The ask has no lat and lon of a place on the earth.'}" },
    { "{'ask':'times','ref':12,'to':{'lat':50,'lon':-4},'from':["
      "{'unit':'FAR','lat':50.0026980,'lon':-3.9958028},"
      "{'unit':'NEAR','lat':50,'lon':-3.9972018},{'unit':'ISLE','lat':50,'lon':-3.874},"
      "{'unit':'LOST'},{'unit':'HERE','lat':50,'lon':-4}]}",
      "{'ref':12,'times':[{'unit':'HERE','s':0,'m':0},{'unit':'NEAR','s':10,'m':200},"
      "{'unit':'FAR','s':45,'m':600}],'stranded':["
      "{'unit':'ISLE','why':'no open street leads there'},{'unit':'LOST','why':'no place'}]}" },
    { "{'ask':'times','ref':13,'to':{'lat':50,'lon':-4},'closest':1,'from':["
      "{'unit':'FAR','lat':50.0026980,'lon':-3.9958028},"
      "{'unit':'NEAR','lat':50,'lon':-3.9972018}]}",
      "{'ref':13,'times':[{'unit':'NEAR','s':10,'m':200}]}" },
    { "{'ask':'times','ref':14,'to':{'lat':50,'lon':-4}}", "{'ref':14,'times':[]}" },
    { "{'ask':'times','ref':15,'from':[]}",
      "{'ref':15,'failed':'The ask has no lat and lon of a place on the earth.'}" },
    { "{'ask':'route','ref':16,'from':{'lat':50,'lon':-4},'to':{'lat':50.0013490,"
      "'lon':-3.9958028}}",
      "{'ref':16,'route':[[50.0000000,-4.0000000],[50.0000000,-3.9958027],"
      "[50.0013490,-3.9958027]],'s':30,'m':450,'deviation_m':0,'streets':['Quay St','Mill Rd'],"
      "'steps':[{'street':'Quay St','m':300,'s':15,'turn':'start'},"
      "{'street':'Mill Rd','m':150,'s':15,'turn':'left'}],"
      "'told':'Quay St 300 m, left into Mill Rd 150 m'}" },
    { "{'ask':'route','ref':21,'from':{'lat':50,'lon':-4},'to':{'lat':50.0013490,"
      "'lon':-3.9958028},'avoid':[[[50.0001,-3.998],[50.0001,-3.997],[49.999,-3.997]]]}",
      "{'ref':21,'failed':'No open street leads there: see what is closed.'}" },
    { "{'ask':'route','ref':22,'from':{'lat':50,'lon':-4},'to':{'lat':50,'lon':-3.9975},"
      "'avoid':[[[50.0001,-3.998],[50.0001,-3.997],[49.999,-3.997]]]}",
      "{'ref':22,'route':[[50.0000000,-4.0000000],[50.0000000,-3.9975000]],'s':9,'m':179,"
      "'closed_m':179,'deviation_m':0,'streets':['Quay St'],"
      "'steps':[{'street':'Quay St','m':179,'s':9,'turn':'start'}],'told':'Quay St 180 m'}" },
    { "{'ask':'times','ref':23,'to':{'lat':50,'lon':-4},'avoid':[[50,-4]],'from':[]}",
      "{'ref':23,'failed':'A ring of the ask is no list of [lat,lon] pairs on the earth.'}" },
    { "{'ask':'route','ref':17,'from':{'lat':50,'lon':-4},'to':{'lat':50,'lon':-3.874}}",
      "{'ref':17,'failed':'No street leads there.'}" },
    { "{'ask':'route','ref':18,'from':{'lat':50,'lon':-4}}",
      "{'ref':18,'failed':'The ask has no lat and lon of a place on the earth.'}" },
    { "{'ask':'fly','ref':19}",
      "{'ref':19,'failed':'An ask is one of place, suggest, reverse, times, route, reach, "
      "zones and inside.'}" },
    { "{'ref':20}",
      "{'ref':20,'failed':'An ask is one of place, suggest, reverse, times, route, reach, "
      "zones and inside.'}" },
    { "{'ask':'zones','ref':'x','lat':51,'lon':-4}", "{}" },
    { "[]", "{'failed':'An ask is one of place, suggest, reverse, times, route, reach, "
      "zones and inside.'}" },
    { "{'ask':", "{'failed':'The line is no JSON: it ends too early (at byte 7).'}" },
    { "\xFF\xFE", "{'failed':'The line is no JSON: not valid UTF-8 (at byte 0).'}" },
    { "{'hello':1,'wire':2}",
      "{'failed':'The hub speaks another wire than 1: they are of different releases.'}" },
    { "   ", "" },
};

static void every_ask_gets_its_answer(void **state)
{
    struct geo_service *service = geo_service_new();
    struct buffer out = { 0 };
    struct site site;

    (void)state;
    site_make(&site);
    ask(service, site.hello, &out);
    assert_non_null(strstr(out.bytes, "{\"hello\":1,\"streets\":4,\"nodes\":6,\"names\":6,"));
    assert_non_null(strstr(out.bytes, "2 of 4 street segments cannot be driven to and back"));
    for (size_t i = 0; i < ARRAY_COUNT(asks); i++) {
        char asked[1000], expected[1000];
        CASE("%s", asks[i].ask);
        ask(service, json_of(asked, sizeof asked, asks[i].ask), &out);
        json_of(expected, sizeof expected, asks[i].answer);
        assert_int_equal(out.length > 0, asks[i].answer[0] != '\0');
        if (out.length == 0)
            continue;
        assert_int_equal(out.bytes[out.length - 1], '\n');
        out.bytes[out.length - 1] = '\0';
        assert_string_equal(out.bytes, expected);
    }
    site_remove(&site);
    buffer_clear(&out);
    geo_service_free(service);
}

/* Goal: before the hello, and over the limit, an ask is refused and nothing else happens. */
static void what_comes_too_early_or_too_long_is_refused(void **state)
{
    struct geo_service *service = geo_service_new();
    struct line cut = { .text = span_of("{\"ask\":"), .cut = true, .whole_bytes = 9999999 };
    struct buffer out = { 0 };

    (void)state;
    ask(service, "{\"ask\":\"zones\",\"ref\":1,\"lat\":50,\"lon\":-4}", &out);
    assert_string_equal(out.bytes,
                        "{\"ref\":1,\"failed\":\"Nothing can be asked before the hello.\"}\n");
    buffer_reset(&out);
    geo_service_answer(service, &cut, &out);
    assert_string_equal(out.bytes, "{\"failed\":\"The line has 9999999 bytes; at most 2097152 are "
                                   "taken.\"}\n");
    ask(service, "{\"hello\":1}", &out);
    assert_string_equal(out.bytes, "{\"hello\":1,\"streets\":0,\"nodes\":0,\"names\":0,"
                                   "\"warnings\":[],\"said\":[]}\n");
    ask(service, "{\"ask\":\"times\",\"ref\":2,\"to\":{\"lat\":50,\"lon\":-4},\"from\":["
                 "{\"unit\":\"E7\",\"lat\":50,\"lon\":-4}]}", &out);
    assert_string_equal(out.bytes, "{\"ref\":2,\"times\":[]}\n");
    ask(service, "{\"ask\":\"route\",\"ref\":3,\"from\":{\"lat\":50,\"lon\":-4},"
                 "\"to\":{\"lat\":50,\"lon\":-4}}", &out);
    assert_string_equal(out.bytes, "{\"ref\":3,\"failed\":\"There is no street layer to drive "
                                   "on.\"}\n");
    buffer_clear(&out);
    geo_service_free(service);
}

/* Goal: each thing that is wrong with a layer is said once, and the rest works. `said` is part of
 * the sentence; `problems` is what --check counts. */
static const struct {
    const char *name, *hello, *said;
    uint32_t problems;
} wrongs[] = {
    { "nothing is wrong",
      "{'streets':{'file':'%s/streets','name':'NAME'}}", "", 0 },
    { "no such file",
      "{'streets':{'file':'%s/roads','name':'NAME'}}", "/roads", 1 },
    { "no such column, and which there are",
      "{'streets':{'file':'%s/streets','name':'STREET'}}",
      "has no column STREET for the street's name; it has NAME, CLASS, WAY, LF, LT, RF, RT.", 1 },
    { "polygons are no streets",
      "{'streets':{'file':'%s/zones','name':'NAME'}}", "holds no lines", 1 },
    { "lines are no zones",
      "{'zones':[{'name':'beat','file':'%s/streets','column':'NAME'}]}", "not polygons", 1 },
    { "zones without their column",
      "{'zones':[{'name':'beat','file':'%s/zones','column':'BEAT'}]}", "no column BEAT", 1 },
    { "a place without its code",
      "{'places':[{'kind':'er','file':'%s/hospitals','column':'NAME','code':'ID'}]}",
      "no column ID", 1 },
    { "no file named",
      "{'places':[{'kind':'er','column':'NAME'}]}", "names no file", 1 },
    { "two wrongs",
      "{'streets':{'file':'%s/streets','name':'STREET','class':'KIND'}}", "no column KIND", 2 },
    { "an alias for what is not there",
      "{'aliases':[{'name':'the Ferry','place':'12 Quay St'}]}",
      "The alias \"the Ferry\" stands for \"12 Quay St\", which is not found.", 1 },
    { "an alias for a place of a layer",
      "{'places':[{'kind':'er','file':'%s/hospitals','column':'NAME'}],"
      "'aliases':[{'name':'Casualty','place':'St Brae'}]}", "", 0 },
    { "not JSON", "{'streets':", "no JSON", 1 },
};

static void what_is_wrong_with_a_layer_is_said(void **state)
{
    struct site site;

    (void)state;
    site_make(&site);
    for (size_t i = 0; i < ARRAY_COUNT(wrongs); i++) {
        struct buffer out = { 0 };
        struct buffer hello = { 0 };
        const char *place = strstr(wrongs[i].hello, "%s");
        char text[1000];
        CASE("%s", wrongs[i].name);
        buffer_add(&hello, span_from(wrongs[i].hello, place ? (size_t)(place - wrongs[i].hello)
                                                            : strlen(wrongs[i].hello)));
        if (place)
            buffer_print(&hello, "%s%s", site.folder, place + 2);
        json_of(text, sizeof text, hello.bytes);
        assert_int_equal(geo_service_check(span_of(text), &out), wrongs[i].problems);
        if (wrongs[i].said[0])
            assert_non_null(strstr(out.bytes, wrongs[i].said));
        buffer_clear(&out);
        buffer_clear(&hello);
    }
    site_remove(&site);
}

/* ---- the program itself ---- */

static const char *built(const char *name, char path[256])
{
    const char *build = getenv("BUILD");

    snprintf(path, 256, "%s/%s", build ? build : ".build", name);
    return path;
}

/* Runs the sanitized program with `input` on its stdin; returns its exit code. */
static int program_run(const char *option, struct span input, struct buffer *output)
{
    int in[2], from[2], status;
    char path[256], bytes[4096];

    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(from), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], 0);
        dup2(from[1], 1);
        close(in[1]);
        close(from[0]);
        execl(built("sanitized/watchdesk-geo", path), "watchdesk-geo", option, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(from[1]);
    assert_int_equal(write(in[1], input.bytes, input.length), (ssize_t)input.length);
    close(in[1]);
    for (ssize_t count; (count = read(from[0], bytes, sizeof bytes)) > 0;)
        buffer_add(output, span_from(bytes, (size_t)count));
    close(from[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Goal: the program answers as the service does, line by line, also a last one without its end,
 * leaves when stdin ends, and does the same twice. */
static void the_program_answers_until_its_input_ends(void **state)
{
    struct geo_service *service = geo_service_new();
    struct buffer input = { 0 }, output = { 0 }, again = { 0 }, expected = { 0 }, out = { 0 };
    struct site site;

    (void)state;
    site_make(&site);
    buffer_print(&input, "%s\n", site.hello);
    ask(service, site.hello, &expected);
    for (size_t i = 0; i < ARRAY_COUNT(asks); i++) {
        char asked[1000];
        json_of(asked, sizeof asked, asks[i].ask);
        buffer_print(&input, "%s%s", asked, i + 1 < ARRAY_COUNT(asks) - 1 ? "\n" : "");
        ask(service, asked, &out);
        buffer_add(&expected, buffer_span(&out));
    }
    assert_int_equal(program_run(NULL, buffer_span(&input), &output), 0);
    assert_string_equal(output.bytes, expected.bytes);
    assert_int_equal(program_run(NULL, buffer_span(&input), &again), 0);
    assert_string_equal(again.bytes, output.bytes);

    buffer_reset(&output);
    assert_int_equal(program_run("--check", span_of(site.hello), &output), 0);
    assert_int_equal(program_run("--check", span_of("{\"streets\":{\"file\":\"/no/such\"}}"),
                                 &output), 1);
    assert_non_null(strstr(output.bytes, "/no/such"));
    assert_int_equal(program_run("--nonsense", span_of(""), &output), 2);
    site_remove(&site);
    buffer_clear(&input);
    buffer_clear(&output);
    buffer_clear(&again);
    buffer_clear(&expected);
    buffer_clear(&out);
    geo_service_free(service);
}

/* ---- the sample city ---- */

/* One member of the first place found, as a number; NaN when nothing was found. */
static struct geo_point first_found(struct geo_service *service, const char *text, bool *ret_exact)
{
    struct geo_point point = geo_unknown();
    struct buffer line = { 0 }, out = { 0 };
    struct json *json;

    json_open(&line, NULL, '{');
    json_put_text(&line, "ask", "place");
    json_put_text(&line, "text", text);
    json_close(&line, '}');
    ask(service, line.bytes, &out);
    struct verdict verdict = json_parse(span_trim(buffer_span(&out)), &json);
    assert_true(is_accepted(&verdict));
    const struct json *found = json_first(json_member(json, "found"));
    json_number(json_member(found, "lat"), &point.lat_deg);
    json_number(json_member(found, "lon"), &point.lon_deg);
    *ret_exact = json_member_flag(found, "exact", false);
    json_free(json);
    buffer_clear(&line);
    buffer_clear(&out);
    return point;
}

/* Goal: in the city that everybody sees first, every station's and hospital's own address is found,
 * exactly, where it stands; and the harbour's engine gets to each of them. */
static void the_city_finds_and_reaches_its_stations(void **state)
{
    static const char *const layers[] = { "stations", "hospitals", "landmarks" };
    struct geo_service *service = geo_service_new();
    struct buffer hello = { 0 }, out = { 0 }, times = { 0 };
    char city[256], path[300], why[300];
    uint32_t asked = 0;
    struct json *json;

    (void)state;
    built("city", city);
    buffer_print(&hello,
                 "{\"hello\":1,\"streets\":{\"file\":\"%s/streets\",\"name\":\"NAME\","
                 "\"class\":\"CLASS\",\"speed\":\"SPEED\",\"oneway\":\"ONEWAY\","
                 "\"left_from\":\"LFROM\",\"left_to\":\"LTO\",\"right_from\":\"RFROM\","
                 "\"right_to\":\"RTO\",\"from_node\":\"FNODE\",\"to_node\":\"TNODE\"}}", city);
    ask(service, hello.bytes, &out);
    assert_non_null(strstr(out.bytes, "\"warnings\":[]"));
    json_open(&times, NULL, '{');
    json_put_text(&times, "ask", "times");
    json_open(&times, "from", '[');
    for (size_t i = 0; i < ARRAY_COUNT(layers); i++) {
        struct shapes *shapes;
        snprintf(path, sizeof path, "%s/%s", city, layers[i]);
        assert_int_equal(shapefile_read(path, &shapes, why, sizeof why), STATUS_OK);
        int column = shapes_column(shapes, "ADDRESS");
        for (uint32_t r = 0; r < shapes->record_count; r++, asked++) {
            bool exact;
            struct geo_point there = shapes->vertices[r];
            struct geo_point point = first_found(service, shapes_value(shapes, r, column), &exact);
            if (!exact || geo_distance_m(point, there) > 60)
                fail_msg("%s: exact %d, %.0f m off", shapes_value(shapes, r, column), exact,
                         geo_distance_m(point, there));
            json_open(&times, NULL, '{');
            json_put_degrees(&times, "lat", there.lat_deg);
            json_put_degrees(&times, "lon", there.lon_deg);
            json_close(&times, '}');
        }
        shapes_free(shapes);
    }
    json_close(&times, ']');
    bool exact;
    struct geo_point harbour = first_found(service, "12 Quay St", &exact);
    buffer_print(&times, ",\"to\":{\"lat\":%.7f,\"lon\":%.7f}}", harbour.lat_deg, harbour.lon_deg);
    ask(service, times.bytes, &out);
    struct verdict verdict = json_parse(span_trim(buffer_span(&out)), &json);
    assert_true(is_accepted(&verdict));
    assert_int_equal(json_count(json_member(json, "times")), asked);
    json_free(json);
    buffer_clear(&hello);
    buffer_clear(&times);
    buffer_clear(&out);
    geo_service_free(service);
}

/* ---- layers that nobody should have made ---- */

/* nftw() has no context; the count is all that the walk gives back. */
static uint32_t odd_layers;

static int layer_asked(const char *path, const struct stat *stat, int flag, struct FTW *at)
{
    static const char *const questions[] = {
        "{\"ask\":\"suggest\",\"text\":\"12 m\"}",
        "{\"ask\":\"reverse\",\"lat\":49.41,\"lon\":8.69}",
        "{\"ask\":\"route\",\"from\":{\"lat\":49.41,\"lon\":8.69},"
        "\"to\":{\"lat\":49.42,\"lon\":8.7}}",
    };
    size_t length = strlen(path);
    struct buffer hello = { 0 }, out = { 0 };

    (void)stat;
    (void)at;
    if (flag != FTW_F || length < 4 || strcmp(path + length - 4, ".shp") != 0)
        return 0;
    struct geo_service *service = geo_service_new();
    buffer_print(&hello,
                 "{\"hello\":1,\"streets\":{\"file\":\"%s\"},\"zones\":[{\"name\":\"z\","
                 "\"file\":\"%s\",\"column\":\"NAME\"}],\"places\":[{\"kind\":\"k\","
                 "\"file\":\"%s\",\"column\":\"NAME\"}]}", path, path, path);
    ask(service, hello.bytes, &out);
    assert_non_null(strstr(out.bytes, "\"hello\":1"));
    for (size_t i = 0; i < ARRAY_COUNT(questions); i++) {
        ask(service, questions[i], &out);
        assert_true(out.length > 2 && out.bytes[out.length - 1] == '\n');
    }
    buffer_clear(&hello);
    buffer_clear(&out);
    geo_service_free(service);
    odd_layers++;
    return 0;
}

/* Goal: whatever a layer is, the service starts and answers. Method: every odd file of the shared
 * data as streets, zones and places at once. */
static void an_odd_layer_stops_nobody(void **state)
{
    (void)state;
    if (access("../shared/data", F_OK) != 0) {
        print_message("SKIP: ../shared/data is absent\n");
        skip();
    }
    nftw("../shared/data/shapefiles_odd", layer_asked, 16, FTW_PHYS);
    assert_true(odd_layers >= 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ask_gets_its_answer),
        cmocka_unit_test(what_comes_too_early_or_too_long_is_refused),
        cmocka_unit_test(what_is_wrong_with_a_layer_is_said),
        cmocka_unit_test(the_program_answers_until_its_input_ends),
        cmocka_unit_test(an_odd_layer_stops_nobody),
        cmocka_unit_test(the_city_finds_and_reaches_its_stations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
