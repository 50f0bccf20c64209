/* test_feeds_out.c - orders out through a program of others and through a mail relay. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/base/when.h"
#include "feeds/mail_text.h"
#include "feeds/order_words.h"
#include "tests/certificates.h"
#include "tests/check.h"
#include "tests/feed_run.h"

#define EXPIRES "'expires':'2037-01-01T00:00:00Z'}\n"
#define FIRE "'incident':{'number':42,'type':'FIRE','priority':1,'place':'12 Quay St; rm -rf /'," \
             "'lat':51.2,'lon':-4.1,'text':'sm\xc3\xb6ke \\u001b[2J'},"

static const char order_of_e1[] = "{'order':'PM/1','unit':'E1','verb':'dispatch'," FIRE EXPIRES;

static struct span json_span(char *text, size_t bytes, const char *with_apostrophes)
{
    return span_of(json_of(text, bytes, with_apostrophes));
}

/* ---- words ---- */

static const struct { const char *template, *filled; } templates[] = {
    { "{verb} {unit}: {type} P{priority} {place}", "dispatch E1: FIRE P1 12 Quay St; rm -rf /" },
    { "{subject}", "DISPATCH E1: FIRE 12 Quay St; rm -rf / #42 P1" },
    { "{details}|{lat},{lon}|{destination}|{address}",
      "sm\xc3\xb6ke [2J|51.200000,-4.100000||a@b" },
    { "{{unit}} {unit", "{unit}} {unit" },
    { "", "" },
};

static void templates_are_filled_with_clean_words(void **state)
{
    struct arena *arena = arena_new();
    struct json *json;
    struct hub_line line;
    char text[600];

    (void)state;
    struct span span = json_span(text, sizeof text, order_of_e1);
    struct verdict verdict = json_parse(span, &json);
    assert_true(is_accepted(&verdict));
    verdict = hub_line_read(span, json, arena, &line);
    assert_true(is_accepted(&verdict));
    for (size_t i = 0; i < ARRAY_COUNT(templates); i++) {
        struct buffer out = { 0 };
        CASE("%s", templates[i].template);
        order_fill(templates[i].template, &line.order, "a@b", &out);
        assert_string_equal(out.bytes ? out.bytes : "", templates[i].filled);
        buffer_clear(&out);
    }
    assert_false(order_template_right("{unit} {untit}", text, sizeof text));
    assert_non_null(strstr(text, "{untit}"));
    json_free(json);
    arena_free(arena);
}

static const struct { const char *address; bool right; } addresses[] = {
    { "pager@example.org", true }, { "pager", false },           { "a@b@c", false },
    { "@example.org", false },     { "pager@", false },          { "a b@example.org", false },
    { "a@b\r\nBcc: x@y", false },  { "<a@example.org>", false }, { "a,b@example.org", false },
    { "", false },                 { "p\xc3\xa4ger@x.org", false },
};

static void an_address_cannot_carry_more_than_itself(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(addresses); i++) {
        CASE("%s", addresses[i].address);
        assert_int_equal(mail_address_right(span_of(addresses[i].address)), addresses[i].right);
    }
}

/* ---- a program ---- */

/* What it does is the unit's to say: its first argument. */
static const char program[] =
    "#!/bin/sh\n"
    "read -r line\n"
    "echo \"$line\" >> \"$2/got\"; echo \"$3\" > \"$2/third.$1\"\n"
    "case $1 in\n"
    "E2) echo delivered; echo accepted on our way;;\n"
    "E3) echo sent; exit 3;;\n"
    "E4) sleep 60;;\n"
    "E5) kill -9 $$;;\n"
    "E6) sleep 60 & echo done;;\n"
    "E7) echo refused no crew; exit 1;;\n"
    "esac\n";

static const struct { const char *unit, *stage, *reason; } answers[] = {
    { "E1", "sent", "said nothing" },     { "E2", "accepted", "on our way" },
    { "E3", "failed", "code 3" },         { "E4", "failed", "longer than 1 s" },
    { "E5", "failed", "signal 9" },       { "E6", "done", "" },
    { "E7", "refused", "no crew" },
};

