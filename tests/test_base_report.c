#include "tests/check.h"

#include "app/base/report.h"

/* Goal: every kind of report is taken when it is right, and refused naming the field when it is
 * not. Method: for each kind the least that is right, then each wrong next to it. */
static const struct { const char *kind, *members, *field; enum refusal refusal; } cases[] = {
    { "incident", "'id':'C1'", "", REFUSED_NOT },
    { "incident", "'id':''", "id", REFUSED_FIELD_MISSING },
    { "incident", "", "id", REFUSED_FIELD_MISSING },
    { "incident", "'id':7", "id", REFUSED_WRONG_TYPE },
    { "incident", "'id':'C1','priority':5", "", REFUSED_NOT },
    { "incident", "'id':'C1','priority':6", "priority", REFUSED_OUT_OF_RANGE },
    { "incident", "'id':'C1','at':'noon'", "at", REFUSED_NOT_A_TIME },
    { "incident", "'id':'C1','lat':53.5,'lon':10", "", REFUSED_NOT },
    { "incident", "'id':'C1','lat':91,'lon':10", "lat, lon", REFUSED_OUT_OF_RANGE },
    { "incident", "'id':'C1','lat':0,'lon':0", "lat, lon", REFUSED_OUT_OF_RANGE },
    { "incident", "'id':'C1','lat':53.5", "lat, lon", REFUSED_FIELD_MISSING },
    { "incident", "'id':'C1','lat':'53.5','lon':'10'", "lat, lon", REFUSED_NOT_A_NUMBER },
    { "incident", "'id':'C1','accuracy_m':-1", "accuracy_m", REFUSED_OUT_OF_RANGE },

    { "alarm", "'point':'P1','condition':'gas','state':'active'", "", REFUSED_NOT },
    { "alarm", "'condition':'gas','state':'active'", "point", REFUSED_FIELD_MISSING },
    { "alarm", "'point':'P1','state':'active'", "condition", REFUSED_FIELD_MISSING },
    { "alarm", "'point':'P1','condition':'gas'", "state", REFUSED_FIELD_MISSING },
    { "alarm", "'point':'P1','condition':'gas','state':''", "state", REFUSED_FIELD_MISSING },
    { "alarm", "'point':'P1','condition':'gas','state':'on'", "state", REFUSED_UNKNOWN_WORD },
    { "alarm", "'point':'P1','condition':'gas','state':'normal','priority':6",
      "priority", REFUSED_OUT_OF_RANGE },
    { "alarm", "'point':'P1','condition':'gas','state':'normal','value':'high'",
      "value", REFUSED_NOT_A_NUMBER },

    { "location", "'unit':'E7','lat':53.5,'lon':10", "", REFUSED_NOT },
    { "location", "'unit':'E7'", "lat, lon", REFUSED_FIELD_MISSING },
    { "location", "'unit':'E7','lat':null,'lon':null", "lat, lon", REFUSED_FIELD_MISSING },
    { "location", "'unit':'E7','lat':-90.1,'lon':10", "lat, lon", REFUSED_OUT_OF_RANGE },
    { "location", "'unit':'E7','lat':53.5,'lon':10,'course_deg':360", "", REFUSED_NOT },
    { "location", "'unit':'E7','lat':53.5,'lon':10,'course_deg':361",
      "course_deg", REFUSED_OUT_OF_RANGE },
    { "location", "'unit':'E7','lat':53.5,'lon':10,'speed_mps':-1",
      "speed_mps", REFUSED_OUT_OF_RANGE },

    { "status", "'unit':'E7','status':'ENR'", "", REFUSED_NOT },
    { "status", "'unit':'E7','emergency':true", "", REFUSED_NOT },
    { "status", "'unit':'E7','emergency':true,'cancel':true", "", REFUSED_NOT },
    { "status", "'unit':'E7'", "status", REFUSED_FIELD_MISSING },
    { "status", "'unit':'E7','status':''", "status", REFUSED_FIELD_MISSING },
    { "status", "'unit':'E7','status':'driving'", "status", REFUSED_UNKNOWN_WORD },
    { "status", "'unit':'E7','emergency':'yes'", "emergency", REFUSED_WRONG_TYPE },

    { "hazard", "'id':'H','kind':'flood','polygon':[[1,2],[1,3],[2,3],[1,2]]", "", REFUSED_NOT },
    { "hazard", "'id':'H','kind':'flood','polygon':[[1,2],[1,3],[2,3]]",
      "polygon", REFUSED_CONTRADICTION },
    { "hazard", "'id':'H','kind':'flood','polygon':[[1,2],[1,3],[1,2]]",
      "polygon", REFUSED_CONTRADICTION },
    { "hazard", "'id':'H','kind':'flood','lat':1,'lon':2,'radius_m':500", "", REFUSED_NOT },
    { "hazard", "'id':'H','kind':'flood','lat':1,'lon':2", "radius_m", REFUSED_OUT_OF_RANGE },
    { "hazard", "'id':'H','kind':'flood','lat':1,'lon':2,'radius_m':0",
      "radius_m", REFUSED_OUT_OF_RANGE },
    { "hazard", "'id':'H','kind':'flood','radius_m':500", "lat, lon", REFUSED_FIELD_MISSING },
    { "hazard", "'id':'H','kind':'flood','area':'Elbe valley'", "", REFUSED_NOT },
    { "hazard", "'id':'H','kind':'flood'", "polygon", REFUSED_FIELD_MISSING },
    { "hazard", "'id':'H','kind':'flood','cancel':true", "", REFUSED_NOT },
    { "hazard", "'id':'H','polygon':[[1,2],[1,3],[2,3],[1,2]]", "kind", REFUSED_FIELD_MISSING },
    { "hazard", "'id':'H','kind':'flood','area':'x','severity':'Severe'", "", REFUSED_NOT },
    { "hazard", "'id':'H','kind':'flood','area':'x','severity':'bad'",
      "severity", REFUSED_UNKNOWN_WORD },
    { "hazard", "'id':'H','kind':'flood','area':'x','effective':'2026-01-02T00:00:00Z',"
      "'expires':'2026-01-01T00:00:00Z'", "expires", REFUSED_CONTRADICTION },

    { "message", "'unit':'E7','text':'water on'", "", REFUSED_NOT },
    { "message", "'text':'water on'", "unit", REFUSED_FIELD_MISSING },

    { "receipt", "'order':'PM/8','stage':'accepted'", "", REFUSED_NOT },
    { "receipt", "'order':'PM/8'", "stage", REFUSED_FIELD_MISSING },
    { "receipt", "'stage':'sent'", "order", REFUSED_FIELD_MISSING },
    { "receipt", "'order':'PM/8','stage':'lost'", "stage", REFUSED_UNKNOWN_WORD },

    { "phone", "'line':'3','state':'ringing'", "", REFUSED_NOT },
    { "phone", "'line':'3'", "state", REFUSED_FIELD_MISSING },
    { "phone", "'state':'ringing'", "line", REFUSED_FIELD_MISSING },
    { "phone", "'line':'3','state':'ended','age_s':-1", "age_s", REFUSED_OUT_OF_RANGE },

    { "refused", "'reason':'not JSON'", "", REFUSED_NOT },
    { "refused", "'offset':7", "reason", REFUSED_FIELD_MISSING },

    { "health", "", "", REFUSED_NOT },
    { "health", "'connected':1", "connected", REFUSED_WRONG_TYPE },
};

