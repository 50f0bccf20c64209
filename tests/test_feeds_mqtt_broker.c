#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/json.h"
#include "tests/certificates.h"
#include "tests/check.h"
#include "tests/feed_run.h"

/* The adapter against a real broker on loopback, in both versions of the protocol; skipped, saying
 * so, where there is no mosquitto. */

#define BROKER "/usr/sbin/mosquitto"

struct room {
    struct feed_desk *desk;
    struct test_site *site;
    pid_t broker;
    int port;
};

static void broker_start(struct room *room)
{
    char conf[512], out[512];

    snprintf(conf, sizeof conf, "%s", site_path(room->site, "broker.conf"));
    snprintf(out, sizeof out, "%s", site_path(room->site, "broker.log"));
    room->broker = process_start(&(struct process_options){
        .arguments = (const char *const[]){ BROKER, "-c", conf, NULL },
        .out_path = out, .err_path = out });
}

/* A port of this process's own, so that several tests may run at once. */
static struct room room_make(const char *more)
{
    static int next = 0;
    struct room room = { .desk = feed_desk_new() };
    struct buffer conf = { 0 };

    room.site = feed_site(room.desk);
    room.port = 20000 + (getpid() * 7 + next++) % 12000;     /* Below the kernel's own picks. */
    /* As root the broker would become another user, who cannot read this folder. */
    buffer_print(&conf, "user root\nlistener %d 127.0.0.1\npersistence false\n%s", room.port,
                 more);
    site_write(room.site, "broker.conf", conf.bytes);
    buffer_clear(&conf);
    broker_start(&room);
    return room;
}

static void room_end(struct room *room)
{
    process_kill(room->broker);
    feed_desk_free(room->desk);
}

/* The hello of a hub; ' stands for ". */
static struct feed_talk *adapter_start(const struct room *room, const char *settings,
                                       const char *secrets)
{
    struct feed_talk *talk = feed_start(room->desk, "mqtt");
    struct buffer hello = { 0 };

    buffer_print(&hello, "{'hello':1,'wire':1,'feed':'sensors','mode':'live','settings':{"
                 "'connect':'127.0.0.1:%d',%s},'secrets':{%s}}\n", room->port, settings, secrets);
    for (char *at = hello.bytes; *at; at++)
        if (*at == '\'')
            *at = '"';
    feed_say(talk, hello.bytes);
    buffer_clear(&hello);
    return talk;
}

/* Runs mosquitto_pub with the arguments to its end. */
static void publish(struct room *room, const char *topic, const char *payload, const char *more,
                    const char *value)
{
    char port[16], out[512];
    struct ending ending;

    snprintf(port, sizeof port, "%d", room->port);
    snprintf(out, sizeof out, "%s", site_path(room->site, "pub.log"));
    pid_t pid = process_start(&(struct process_options){
        .arguments = (const char *const[]){ "/usr/bin/mosquitto_pub", "-p", port, "-q", "1", "-t",
                                            topic, "-f", payload, more, value, NULL },
        .out_path = out, .err_path = out });
    assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending));
    assert_int_equal(ending.exit_code, 0);
}

static void say(struct room *room, const char *topic, struct span payload, const char *more,
                const char *value)
{
    char path[512];

    snprintf(path, sizeof path, "%s", site_path(room->site, "payload"));
    file_write(path, payload);
    publish(room, topic, path, more, value);
}

#define SAY(room, topic, text) say((room), (topic), span_of(text), NULL, NULL)

static bool broker_is_absent(void)
{
    if (access(BROKER, X_OK) == 0 && access("/usr/bin/mosquitto_pub", X_OK) == 0)
        return false;
    print_message("SKIP: there is no mosquitto here\n");
    return true;
}

/* Goal: in both versions values become alarms, an order goes out and its answers come back, and a
 * broker that dies and comes back is found again, with its silence said. */