static void orders_for(struct buffer *orders)
{
    char line[600], unit[600];

    for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
        snprintf(unit, sizeof unit,
                 "{'order':'PM/%zu','unit':'%s','verb':'dispatch'," FIRE EXPIRES,
                 i + 1, answers[i].unit);
        buffer_add_text(orders, json_of(line, sizeof line, unit));
    }
}

/* The last receipt of an order, parsed: the caller frees it. */
static struct json *receipt_of(const char *out, const char *order)
{
    struct span rest = span_of(out), line;
    struct json *last = NULL;

    while (rest.length > 0 && span_cut(&rest, '\n', &line)) {
        struct json *json = NULL;
        struct verdict verdict = json_parse(line, &json);
        if (is_accepted(&verdict)
            && strcmp(json_member_text(json, "order", ""), order) == 0) {
            json_free(last);
            last = json;
        } else {
            json_free(json);
        }
    }
    return last;
}

static void expect_receipt(const char *out, const char *order, const char *stage,
                           const char *reason)
{
    struct json *receipt = receipt_of(out, order);

    CASE("%s %s", order, stage);
    if (!receipt)
        fail_msg("no receipt in:\n%s", out);
    assert_string_equal(json_member_text(receipt, "stage", ""), stage);
    if (!strstr(json_member_text(receipt, "reason", ""), reason))
        fail_msg("\"%s\" is not in \"%s\"", reason, json_member_text(receipt, "reason", ""));
    json_free(receipt);
}

/* Goal: whatever the program does, its order is answered once, as far as the program could know; it
 * gets the order whole, and its words as single arguments; nothing of it is left running. */
static void a_program_answers_for_each_order(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer orders = { 0 };
    char path[300], arguments[500], order[16];

    (void)state;
    site_write(site, "out.sh", program);
    snprintf(path, sizeof path, "program=%s", site_path(site, "out.sh"));
    chmod(path + 8, 0755);
    snprintf(arguments, sizeof arguments, "arguments={unit} %s {place}", site_folder(site));
    orders_for(&orders);
    struct feed_ended ended = feed_try(desk, buffer_span(&orders), "exec", path, arguments,
                                       "time_limit_s=1", "at_once=3");
    assert_int_equal(ended.ending.exit_code, 0);
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++) {
        snprintf(order, sizeof order, "PM/%zu", i + 1);
        expect_receipt(ended.out, order, answers[i].stage, answers[i].reason);
    }
    /* Its walls let it read the system and write nothing here: it has no scratch folder by hand. */
    assert_string_equal(site_read(site, "got"), "");
    buffer_clear(&orders);
    feed_desk_free(desk);
}

#define HELLO "{\"hello\":1,\"wire\":1,\"feed\":\"f\",\"mode\":\"live\"," \
              "\"settings\":{\"program\":\"%s\",\"arguments\":\"{unit} %s {place}\"}," \
              "\"scratch\":\"%s\"}\n"

/* Goal: an order is carried out once, also when the feed ended in between. Method: the hub's side
 * sends it twice, then again to a new process with the same scratch folder. */
static void an_order_leaves_once(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer hello = { 0 };
    char path[300], scratch[300], order[600], expired[600];

    (void)state;
    site_write(site, "out.sh", program);
    snprintf(path, sizeof path, "%s", site_path(site, "out.sh"));
    snprintf(scratch, sizeof scratch, "%s", site_path(site, "scratch"));
    chmod(path, 0755);
    mkdir(scratch, 0700);
    buffer_print(&hello, HELLO, path, scratch, scratch);
    json_of(order, sizeof order, order_of_e1);
    json_of(expired, sizeof expired, "{'order':'PM/2','unit':'E2','verb':'recall',"
            "'expires':'2001-01-01T00:00:00Z'}\n");
    struct feed_talk *talk = feed_start(desk, "exec");
    feed_say(talk, hello.bytes);
    feed_hear(talk, "\"takes\":[\"dispatch\"");
    feed_say(talk, order);
    feed_hear(talk, "\"stage\":\"sent\"");
    feed_say(talk, order);
    feed_say(talk, expired);
    feed_hear(talk, "it had expired");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(text_count(ended.out, "\"stage\":\"sent\""), 2);
    assert_int_equal(text_count(site_read(site, "scratch/got"), "\n"), 1);
    assert_non_null(strstr(site_read(site, "scratch/got"), "\"order\":\"PM/1\""));
    assert_string_equal(site_read(site, "scratch/third.E1"), "12 Quay St; rm -rf /\n");
    talk = feed_start(desk, "exec");
    feed_say(talk, hello.bytes);
    feed_say(talk, order);
    feed_hear(talk, "not sent twice");
    feed_end(talk);
    assert_int_equal(text_count(site_read(site, "scratch/got"), "\n"), 1);
    buffer_clear(&hello);
    feed_desk_free(desk);
}