/* Lines that are no report of any kind. */
static const struct { const char *text, *field; enum refusal refusal; } others[] = {
    { "{}", "report", REFUSED_FIELD_MISSING },
    { "{'report':7}", "report", REFUSED_FIELD_MISSING },
    { "{'report':'Incident','id':'C1'}", "report", REFUSED_UNKNOWN_WORD },
    { "['incident']", "", REFUSED_WRONG_TYPE },
    { "null", "", REFUSED_WRONG_TYPE },
};

/* Reads `text`; what was taken must come back the same when written and read again. */
static struct verdict judge(struct span text, struct report *ret_report)
{
    struct arena *arena = arena_new();
    struct json *json;
    struct report again;
    struct buffer out = { 0 }, out_again = { 0 };

    struct verdict parsed = json_parse(text, &json);
    assert_true(is_accepted(&parsed));
    struct verdict verdict = report_read(json, arena, ret_report);
    if (is_accepted(&verdict)) {
        struct json *written;
        report_write(ret_report, &out);
        parsed = json_parse(buffer_span(&out), &written);
        assert_true(is_accepted(&parsed));
        parsed = report_read(written, arena, &again);
        assert_true(is_accepted(&parsed));
        report_write(&again, &out_again);
        assert_string_equal(out.bytes, out_again.bytes);
        json_free(written);
    }
    buffer_clear(&out);
    buffer_clear(&out_again);
    json_free(json);
    arena_free(arena);
    return verdict;
}

