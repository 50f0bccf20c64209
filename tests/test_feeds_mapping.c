#include "feeds/mapping.h"

#include "app/base/when.h"
#include "tests/check.h"

enum { SENTENCE = 600 };

/* The call, the crew and the quake that the rows below are about. */
static const char message[] =
    "{'id':'C7','kind':'Fire','level':3,'none':null,'empty':'','blank':'  ','yes':true,"
    "'where':{'street':'12 Quay St','town':'Harbour','lat':50.1,'lon':-5.1,'grid':'50.1,-5.1'},"
    "'tags':['a','b',3],'refs':[{'id':'x','n':1},{'id':'y','n':2}],'a.b':{'c d':'quoted'},"
    "'speed':36,'speed_text':'36 km/h','temp_f':50,'iso':'2026-11-17T14:00:00Z',"
    "'epoch':1479391200,'epoch_ms':1479391200500,'epoch_text':'1479391200',"
    "'local':'17/11/2026 09:00','zero':0,'neg':-1.5,'big':12345678901,'o':{},'l':[]}";

static struct json *message_json(void)
{
    static char text[4096];
    struct json *json = NULL;

    struct verdict verdict = json_parse(span_of(json_of(text, sizeof text, message)), &json);
    assert_true(is_accepted(&verdict));
    return json;
}

/* Goal: an expression says what the header says it does. Method: one row each, the value as text;
 * NULL when it is not there, "!" and the reason when it is refused. */
static const struct {
    const char *expression, *value;
} values[] = {
    /* Paths. */
    { "id", "C7" },                         { " where . street ", "12 Quay St" },
    { "where.nothing", NULL },              { "nothing.at.all", NULL },
    { "none", NULL },                       { "empty", NULL },
    { "blank", NULL },                      { "zero", "0" },
    { "neg", "-1.5" },                      { "big", "12345678901" },
    { "yes", "yes" },                       { "o", NULL },
    { "l", NULL },                          { "where", NULL },
    { "tags", "a, b, 3" },                  { "tags[]", "a, b, 3" },
    { "tags[0]", "a" },                     { "tags[-1]", "3" },
    { "tags[3]", NULL },                    { "tags[-4]", NULL },
    { "id[0]", NULL },                      { "refs[].id", "x, y" },
    { "refs[1].id", "y" },                  { "refs[id=y].n", "2" },
    { "refs[n=1].id", "x" },                { "refs[id=z].n", NULL },
    { "'a.b'.'c d'", "quoted" },            { "'a.b'.c d", "quoted" },
    { "where[]", "12 Quay St, Harbour, 50.1, -5.1, 50.1,-5.1" },
    /* Alternatives and texts. */
    { "nothing|id", "C7" },                 { "empty | none | =unknown", "unknown" },
    { "id|=unknown", "C7" },                { "nothing|none", NULL },
    { "=a text", "a text" },                { "='a|b -> c'", "a|b -> c" },
    { "='it''s'", "it's" },                 { "=", NULL },
    { "{where.street}, {where.town}", "12 Quay St, Harbour" },
    { "Level {level}[ at {where.street}][ by {nobody}]", "Level 3 at 12 Quay St" },
    { "{nobody} and {nothing}", NULL },     { "{nobody}|id", "C7" },
    { "{id}  -  {nobody}  x", "C7 - x" },   { "Tukey's {id}", "Tukey's C7" },
    { "{'a.b'.'c d'}!", "quoted!" },
    { "{id}[, {level -> 3:'three|four', *:}][, {kind -> Flood:wet, *:}]", "C7, three|four" },
    { "{nothing|kind -> Fire:a, *:b} {temp_f -> F} C|id", "a 10 C" },
    /* Words. */
    { "kind -> Fire:FIRE, *:OTHER", "FIRE" },
    { "kind -> fi*:FIRE, *:OTHER", "FIRE" },
    { "kind -> *RE:by end", "by end" },     { "kind -> *ir*:by part", "by part" },
    { "kind -> Flood:WATER", NULL },        { "kind -> Flood:WATER, *:*", "Fire" },
    { "kind -> Fire:", NULL },              { "kind -> 'Fire':'a, b: c'", "a, b: c" },
    { "kind -> 'fi*':x, *:star is a letter", "star is a letter" },
    { "level -> ..3:low, 3..5:mid, 5..:high", "mid" },
    { "level -> 3:three", "three" },        { "zero -> ..0:neg, 0..:pos", "pos" },
    { "neg -> ..0:neg, 0..:pos", "neg" },   { "nothing -> *:any", NULL },
    { "nothing|=none -> none:any", "any" }, { "kind -> Fire:X -> X:Y", "Y" },
    /* Numbers. */
    { "speed -> kmh", "10" },               { "temp_f -> F", "10" },
    { "speed -> *2 +1 /73", "1" },          { "speed -> -36", "0" },
    { "kind -> kmh", "!not a number" },     { "speed_text -> number -> kmh", "10" },
    { "kind -> number", "!not a number" },  { "speed -> *1e308 *1e308", "!out of range" },
    /* Times. */
    { "epoch -> epoch_s", "2016-11-17T14:00:00Z" },
    { "epoch_text -> epoch_s", "2016-11-17T14:00:00Z" },
    { "epoch_ms -> epoch_ms", "2016-11-17T14:00:00.500Z" },
    { "iso -> rfc3339", "2026-11-17T14:00:00Z" },
    { "local -> %d/%m/%Y %H:%M", "2026-11-17T14:00:00Z" },
    { "local -> %Y", "!not a time (RFC 3339 with a zone)" },
    { "kind -> rfc3339", "!not a time (RFC 3339 with a zone)" },
    { "big -> epoch_s", "2361-03-21T19:15:01Z" },
    /* Parts. */
    { "speed_text -> before ' '", "36" },   { "where.grid -> after ,", "-5.1" },
    { "kind -> before :", NULL },           { "kind -> upper", "FIRE" },
    { "kind -> lower", "fire" },
    /* What the adapter looks up. */
    { "@topic", "a/b" },                    { "'a column, with: all'", "cell" },
    { "{@topic} {id}", "a/b C7" },          { "@bad", "!not valid UTF-8" },
};

