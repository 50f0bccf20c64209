/* test_geo_check.c - what `watchdesk check` says of the layers that a map draws: each slip in
 * site.conf beside the nearest that is right. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maps/geo_service.h"
#include "tests/check.h"

static const char streets[] =
    "{\"type\":\"FeatureCollection\",\"features\":["
    "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"Quay St\",\"CLASS\":\"main\"},"
    "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[-4.1,51.2],[-4.0,51.2]]}},"
    "{\"type\":\"Feature\",\"properties\":{\"NAME\":\"Mill Rd\",\"CLASS\":\"lane\"},"
    "\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[-4.1,51.2],[-4.1,51.3]]}}]}";

static void file_write(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

/* Goal: a layer's slips are named with the layer and the key, and counted; doubts are notes. */
static void slips_are_named(void **state)
{
    static const struct {
        const char *name, *layer, *classes, *says;
        uint32_t problems;
    } cases[] = {
        { "right", "'label':'NAME','column':'CLASS','ink':'map-street'",
          "{'layer':'streets','value':'main','ink':'map-arterial'}", "", 0 },
        { "letters of either case", "'label':'name','column':'class'", "", "", 0 },
        { "no such ink", "'ink':'map-steet'", "",
          "layer streets: ink: there is no map-steet; did you mean map-street?\n", 1 },
        { "no such ground", "'ground':'sea'", "", "layer streets: ground: there is no sea; there "
          "are none land water", 1 },
        { "no such label", "'label':'NAM'", "",
          "layer streets: label: its file has no column NAM; it has NAME CLASS\n", 1 },
        { "no such class column", "'column':'KIND'", "{'layer':'streets','value':'main'}",
          "layer streets: column: its file has no column KIND; it has NAME CLASS\n", 1 },
        { "a class's ink", "'column':'CLASS'",
          "{'layer':'streets','value':'main','ink':'red'}",
          "layer streets, style main: ink: there is no red; did you mean", 1 },
        { "a class's ground", "'column':'CLASS'",
          "{'layer':'streets','value':'main','ground':'red'}",
          "layer streets, style main: ground: there is no red", 1 },
        { "another layer's class", "'column':'CLASS'",
          "{'layer':'parks','value':'main','ink':'red'}", "", 0 },
        { "a class without records", "'column':'CLASS'",
          "{'layer':'streets','value':'main|ferry'}",
          "note: layer streets, style main|ferry: no record has the value ferry\n", 0 },
        { "several slips", "'label':'NAM','ink':'a','ground':'b'", "", "layer streets: ", 3 },
    };
    char folder[] = "/tmp/geo-check-XXXXXX", path[64];
    (void)state;

    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/streets.geojson", folder);
    file_write(path, streets);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct buffer hello = { 0 }, said = { 0 };
        CASE("%s", cases[i].name);
        buffer_print(&hello, "{'hello':1,'wire':1,'layers':[{'rank':1,'name':'streets','file':'%s',"
                     "%s}],'layer_classes':[%s]}", path, cases[i].layer, cases[i].classes);
        for (size_t k = 0; k < hello.length; k++)
            if (hello.bytes[k] == '\'')
                hello.bytes[k] = '"';
        assert_int_equal(geo_service_check(buffer_span(&hello), &said), cases[i].problems);
        if (cases[i].says[0] && !(said.bytes && strstr(said.bytes, cases[i].says)))
            fail_msg("\"%s\" does not say \"%s\"", said.bytes ? said.bytes : "", cases[i].says);
        if (!cases[i].says[0])
            assert_int_equal(said.length, 0);
        buffer_clear(&hello);
        buffer_clear(&said);
    }
    unlink(path);
    rmdir(folder);
}

/* Goal: a file that cannot be used is said once, by whom it concerns: one that is not there was
 * named with its line in site.conf, one that is no layer is named here. */
static void files_are_looked_into(void **state)
{
    static const char absent[] = "{\"hello\":1,\"layers\":[{\"rank\":1,\"name\":\"x\","
                                 "\"file\":\"/nowhere/x\",\"label\":\"NAME\"}]}";
    char path[] = "/tmp/geo-check-XXXXXX.geojson", hello[200];
    struct buffer said = { 0 };
    (void)state;

    assert_int_equal(geo_service_check(span_of(absent), &said), 0);
    int fd = mkstemps(path, 8);
    assert_true(fd >= 0);
    close(fd);
    file_write(path, "this is no layer\n");
    snprintf(hello, sizeof hello,
             "{\"hello\":1,\"layers\":[{\"rank\":1,\"name\":\"x\",\"file\":\"%s\"}]}", path);
    assert_int_equal(geo_service_check(span_of(hello), &said), 1);
    assert_non_null(strstr(said.bytes, "layer x: "));
    buffer_clear(&said);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slips_are_named),
        cmocka_unit_test(files_are_looked_into),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