static void life(const char *version)
{
    struct room room = room_make("allow_anonymous true\n");
    char settings[512];

    CASE("MQTT %s", version);
    snprintf(settings, sizeof settings, "'version':'%s','topic':["
             "'plant/+/temp point={1} above=60 clear=55','dev/+/s normal=online "
             "condition=OFFLINE'],'orders':'u/{unit}/o','replies':'u/{unit}/r'", version);
    struct feed_talk *talk = adapter_start(&room, settings, "");
    feed_hear(talk, "\"connected\":true");
    feed_hear(talk, "\"takes\":[\"dispatch\"");
    SAY(&room, "plant/7/temp", "61.5");
    feed_hear(talk, "\"point\":\"7\",\"condition\":\"HIGH\",\"state\":\"active\",\"value\":61.5");
    feed_say(talk, "{\"order\":\"PM/1\",\"unit\":\"E7\",\"verb\":\"dispatch\"}\n");
    feed_hear(talk, "\"order\":\"PM/1\",");
    feed_hear(talk, "\"stage\":\"sent\",\"unit\":\"E7\"");
    SAY(&room, "u/E7/r", "{\"order\":\"PM/1\",\"stage\":\"accepted\"}");
    feed_hear(talk, "\"stage\":\"accepted\"");
    process_kill(room.broker);
    feed_hear(talk, "the connection broke");
    /* An order given while nobody is there goes out when somebody is. */
    feed_say(talk, "{\"order\":\"PM/2\",\"unit\":\"E8\",\"verb\":\"recall\"}\n");
    broker_start(&room);
    feed_hear(talk, "\"stage\":\"sent\",\"unit\":\"E8\"");
    feed_hear(talk, "forgotten our session");
    SAY(&room, "plant/7/temp", "50");
    feed_hear(talk, "\"state\":\"normal\",\"value\":50");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    room_end(&room);
}

static void a_feed_lives_with_its_broker(void **state)
{
    (void)state;
    if (broker_is_absent())
        skip();
    life("5");
    life("3.1.1");
}

/* Goal: a kept value raises nothing, a kept last will does where the line says so, a device that
 * dies without a word is told of by its will. */
static void wills_and_kept_values_are_told_apart(void **state)
{
    (void)state;
    if (broker_is_absent())
        skip();
    struct room room = room_make("allow_anonymous true\n");
    char port[16], out[512];

    snprintf(port, sizeof port, "%d", room.port);
    snprintf(out, sizeof out, "%s", site_path(room.site, "sub.log"));
    poll(NULL, 0, 500);
    say(&room, "plant/7/temp", span_of("99"), "-r", NULL);
    say(&room, "dev/1/s", span_of("offline"), "-r", NULL);
    struct feed_talk *talk = adapter_start(
        &room, "'topic':['plant/+/temp above=60','dev/+/s normal=online condition=OFFLINE "
        "retained=state']", "");
    feed_hear(talk, "\"point\":\"dev/1/s\",\"condition\":\"OFFLINE\",\"state\":\"active\"");
    pid_t device = process_start(&(struct process_options){
        .arguments = (const char *const[]){ "/usr/bin/mosquitto_sub", "-p", port, "-t", "none",
                                            "--will-topic", "dev/2/s", "--will-payload",
                                            "offline", NULL },
        .out_path = out, .err_path = out });
    poll(NULL, 0, 500);
    process_kill(device);
    feed_hear(talk, "\"point\":\"dev/2/s\",\"condition\":\"OFFLINE\",\"state\":\"active\"");
    SAY(&room, "plant/7/temp", "98");
    feed_hear(talk, "\"value\":98");
    struct feed_ended ended = feed_end(talk);
    assert_null(strstr(ended.out, "\"value\":99"));
    assert_non_null(strstr(ended.out, "age unknown: the broker had kept this value"));
    room_end(&room);
}

/* Goal: what strangers publish is refused for what it is and harms nothing. */
static void hostile_payloads_are_refused(void **state)
{
    (void)state;
    if (broker_is_absent())
        skip();
    struct room room = room_make("allow_anonymous true\n");
    char *huge = base_alloc(1, 300 * 1024), deep[2048];
    struct feed_talk *talk = adapter_start(
        &room, "'version':'3.1.1','topic':['v/+ above=60','j/+ value=a above=60','s/# format=senml "
        "above=1','spBv1.0/# format=sparkplug above=1']", "");

    feed_hear(talk, "\"connected\":true");
    poll(NULL, 0, 300);
    memset(huge, '7', 300 * 1024);
    memset(deep, '[', sizeof deep);
    say(&room, "v/huge", span_from(huge, 300 * 1024), NULL, NULL);
    feed_hear(talk, "longer than its limit");
    say(&room, "v/binary", SPAN("\0\xff\xfe\x80"), NULL, NULL);
    feed_hear(talk, "not valid UTF-8");
    say(&room, "j/deep", span_from(deep, sizeof deep), NULL, NULL);
    feed_hear(talk, "nested too deep");
    SAY(&room, "j/half", "{\"a\":");
    feed_hear(talk, "it ends too early");
    SAY(&room, "s/none", "{}");
    feed_hear(talk, "the wrong type of value");
    say(&room, "spBv1.0/g/NBIRTH/e", SPAN("\x12\xff\xff\xff\xff\x0f"), NULL, NULL);
    feed_hear(talk, "not well formed");
    SAY(&room, "v/after", "61");
    feed_hear(talk, "\"point\":\"v/after\"");
    struct feed_ended ended = feed_end(talk);
    assert_int_equal(ended.ending.exit_code, 0);
    base_free(huge);
    room_end(&room);
}

