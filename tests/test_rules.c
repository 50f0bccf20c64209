#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/site.h"

/* Goal: the house rules can fail. Method: a scratch tree with one file that keeps every rule, and
 * one that breaks just one; the script must say where, and exit 1. */
static const struct { const char *name, *script, *file, *text, *says; } cases[] = {
    { "a file that keeps the rules", "lint.sh", "app/x.c",
      "int x;\n", "" },
    { "a line of 100 columns, umlauts counted once", "lint.sh", "app/x.c",
      "/* 3456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
      "1234 \xC3\xA4 */\n", "" },
    { "a line of 101 columns", "lint.sh", "app/x.c",
      "/* 3456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
      "1234567 */\n", "app/x.c:1 (over 100 columns)\n" },
    { "a tab", "lint.sh", "maps/x.h", "int x;\n\tint y;\n", "maps/x.h:2 (a tab)\n" },
    { "blanks at the end", "lint.sh", "feeds/x.c", "int x; \n",
      "feeds/x.c:1 (blanks at the line end)\n" },
    { "a call without a limit", "lint.sh", "app/x.c", "str" "cpy(to, from);\n",
      "app/x.c:1 (a call without a limit, or through a shell)\n" },
    { "a name that only ends so", "lint.sh", "app/x.c", "my_str" "cpy(to, from);\n", "" },
    { "malloc", "lint.sh", "panels/x.c", "x = malloc(1);\n",
      "panels/x.c:1 (memory comes from base_alloc)\n" },
    { "malloc in its one place", "lint.sh", "app/base/base.c", "x = malloc(1);\n", "" },
    { "own header first", "lint.sh", "app/base/base.c", "#include \"app/base/span.h\"\n", "" },
    { "own header not first", "lint.sh", "app/own.c",
      "#include <stdio.h>\n#include \"app/own.h\"\n",
      "app/own.c:1 (its own header comes first)\n" },

    { "maps on base", "check_deps.sh", "maps/x.c", "#include \"app/base/span.h\"\n", "" },
    { "maps on core", "check_deps.sh", "maps/x.c", "#include \"app/core/picture.h\"\n",
      "maps/x.c:1: may not include \"app/core/picture.h\" (allowed: maps app/base)\n" },
    { "base on core", "check_deps.sh", "app/base/x.h", "#include \"app/core/picture.h\"\n",
      "app/base/x.h:1: may not include \"app/core/picture.h\" (allowed: app/base)\n" },
    { "core on the hub", "check_deps.sh", "app/core/x.c", "#include \"app/journal.h\"\n",
      "app/core/x.c:1: may not include \"app/journal.h\" (allowed: app/core app/base)\n" },
    { "feeds on maps", "check_deps.sh", "feeds/x.c", "#include \"maps/map.h\"\n",
      "feeds/x.c:1: may not include \"maps/map.h\" (allowed: feeds app/base)\n" },
    { "panels on maps", "check_deps.sh", "panels/x.c", "#include \"maps/map.h\"\n", "" },
    { "curses beside its door", "check_deps.sh", "panels/x.c", "#include <curses.h>\n",
      "panels/x.c: <curses\\.h> has one door: panels/term.c\n" },
    { "curses in its door", "check_deps.sh", "panels/term.c", "#include <curses.h>\n", "" },
};

static void add_file(struct test_site *site, const char *name, const char *text)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s", site_path(site, name));
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    file_write(path, span_of(text));
}

static void the_house_rules_can_fail(void **state)
{
    char here[PATH_MAX / 2];
    char *found = getcwd(here, sizeof here);

    (void)state;
    assert_non_null(found);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        struct test_site *site = site_new(SITE_SANITIZED);
        char script[PATH_MAX], out[PATH_MAX], err[PATH_MAX];
        struct ending ending;
        CASE("%s", cases[i].name);
        add_file(site, "app/own.h", "int own(void);\n");
        add_file(site, cases[i].file, cases[i].text);
        snprintf(script, sizeof script, "%s/tests/%s", here, cases[i].script);
        snprintf(out, sizeof out, "%s", site_path(site, "out"));
        snprintf(err, sizeof err, "%s", site_path(site, "err"));
        const char *const arguments[] = { script, site_folder(site), NULL };
        pid_t pid = process_start(&(struct process_options){
            .arguments = arguments, .out_path = out, .err_path = err });
        bool ended = child_wait(pid, clock_ms() + DEADLINE_MS, &ending);
        char *said = base_copy_text(site_read(site, "out"));
        site_free(site);
        assert_true(ended);
        assert_string_equal(said, cases[i].says);
        assert_int_equal(ending.exit_code, cases[i].says[0] ? 1 : 0);
        base_free(said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_house_rules_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
