#include "tests/check.h"

#include "app/base/verdict.h"

/* Goal: every reason has words of its own, for a person. Method: walk the list. */
static void every_refusal_has_words_of_its_own(void **state)
{
    (void)state;
    for (enum refusal i = 0; i < REFUSAL_COUNT; i++) {
        assert_true(strlen(refusal_text(i)) > 5);
        for (enum refusal k = 0; k < i; k++)
            assert_string_not_equal(refusal_text(i), refusal_text(k));
    }
    for (enum status i = 0; i < STATUS_COUNT; i++)
        assert_true(strlen(status_text(i)) > 3);
}

/* Goal: the sentence names field, reason and place, and never runs over. Method: with a field,
 * without one, one longer than its limit, into a short text. */
static void a_sentence_names_field_reason_and_place(void **state)
{
    char text[160], small[12], long_field[100];

    (void)state;
    struct verdict verdict = refused(REFUSED_UNKNOWN_WORD, 118, "severity");
    assert_false(is_accepted(&verdict));
    assert_string_equal(verdict_sentence(&verdict, text, sizeof text),
                        "severity: not one of the known words (at byte 118)");
    verdict = refused(REFUSED_BAD_UTF8, 3, "");
    assert_string_equal(verdict_sentence(&verdict, text, sizeof text),
                        "not valid UTF-8 (at byte 3)");
    memset(long_field, 'f', sizeof long_field - 1);
    long_field[sizeof long_field - 1] = '\0';
    verdict = refused(REFUSED_TOO_LONG, 0, long_field);
    assert_int_equal(strlen(verdict.field), sizeof verdict.field - 1);
    verdict_sentence(&verdict, small, sizeof small);
    assert_int_equal(strlen(small), sizeof small - 1);
    verdict = accepted();
    assert_true(is_accepted(&verdict));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_has_words_of_its_own),
        cmocka_unit_test(a_sentence_names_field_reason_and_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