static bool look(void *context, const char *name, struct span *ret_text)
{
    (void)context;
    *ret_text = strcmp(name, "@topic") == 0 ? span_of("a/b")
        : strcmp(name, "@bad") == 0 ? SPAN("\xFF")
        : strcmp(name, "a column, with: all") == 0 ? span_of("cell") : span_of("");
    return ret_text->length > 0;
}

static const char *value_of(const struct expression *expression, const struct json *json,
                            struct arena *arena)
{
    struct expression_source source = { .json = json, .look = look };
    struct value value;
    enum refusal refusal = expression_value(expression, &source, arena, &value);

    if (refusal != REFUSED_NOT)
        return arena_print(arena, "!%s", refusal_text(refusal));
    return value_text(&value, arena);
}

static void an_expression_says_what_it_says(void **state)
{
    struct zone zone = { .offset_ms = -5 * 3600000 };
    struct value_step_options options = { .zone = &zone };
    struct json *json = message_json();
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(values); i++) {
        const struct expression *expression;
        char sentence[SENTENCE] = "";
        CASE("%s", values[i].expression);
        bool read = expression_read(span_of(values[i].expression), &options, arena, &expression,
                                    sentence, sizeof sentence);
        assert_string_equal(sentence, "");
        assert_true(read);
        const char *value = value_of(expression, json, arena);
        if (values[i].value)
            assert_string_equal(value ? value : "(not there)", values[i].value);
        else
            assert_null(value);
    }
    arena_free(arena);
    json_free(json);
}

/* Goal: a wrong rule is refused when it is read, in a sentence that names it and the place. */
static const struct {
    const char *rule, *says;
} wrong_rules[] = {
    { "id", "map \"id\": it is not FIELD=EXPRESSION" },
    { "=id", "it is not FIELD=EXPRESSION" },
    { "colour=x", "no report has a field \"colour\"" },
    { "hazard.unit=x", "no report has a field \"unit\"" },
    { "id=", "a path or a text is missing (at character 1)" },
    { "id=a|", "a path or a text is missing (at character 3)" },
    { "id=a..b", "a name is missing (at character 3)" },
    { "id=a[", "a name is missing (at character 3)" },
    { "id=a[x]", "in [ ] stands a number, name=value, or nothing (at character 4)" },
    { "id=a[0", "a [ is not closed (at character 4)" },
    { "id=a]", "must stand in single quotes" },
    { "id='a", "a name in quotes is not closed" },
    { "id='a'b", "something stands behind a closing quote (at character 4)" },
    { "id=a}", "must stand in single quotes (at character 2)" },
    { "id={a", "a { is not closed (at character 1)" },
    { "id=x {a -> frob}", "\"frob\" is no step" },
    { "id={a {b} c}", "a { stands inside another (at character 1)" },
    { "id={a} [b", "a [ is not closed" },
    { "id={a} b]", "[ ] stand alone, not inside one another (at character 6)" },
    { "id={a} [[b]]", "[ ] stand alone, not inside one another (at character 6)" },
    { "id=a ->", "nothing stands behind \"->\"" },
    { "id=a -> frobnicate", "\"frobnicate\" is no step" },
    { "id=a -> x:y, z", "\"z\" is no row of a word table" },
    { "id=a -> *0.1 /0", "is no step" },
    { "id=a -> x:y, *:z|=w", "a | stands behind \"->\"" },
    { "speed_mps=a -> km", "\"km\" is the unit of a length, kept in metres; this field holds a "
      "speed, kept in metres per second" },
    { "at=a -> %H %Q", "has a conversion that is not known" },
    { "at=a -> %Y-%m-%d", "has no zone" },
    { "id=\xFF", "it is not valid UTF-8" },
    { "id=a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", "it has more than 16 steps" },
};