/* ---- a mail relay ---- */

struct relay {
    pid_t pid;
    int stdin_fd;
    char port[16];
};

/* The server reads its stdin to know when to end: a FIFO that the test holds. */
static bool relay_start(struct test_site *site, const char *const *more, struct relay *ret_relay)
{
    const char *arguments[12] = { "/usr/bin/python3", "tests/smtp_server.py" };
    char fifo[300], out[300], err[300], folder[300];
    size_t count = 3;

    if (access("/usr/lib/python3/dist-packages/aiosmtpd", R_OK) != 0) {
        print_message("SKIP: there is no python3-aiosmtpd\n");
        return false;
    }
    snprintf(folder, sizeof folder, "%s", site_folder(site));
    snprintf(fifo, sizeof fifo, "%s", site_path(site, "relay.in"));
    snprintf(out, sizeof out, "%s", site_path(site, "relay.out"));
    snprintf(err, sizeof err, "%s", site_path(site, "relay.err"));
    arguments[2] = folder;
    for (; more && *more; more++)
        arguments[count++] = *more;
    site_write(site, "relay.in", "");
    unlink(fifo);
    assert_int_equal(mkfifo(fifo, 0600), 0);
    ret_relay->stdin_fd = open(fifo, O_RDWR | O_CLOEXEC);
    assert_true(ret_relay->stdin_fd >= 0);
    ret_relay->pid = process_start(&(struct process_options){
        .arguments = arguments, .input_path = fifo, .out_path = out, .err_path = err });
    for (int64_t deadline_ms = clock_ms() + DEADLINE_MS; clock_ms() < deadline_ms; poll(0, 0, 20)) {
        struct span port = span_trim(span_of(site_read(site, "relay.out")));
        snprintf(ret_relay->port, sizeof ret_relay->port, "%.*s", (int)port.length, port.bytes);
        if (port.length > 0)
            return true;
    }
    process_kill(ret_relay->pid);
    fail_msg("the relay did not start:\n%s", site_read(site, "relay.err"));
    return false;
}

static void relay_stop(const struct relay *relay)
{
    process_kill(relay->pid);
    close(relay->stdin_fd);
}

static const struct { const char *address, *stage, *reason; } mails[] = {
    { "ok@example.org",      "sent",   "250 2.0.0 Ok: queued as" },
    { "never@example.org",   "failed", "550 5.1.1 no such mailbox here" },
    { "later-2@example.org", "sent",   "queued" },
    { "drop@example.org",    "failed", "may have taken it" },
    { "later-9@example.org", "failed", "451 4.7.1 come back later" },
};

/* Goal: receipts say what the relay said, and no more: taken, refused for now until the order has
 * expired, refused for good, broken off. Method: one order for each, through a real server. */
