/* bench_mqtt.c - messages a second from a real broker through the adapter's own process: JSON of
 * 150 bytes on 400 topics, each value looked at, none of them an alarm, until one at the end is.
 *
 * The limit is measured beside it, in the same run: a bare libmosquitto subscriber that only
 * counts, with the same broker and publisher. Beyond what the adapter takes, the broker queues for
 * it (max_queued_messages) and then drops, at QoS 0 and, its queue full, at QoS 1 too. */
#include <mosquitto.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bench.h"
#include "tests/site.h"

enum { MESSAGES = 200000, TOPICS = 400, PAYLOAD_BYTES = 150, IN_FLIGHT = 1000 };

#define BROKER "/usr/sbin/mosquitto"

struct ends {
    struct test_site *site;
    int port;
};

static void acknowledged(struct mosquitto *client, void *context, int id)
{
    long *count = context;

    (void)client;
    (void)id;
    ++*count;
}

/* Publishes all, as fast as the library takes them; then the one that is an alarm. */
static void publish_all(const struct ends *ends, int qos)
{
    long done = 0;
    struct mosquitto *client = mosquitto_new(NULL, true, &done);
    char topic[32], payload[PAYLOAD_BYTES + 1];

    mosquitto_publish_callback_set(client, acknowledged);
    mosquitto_max_inflight_messages_set(client, IN_FLIGHT);
    int code = mosquitto_connect(client, "127.0.0.1", ends->port, 60);
    assert(code == MOSQ_ERR_SUCCESS);
    for (long i = 0; i <= MESSAGES; i++) {
        snprintf(topic, sizeof topic, i == MESSAGES ? "t/end" : "t/%ld", i % TOPICS);
        int length = snprintf(payload, sizeof payload,
                              "{\"n\":%ld,\"v\":%.1f,\"room\":\"%-100s\"}", i,
                              i == MESSAGES ? 99.0 : 20 + (double)(i % 100) / 10, "x");
        while (i - done > IN_FLIGHT || mosquitto_want_write(client))
            mosquitto_loop(client, 10, 1);
        /* The last only when all the others have been handed over. */
        while (i == MESSAGES && done < MESSAGES)
            mosquitto_loop(client, 10, 1);
        code = mosquitto_publish(client, NULL, topic, length, payload, qos, false);
        assert(code == MOSQ_ERR_SUCCESS);
        if (i % 64 == 0)
            mosquitto_loop(client, 0, 1);
    }
    while (done <= MESSAGES)
        mosquitto_loop(client, 10, 1);
    mosquitto_disconnect(client);
    mosquitto_destroy(client);
}

static void counted(struct mosquitto *client, void *context,
                    const struct mosquitto_message *message)
{
    bool *ended = context;

    (void)client;
    *ended = *ended || strcmp(message->topic, "t/end") == 0;
}

/* The limit's subscriber: a process of its own that ends when it has heard the last message. */
static pid_t bare_start(const struct ends *ends, int qos)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    bool ended = false;
    struct mosquitto *client = mosquitto_new(NULL, true, &ended);
    mosquitto_message_callback_set(client, counted);
    if (mosquitto_connect(client, "127.0.0.1", ends->port, 60) != MOSQ_ERR_SUCCESS)
        _exit(1);
    mosquitto_subscribe(client, NULL, "t/#", qos);
    while (!ended)
        mosquitto_loop(client, 100, 1);
    _exit(0);
}

static double bare_rate(const struct ends *ends, int qos)
{
    int status;
    pid_t subscriber = bare_start(ends, qos);

    poll(NULL, 0, 500);
    double start_s = bench_seconds();
    publish_all(ends, qos);
    waitpid(subscriber, &status, 0);
    return MESSAGES / (bench_seconds() - start_s);
}

static double adapter_rate(const struct ends *ends, int qos)
{
    char program[512], line[4096] = "";
    int in[2], out[2];

    snprintf(program, sizeof program, "%s", site_program(ends->site, "watchdesk-feed"));
    int made = pipe(in) | pipe(out);
    assert(made == 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        close(in[1]);
        execl(program, program, "mqtt", (char *)NULL);
        _exit(127);
    }
    dprintf(in[1], "{\"hello\":1,\"wire\":1,\"feed\":\"b\",\"mode\":\"live\",\"settings\":{"
            "\"connect\":\"127.0.0.1:%d\",\"session_s\":0,"
            "\"topic\":[\"t/+ value=v above=60 qos=%d\"]}}\n", ends->port, qos);
    poll(NULL, 0, 1000);
    double start_s = bench_seconds();
    publish_all(ends, qos);
    FILE *reports = fdopen(out[0], "r");
    while (!strstr(line, "\"t/end\"") && fgets(line, sizeof line, reports))
        continue;
    double rate = MESSAGES / (bench_seconds() - start_s);
    close(in[1]);
    fclose(reports);
    close(out[1]);
    waitpid(pid, NULL, 0);
    return rate;
}

int main(void)
{
    struct ends ends = { .site = site_new(SITE_PLAIN), .port = 20000 + getpid() % 20000 };
    char conf[512];

    if (access(BROKER, X_OK) != 0) {
        printf("# there is no mosquitto here\n");
        return 0;
    }
    snprintf(conf, sizeof conf, "user root\nlistener %d 127.0.0.1\nallow_anonymous true\n"
             "persistence false\nmax_queued_messages 2000000\nmax_inflight_messages 1000\n"
             "set_tcp_nodelay true\nlog_type none\n", ends.port);
    site_write(ends.site, "broker.conf", conf);
    snprintf(conf, sizeof conf, "%s", site_path(ends.site, "broker.conf"));
    pid_t broker = process_start(&(struct process_options){
        .arguments = (const char *const[]){ BROKER, "-c", conf, NULL },
        .out_path = "/dev/null", .err_path = "/dev/null" });
    mosquitto_lib_init();
    poll(NULL, 0, 1000);
    for (int qos = 0; qos < 2; qos++) {
        double limit = bare_rate(&ends, qos);
        bench_row(&(struct bench_row){
            .name = qos ? "mqtt: messages at QoS 1 through the adapter"
                        : "mqtt: messages at QoS 0 through the adapter",
            .figure = adapter_rate(&ends, qos), .unit = "messages/s", .limit = limit,
            .goal = qos ? ">= 0.4" : ">= 0.3" });
    }
    process_kill(broker);
    site_free(ends.site);
    return 0;
}