static void a_wrong_rule_is_refused_by_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(wrong_rules); i++) {
        struct mapping_options options = { .kind = REPORT_INCIDENT };
        struct mapping *mapping = mapping_new(&options);
        char sentence[SENTENCE] = "";
        CASE("%s", wrong_rules[i].rule);
        assert_false(mapping_add(mapping, wrong_rules[i].rule, sentence, sizeof sentence));
        print_message("    %s\n", sentence);
        assert_non_null(strstr(sentence, wrong_rules[i].says));
        assert_non_null(strstr(sentence, "map \""));
        mapping_free(mapping);
    }
}

/* Goal: rules together make a report, or say what is wrong with them. Method: rules separated by
 * lines; the lines of the reports, or the refusal, for the message above. */
static const struct {
    const char *name, *rules, *reports;
} mappings[] = {
    { "a call", "id=id\ntype=kind -> Fire:FIRE\npriority=level\n"
      "place={where.street}, {where.town}\nlat=where.lat\nlon=where.lon\nat=epoch",
      "{'report':'incident','id':'C7','at':'2016-11-17T14:00:00Z','type':'FIRE','priority':3,"
      "'place':'12 Quay St, Harbour','lat':50.1000000,'lon':-5.1000000}" },
    { "coordinates as a text", "id=id\nlocation=where.grid",
      "{'report':'incident','id':'C7','lat':50.1000000,'lon':-5.1000000}" },
    { "a later rule takes the place", "id=id\nid=kind", "{'report':'incident','id':'Fire'}" },
    { "a call with a wrong priority", "id=id\npriority=neg\nlat=zero\nlon=zero",
      "{'report':'incident','id':'C7'}" },
    { "a hazard with a wrong circle", "report=hazard\nid=id\nkind=kind\nlat=zero\nlon=zero",
      "center: out of range" },
    { "a hazard nowhere", "report=hazard\nid=id\nkind=kind",
      "polygon: a required field is missing" },
    { "a hazard in words", "report=hazard\nid=id\nkind=kind\narea=where.town\nexpires=iso\n"
      "severity=level -> 3:Severe",
      "{'report':'hazard','id':'C7','kind':'Fire','severity':'Severe','area':'Harbour',"
      "'expires':'2026-11-17T14:00:00Z'}" },
    { "a word nobody knows", "report=hazard\nid=id\nkind=kind\narea=where.town\nseverity=kind",
      "severity: not one of the known words" },
    { "a time that is none", "id=id\nat=kind", "at: not a time (RFC 3339 with a zone)" },
    { "a time before 1970", "id=id\nat=neg", "at: out of range" },
    { "an id that is missing", "id=nothing", "id: a required field is missing" },
    { "an id that is a list", "id=refs", "id: the wrong type of value" },
    { "passed over", "id=id\nif=kind -> Flood:yes, *:no", "" },
    { "let through", "id=id\nif=yes", "{'report':'incident','id':'C7'}" },
    { "if nothing", "id=id\nif=nothing", "" },
    { "neither yes nor no", "id=id\nif=kind", "if: not one of the known words" },
    { "a kind by the message", "report=kind -> Fire:incident, *:message\nid=id\nunit=id\ntext=kind",
      "{'report':'incident','id':'C7','text':'Fire'}" },
    { "two at once", "report=location+status\nunit=id\nlat=where.lat\nlon=where.lon\n"
      "speed_mps=speed -> kmh\nstatus==AVL\nstatus.text==here",
      "{'report':'location','unit':'C7','lat':50.1000000,'lon':-5.1000000,'speed_mps':10}\n"
      "{'report':'status','unit':'C7','status':'AVL','lat':50.1000000,'lon':-5.1000000,"
      "'text':'here'}" },
    { "a kind nobody knows", "report=kind\nid=id", "report: not one of the known words" },
    { "no rule for a needed field", "id=id\nreport=hazard",
      "a report 'hazard' needs its kind: add a setting 'map' for it (map=id=WHERE), "
      "or a preset" },
    { "no rule for the place", "unit=id\nreport=location\nlat=where.lat",
      "a report 'location' needs its lat and lon: add a setting 'map' for it (map=id=WHERE), "
      "or a preset" },
    { "a rule for nothing", "id=id\nunit=id", "map 'unit=id': none of the reports made has that "
      "field" },
    { "a report nobody knows", "report==flood\nid=id",
      "map 'report==flood': there is no report 'flood'" },
    { "no kind can be", "report=kind\ncondition=kind",
      "no kind of report has a rule for each field that it needs" },
};

