#include "app/base/biometric.h"
#include "tests/check.h"

/* Goal: what a body is known by is told from what only sounds like it. Method: one name a row, the
 * wrong beside the nearest right. */
static const struct { const char *name; bool refused; } names[] = {
    { "face", true },                    { "surface", false },
    { "faces", true },                   { "interface_id", false },
    { "faceTemplate", true },            { "template", false },
    { "FACE-EMBEDDING", true },          { "embedding", false },
    { "face_id", true },                 { "north_face", false },
    { "face_of_driver", true },          { "aspect", false },
    { "plate_faces", true },             { "plate", false },
    { "faceIDs", true },                 { "face_value", false },
    { "facialLandmarks", true },         { "landmarks", false },
    { "fingerprint", true },             { "certificate_fingerprint", false },
    { "fingerprints", true },            { "sha256_fingerprint", false },
    { "finger_minutiae", true },         { "finger_post", false },
    { "iris_code", true },               { "irish", false },
    { "retinal-scan", true },            { "scan", false },
    { "voicePrint", true },              { "voice_channel_id", false },
    { "voice_embedding", true },         { "voice", false },
    { "gait", true },                    { "gate", false },
    { "palm_vein_pattern_match", true }, { "palm_beach", false },
    { "hand_geometry", true },           { "hand", false },
    { "dna", true },                     { "dns_server", false },
    { "biometricData", true },           { "metric", false },
    { "", false },                       { "___", false },
};

static void names_are_told_apart(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        CASE("%s", names[i].name);
        assert_int_equal(biometric_name(span_of(names[i].name)), names[i].refused);
    }
}

static const struct { const char *name, *json, *found; } documents[] = {
    { "a report without", "{'report':'alarm','point':'g1','text':'face: none'}", NULL },
    { "a member", "{'report':'alarm','face_id':7}", "face_id" },
    { "nested in a list", "{'report':'alarm','x':[1,{'y':{'irisCode':'aa'}}]}", "irisCode" },
    { "by its kind", "{'ids':[{'type':'fingerprint','value':'aa'}]}", "fingerprint" },
    { "a kind of no body", "{'ids':[{'type':'plate','value':'AB 1'}]}", NULL },
    { "a type of incident", "{'report':'incident','type':'FIRE'}", NULL },
    { "modality", "{'modality':'voice recognition'}", "voice recognition" },
};

static void documents_are_searched_to_the_bottom(void **state)
{
    char text[256], found[BIOMETRIC_NAME_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(documents); i++) {
        struct json *json;
        CASE("%s", documents[i].name);
        struct verdict verdict =
            json_parse(span_of(json_of(text, sizeof text, documents[i].json)), &json);
        assert_true(is_accepted(&verdict));
        assert_int_equal(biometric_json(json, found), documents[i].found != NULL);
        if (documents[i].found)
            assert_string_equal(found, documents[i].found);
        json_free(json);
    }
}

static const struct { const char *name, *bytes; bool refused; } texts[] = {
    { "broken JSON", "{\"report\":\"alarm\",\"face_template\" : \"aGVsbG8", true },
    { "a form", "id=7&faceId=12&x=1", true },
    { "XML", "<person><iris>aa</iris>", true },
    { "an attribute", "<person gait = \"aa\"/>", true },
    { "free words", "fire on the face of the building, fingerprint dust", false },
    { "nothing", "", false },
    { "at the very end", "face", false },
    { "NUL behind", "face\0:", false },
};

static void bytes_are_searched_too(void **state)
{
    char found[BIOMETRIC_NAME_BYTES];

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        CASE("%s", texts[i].name);
        assert_int_equal(biometric_bytes(span_of(texts[i].bytes), found), texts[i].refused);
    }
    assert_false(biometric_bytes(SPAN("face\0:"), found));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_told_apart),
        cmocka_unit_test(documents_are_searched_to_the_bottom),
        cmocka_unit_test(bytes_are_searched_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