static void every_kind_is_taken_or_refused_by_field(void **state)
{
    bool taken[REPORT_KIND_COUNT] = { false };

    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        char members[240], text[240];
        struct report report;
        CASE("%s %s", cases[i].kind, cases[i].members);
        snprintf(members, sizeof members, "{'report':'%s'%s%s}", cases[i].kind,
                 cases[i].members[0] ? "," : "", cases[i].members);
        struct verdict verdict = judge(span_of(json_of(text, sizeof text, members)), &report);
        assert_string_equal(refusal_text(verdict.refusal), refusal_text(cases[i].refusal));
        assert_string_equal(verdict.field, cases[i].field);
        if (is_accepted(&verdict))
            taken[report.kind] = true;
    }
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++)
        assert_true(taken[kind]);       /* A new kind needs its rows above. */
}

static void what_is_no_report_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(others); i++) {
        char text[80];
        struct report report;
        CASE("%s", others[i].text);
        json_of(text, sizeof text, others[i].text);
        struct verdict verdict = judge(span_of(text), &report);
        assert_string_equal(refusal_text(verdict.refusal), refusal_text(others[i].refusal));
        assert_string_equal(verdict.field, others[i].field);
    }
}

/* Goal: a polygon has a limit. Method: at it and one over. */
static void a_polygon_has_a_limit(void **state)
{
    (void)state;
    for (int count = REPORT_POINTS_MAX; count <= REPORT_POINTS_MAX + 1; count++) {
        struct buffer text = { 0 };
        struct report report;
        buffer_add_text(&text, "{\"report\":\"hazard\",\"id\":\"H\",\"kind\":\"flood\",");
        buffer_add_text(&text, "\"polygon\":[");
        for (int i = 0; i < count - 1; i++)
            buffer_print(&text, "[%d.5,%d.5],", i % 80, i / 80);
        buffer_add_text(&text, "[0.5,0.5]]}");
        struct verdict verdict = judge(buffer_span(&text), &report);
        assert_int_equal(verdict.refusal,
                         count > REPORT_POINTS_MAX ? REFUSED_TOO_LONG : REFUSED_NOT);
        buffer_clear(&text);
    }
}

/* Goal: coordinates come in rounded, times as instants, `at` from any kind. */
static void values_come_in_one_form(void **state)
{
    struct report report;

    (void)state;
    judge(SPAN("{\"report\":\"location\",\"unit\":\"E7\",\"lat\":53.12345674,\"lon\":9.98765436,"
               "\"at\":\"2026-11-17T15:32:07+01:00\"}"), &report);
    assert_true(report.location.location.lat_deg == 53.1234567);
    assert_true(report.location.location.lon_deg == 9.9876544);
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        report_init(&report, (enum report_kind)kind);
        assert_int_equal(report_at_ms(&report), 0);
        assert_string_equal(report_shape(report.kind)->name + strlen("report_"),
                            report_kind_name(report.kind));
    }
    judge(SPAN("{\"report\":\"health\",\"at\":\"2026-11-17T14:32:07Z\"}"), &report);
    assert_int_equal(report_at_ms(&report), 1794925927000);
}

/* Goal: what a person said or is, is marked, so that it can be sealed. Method: the names that
 * DESIGN section 7 and CONTRACTS section 3 mean, in every kind that has them. */
static void personal_fields_are_marked(void **state)
{
    static const char *const personal[] = { "caller", "callback", "number", "bytes" };

    (void)state;
    for (int kind = 0; kind < REPORT_KIND_COUNT; kind++) {
        const struct record_shape *shape = report_shape((enum report_kind)kind);
        for (uint32_t i = 0; i < shape->field_count; i++)
            for (size_t k = 0; k < ARRAY_COUNT(personal); k++)
                if (strcmp(shape->fields[i].name, personal[k]) == 0)
                    assert_true(shape->fields[i].flags & FIELD_PERSONAL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_taken_or_refused_by_field),
        cmocka_unit_test(what_is_no_report_is_refused),
        cmocka_unit_test(a_polygon_has_a_limit),
        cmocka_unit_test(values_come_in_one_form),
        cmocka_unit_test(personal_fields_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