/* Goal: a password or a certificate lets us in, a wrong one is said in words, and never shown. */
static void doors_open_to_who_has_the_key(void **state)
{
    (void)state;
    if (broker_is_absent())
        skip();
    struct feed_desk *keys = feed_desk_new();
    const char *folder = site_folder(feed_site(keys));
    struct buffer key = { 0 }, secrets = { 0 };
    char conf[1024], settings[1024], path[512];

    certificates_make(folder);
    snprintf(conf, sizeof conf, "allow_anonymous true\ncafile %s/ca.pem\ncertfile %s/server.pem\n"
             "keyfile %s/server.key\nrequire_certificate true\n", folder, folder, folder);
    struct room room = room_make(conf);
    snprintf(path, sizeof path, "%s/client.key", folder);
    file_read(path, &key);
    json_put_text(&secrets, "key", key.bytes);
    snprintf(settings, sizeof settings, "'tls':'yes','ca':'%s/ca.pem','certificate':"
             "'%s/client.pem','topic':['v above=1']", folder, folder);
    struct feed_talk *talk = adapter_start(&room, settings, secrets.bytes);
    feed_hear(talk, "by MQTT 5, TLS");
    feed_end(talk);
    /* Another authority's word for the broker is none. */
    snprintf(settings, sizeof settings, "'tls':'yes','ca':'%s/other.pem','certificate':"
             "'%s/client.pem','topic':['v above=1']", folder, folder);
    talk = adapter_start(&room, settings, secrets.bytes);
    feed_hear(talk, "no connection");
    struct feed_ended ended = feed_end(talk);
    assert_null(strstr(ended.out, "\"connected\":true"));
    assert_null(strstr(ended.err, "PRIVATE KEY"));
    room_end(&room);
    buffer_clear(&key);
    buffer_clear(&secrets);
    feed_desk_free(keys);
}

static void a_password_is_asked_for(void **state)
{
    (void)state;
    if (broker_is_absent() || access("/usr/bin/mosquitto_passwd", X_OK) != 0)
        skip();
    struct feed_desk *keys = feed_desk_new();
    char path[512], conf[640];
    struct ending ending;

    snprintf(path, sizeof path, "%s/users", site_folder(feed_site(keys)));
    file_write(path, span_of(""));
    pid_t pid = process_start(&(struct process_options){
        .arguments = (const char *const[]){ "/usr/bin/mosquitto_passwd", "-b", path, "kim",
                                            "open sesame", NULL },
        .out_path = "/dev/null", .err_path = "/dev/null" });
    assert_true(child_wait(pid, clock_ms() + DEADLINE_MS, &ending));
    snprintf(conf, sizeof conf, "password_file %s\n", path);
    struct room room = room_make(conf);
    struct feed_talk *talk = adapter_start(&room, "'user':'kim','topic':['v above=1']",
                                           "'password':'open sesame'");
    feed_hear(talk, "\"connected\":true");
    feed_end(talk);
    talk = adapter_start(&room, "'user':'kim','topic':['v above=1']", "'password':'guess'");
    feed_hear(talk, "the broker refused us");
    struct feed_ended ended = feed_end(talk);
    assert_null(strstr(ended.out, "guess"));
    assert_null(strstr(ended.err, "guess"));
    room_end(&room);
    feed_desk_free(keys);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_feed_lives_with_its_broker),
        cmocka_unit_test(wills_and_kept_values_are_told_apart),
        cmocka_unit_test(hostile_payloads_are_refused),
        cmocka_unit_test(doors_open_to_who_has_the_key),
        cmocka_unit_test(a_password_is_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