static void reports_make(const char *rules, const struct json *json, struct arena *arena,
                         struct buffer *out)
{
    struct mapping_options options = { .kind = REPORT_INCIDENT };
    struct mapping *mapping = mapping_new(&options);
    struct expression_source source = { .json = json };
    struct span rest = span_of(rules), rule;
    char sentence[SENTENCE];
    struct mapped mapped;

    while (span_cut(&rest, '\n', &rule))
        assert_true(mapping_add(mapping, arena_copy(arena, rule), sentence, sizeof sentence));
    buffer_add_text(out, "");
    if (!mapping_finish(mapping, sentence, sizeof sentence)) {
        buffer_add_text(out, sentence);
        mapping_free(mapping);
        return;
    }
    struct verdict verdict = mapping_take(mapping, &source, arena, &mapped);
    for (uint32_t i = 0; is_accepted(&verdict) && i < mapped.count; i++) {
        buffer_add_text(out, i ? "\n" : "");
        report_write(&mapped.reports[i], out);
    }
    if (!is_accepted(&verdict))
        buffer_print(out, "%s: %s", verdict.field, refusal_text(verdict.refusal));
    mapping_free(mapping);
}

static void rules_together_make_a_report(void **state)
{
    struct json *json = message_json();
    struct arena *arena = arena_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(mappings); i++) {
        struct buffer out = { 0 };
        CASE("%s", mappings[i].name);
        reports_make(mappings[i].rules, json, arena, &out);
        for (size_t at = 0; at < out.length; at++)
            if (out.bytes[at] == '"')
                out.bytes[at] = '\'';
        assert_string_equal(out.bytes, mappings[i].reports);
        buffer_clear(&out);
    }
    arena_free(arena);
    json_free(json);
}

/* Goal: no text is too long for a line, and none is cut without its mark. Method: a text of
 * 100,000 characters that all have to be escaped, in every field. */
static void a_long_text_is_cut_or_refused(void **state)
{
    struct buffer long_text = { 0 };
    struct arena *arena = arena_new();
    struct buffer out = { 0 };
    struct json *json = NULL;

    (void)state;
    buffer_add_text(&long_text, "{\"id\":\"1\",\"long\":\"x");
    for (int i = 0; i < 100000; i++)
        buffer_add_text(&long_text, "\\u0001");
    buffer_add_text(&long_text, "\"}");
    struct verdict verdict = json_parse(buffer_span(&long_text), &json);
    assert_true(is_accepted(&verdict));
    reports_make("id=long", json, arena, &out);
    assert_string_equal(out.bytes, "id: longer than its limit");
    buffer_reset(&out);
    reports_make("id=id\ntext=long\nplace=long\ntype=long\ncaller=long", json, arena, &out);
    assert_true(out.length < REPORT_LINE_BYTES_MAX && out.length > MAPPING_TEXT_BYTES);
    assert_non_null(strstr(out.bytes, "\xE2\x80\xA6\""));
    json_free(json);
    arena_free(arena);
    buffer_clear(&out);
    buffer_clear(&long_text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_expression_says_what_it_says),
        cmocka_unit_test(a_wrong_rule_is_refused_by_its_place),
        cmocka_unit_test(rules_together_make_a_report),
        cmocka_unit_test(a_long_text_is_cut_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