static void the_relay_answers_for_each_mail(void **state)
{
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    struct buffer orders = { 0 };
    struct relay relay;
    char line[700], row[700], url[64], address[ARRAY_COUNT(mails)][64], when[WHEN_TEXT_BYTES];

    (void)state;
    if (!relay_start(site, NULL, &relay)) {
        feed_desk_free(desk);
        skip();
    }
    snprintf(url, sizeof url, "relay=smtp://127.0.0.1:%s", relay.port);
    when_text((time(NULL) + 8) * (int64_t)1000, when);
    for (size_t i = 0; i < ARRAY_COUNT(mails); i++) {
        snprintf(address[i], sizeof address[i], "address=E%zu=%s", i + 1, mails[i].address);
        snprintf(row, sizeof row, "{'order':'PM/%zu','unit':'E%zu','verb':'dispatch'," FIRE
                 "'expires':'%s'}\n", i + 1, i + 1, when);
        buffer_add_text(&orders, json_of(line, sizeof line, row));
    }
    struct feed_ended ended = feed_try(desk, buffer_span(&orders), "mail", url, "unencrypted=yes",
                                       "from=control@example.org", "retry_s=0.2", address[0],
                                       address[1], address[2], address[3], address[4]);
    for (size_t i = 0; i < ARRAY_COUNT(mails); i++) {
        snprintf(line, sizeof line, "PM/%zu", i + 1);
        expect_receipt(ended.out, line, mails[i].stage, mails[i].reason);
    }
    assert_int_equal(text_count(ended.out, "\"delivered\""), 0);
    const char *mail = site_read(site, "mail.1");
    assert_non_null(strstr(mail, "from control@example.org to ok@example.org by plain"));
    assert_non_null(strstr(mail, "\nMessage-ID: <PM.1.watchdesk@example.org>\r\n"));
    assert_non_null(strstr(mail, "\nX-Watchdesk-Order: PM/1\r\n"));
    assert_non_null(strstr(mail, "\nSubject: DISPATCH E1: FIRE 12 Quay St; rm -rf / #42 P1\r\n"));
    relay_stop(&relay);
    buffer_clear(&orders);
    feed_desk_free(desk);
}

/* Goal: a relay is trusted by its certificate, logged into with a secret from a file, and a wrong
 * one of either gets nothing. Method: STARTTLS and login at a real server, the right beside the
 * wrong; the password is on no command line, since only its file's name is. */
static void the_relay_is_verified(void **state)
{
    static const struct { const char *name, *ca, *password, *stage, *reason; } cases[] = {
        { "right",                "ca.pem",    "open sesame", "sent",   "queued" },
        { "a wrong password",     "ca.pem",    "open barley", "failed", "535" },
        { "another authority's",  "other.pem", "open sesame", "failed", "certificate" },
    };
    struct feed_desk *desk = feed_desk_new();
    struct test_site *site = feed_site(desk);
    char certificate[300], key[300], url[64], ca[300], password[300], order[600];
    struct relay relay;

    (void)state;
    certificates_make(site_folder(site));
    snprintf(certificate, sizeof certificate, "%s", site_path(site, "server.pem"));
    snprintf(key, sizeof key, "%s", site_path(site, "server.key"));
    const char *const more[] = { "--tls", certificate, key, "--login", "control", "open sesame",
                                 NULL };
    if (!relay_start(site, more, &relay)) {
        feed_desk_free(desk);
        skip();
    }
    snprintf(url, sizeof url, "relay=smtp://127.0.0.1:%s", relay.port);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        CASE("%s", cases[i].name);
        snprintf(ca, sizeof ca, "ca=%s", site_path(site, cases[i].ca));
        site_write(site, "pass", cases[i].password);
        snprintf(password, sizeof password, "password=%s", site_path(site, "pass"));
        chmod(password + 9, 0600);
        struct feed_ended ended = feed_try(
            desk, json_span(order, sizeof order, order_of_e1), "mail", url, ca, password,
            "user=control", "from=control@example.org", "address=*=duty@example.org");
        expect_receipt(ended.out, "PM/1", cases[i].stage, cases[i].reason);
        assert_null(strstr(ended.out, "open "));
        assert_null(strstr(ended.err, "open "));
    }
    assert_non_null(strstr(site_read(site, "mail.1"), "by TLS as control"));
    assert_string_equal(site_read(site, "mail.2"), "");
    relay_stop(&relay);
    feed_desk_free(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(templates_are_filled_with_clean_words),
        cmocka_unit_test(an_address_cannot_carry_more_than_itself),
        cmocka_unit_test(a_program_answers_for_each_order),
        cmocka_unit_test(an_order_leaves_once),
        cmocka_unit_test(the_relay_answers_for_each_mail),
        cmocka_unit_test(the_relay_is_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
