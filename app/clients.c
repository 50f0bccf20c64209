#define _GNU_SOURCE     /* struct ucred */

#include "app/clients.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/base/text.h"
#include "app/drill_run.h"
#include "app/geography.h"
#include "app/reader.h"
#include "app/supervisor.h"

enum client_state { CLIENT_GREETING, CLIENT_GREETED, CLIENT_JOINING, CLIENT_JOINED };

struct client {
    uv_pipe_t pipe;
    struct clients *clients;
    struct client *next;
    uint64_t id;
    uid_t uid;
    enum client_state state;
    bool read_only, closing, close_when_written;
    char name[24];                  /* Of the operator; "" while it has none. */
    uint32_t asked;                 /* Lines not yet answered. */
    bool paused;                    /* Not read: it has asked, or left unread, too much. */
    bool taking;                    /* Its lines are being taken: answers do not take more. */
    struct line_buffer *lines;
    struct buffer waiting, writing; /* Whole lines, always. */
    size_t allowance;               /* What a dump may be beyond WIRE_BEHIND_BYTES_MAX. */
    uv_write_t write;
    bool write_in_flight;
    struct buffer behind;           /* Entries that became durable while its dump was made. */
    uint64_t joins_at;              /* The dump being made holds all up to this entry. */
    bool missed;                    /* There were more than may wait: another dump follows. */
};

/* Who waits for the answer to a question of geography. */
struct waiter {
    uint32_t question;
    uint64_t client;
    int64_t ref;
};

struct clients {
    struct hub *hub;
    uv_pipe_t listener;
    bool listening;
    char path[PLACES_PATH_BYTES];
    struct client *first;
    uint32_t count;
    uint64_t last_id;
    struct waiter *waiters;
    uint32_t waiter_count, waiter_capacity;
    char bytes[65536];              /* libuv reads into it, one client at a time. */
};

struct clients *clients_new(struct hub *hub)
{
    struct clients *clients = base_alloc(1, sizeof *clients);

    clients->hub = hub;
    return clients;
}

void clients_free(struct clients *clients)
{
    assert(!clients->first);
    base_free(clients->waiters);
    base_free(clients);
}

/* ---- one goes ---- */

static void client_closed(uv_handle_t *handle)
{
    struct client *client = handle->data;
    struct client **link = &client->clients->first;

    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
    client->clients->count--;
    line_buffer_free(client->lines);
    buffer_clear(&client->waiting);
    buffer_clear(&client->writing);
    buffer_clear(&client->behind);
    base_free(client);
}

static void client_close(struct client *client)
{
    if (client->closing)
        return;
    client->closing = true;
    uv_close((uv_handle_t *)&client->pipe, client_closed);
}

static struct client *client_by_id(struct clients *clients, uint64_t id)
{
    for (struct client *client = clients->first; client; client = client->next)
        if (client->id == id && !client->closing)
            return client;
    return NULL;
}

/* ---- lines to it ---- */

static void write_more(struct client *client);
static void take_lines(struct client *client);

static void written(uv_write_t *write, int status)
{
    struct client *client = write->data;

    client->write_in_flight = false;
    buffer_reset(&client->writing);
    if (status != 0) {
        client_close(client);
        return;
    }
    write_more(client);
    if (client->paused && client->asked < CLIENT_ASKED_MAX / 2)
        take_lines(client);
}

static void write_more(struct client *client)
{
    if (client->write_in_flight || client->closing)
        return;
    if (client->waiting.length == 0) {
        client->allowance = 0;
        if (client->close_when_written)
            client_close(client);
        return;
    }
    struct buffer next = client->waiting;
    client->waiting = client->writing;
    client->writing = next;
    uv_buf_t bytes = uv_buf_init(client->writing.bytes, (unsigned)client->writing.length);
    client->write.data = client;
    client->write_in_flight = true;
    if (uv_write(&client->write, (uv_stream_t *)&client->pipe, &bytes, 1, written) == 0)
        return;
    client->write_in_flight = false;
    client_close(client);
}

static void send_bytes(struct client *client, struct span lines)
{
    if (client->closing)
        return;
    buffer_add(&client->waiting, lines);
    write_more(client);
}

static void send_record(struct client *client, const struct record_shape *shape, const void *record)
{
    struct buffer line = { 0 };

    wire_line_write(shape, record, &line);
    send_bytes(client, buffer_span(&line));
    buffer_clear(&line);
}

/* {"NAME":"TEXT","ref":N} */
static void send_words(struct client *client, const char *name, const char *text, int64_t ref)
{
    struct buffer line = { 0 };

    json_open(&line, NULL, '{');
    json_put_text(&line, name, text);
    if (ref != 0)
        json_put_int64(&line, "ref", ref);
    json_close(&line, '}');
    buffer_add_text(&line, "\n");
    send_bytes(client, buffer_span(&line));
    buffer_clear(&line);
}

static void send_goodbye(struct client *client, const char *name, const char *text)
{
    client->close_when_written = true;
    send_words(client, name, text, 0);
}

/* ---- it joins ---- */

static void join(struct client *client);

static void join_done(void *context, const struct reader_reply *reply)
{
    struct clients *clients = context;
    struct client *client = client_by_id(clients, reply->request->client);

    if (!client || client->state != CLIENT_JOINING)
        return;
    if (reply->problem) {
        send_goodbye(client, "refused", reply->problem);
        return;
    }
    if (client->missed) {
        join(client);
        return;
    }
    client->state = CLIENT_JOINED;
    client->allowance = reply->bytes.length + client->behind.length;
    send_bytes(client, reply->bytes);
    send_bytes(client, buffer_span(&client->behind));
    buffer_clear(&client->behind);
}

static void join(struct client *client)
{
    const struct reader_request request = { .ask = READER_JOIN, .client = client->id };

    client->state = CLIENT_JOINING;
    client->joins_at = hub_durable(client->clients->hub);
    client->missed = false;
    buffer_reset(&client->behind);
    reader_ask(client->clients->hub->reader, &request, join_done, client->clients);
}

/* It reads too slowly for what happens: a new dump costs less than the queue. */
static void join_again(struct client *client)
{
    buffer_reset(&client->waiting);
    send_bytes(client, span_of("{\"joined again\":true}\n"));
    join(client);
}

bool clients_follow(const struct clients *clients)
{
    return clients_consoles(clients) > 0;
}

/* A dump may wait for minutes behind somebody's look at last week; what piles up has a limit. */
static void keep_behind(struct client *client, struct span line)
{
    client->missed =
        client->missed || client->behind.length + line.length > WIRE_BEHIND_BYTES_MAX;
    if (client->missed)
        buffer_reset(&client->behind);
    else
        buffer_add(&client->behind, line);
}

void clients_entry(struct clients *clients, uint64_t sequence, struct span line)
{
    for (struct client *client = clients->first; client; client = client->next) {
        if (client->closing)
            continue;
        if (client->state == CLIENT_JOINING) {
            /* In the middle of a batch the dump already holds the rest of it. */
            if (sequence > client->joins_at)
                keep_behind(client, line);
            continue;
        }
        if (client->state != CLIENT_JOINED)
            continue;
        if (client->waiting.length + line.length > WIRE_BEHIND_BYTES_MAX + client->allowance)
            join_again(client);
        else
            send_bytes(client, line);
    }
}

/* ---- it asks ---- */

static void answered(struct client *client);

void clients_result(struct clients *clients, uint64_t id, const struct wire_result *result)
{
    struct client *client = client_by_id(clients, id);

    if (!client)
        return;
    send_record(client, &wire_result_shape, result);
    answered(client);
}

static void reply_done(void *context, const struct reader_reply *reply)
{
    struct clients *clients = context;
    struct client *client = client_by_id(clients, reply->request->client);

    if (!client)
        return;
    if (reply->problem)
        send_words(client, "error", reply->problem, reply->request->ref);
    else
        send_bytes(client, reply->bytes);
    answered(client);
}

static void refuse_command(struct client *client, int64_t ref, const char *why)
{
    clients_result(client->clients, client->id,
                   &(struct wire_result){ .result = "NO", .ref = ref, .text = why });
}

void command_input_write(const struct command_asked *asked, struct buffer *out)
{
    struct arena *arena = arena_new();
    struct command_line line;

    command_parse(span_of(asked->typed), arena, &line);
    json_open(out, NULL, '{');
    json_put_text(out, "typed", asked->typed);
    json_put_text(out, "text", line.canonical ? line.canonical : asked->typed);
    if (asked->saw > 0)
        json_put_int64(out, "saw", asked->saw);
    json_put_text(out, "role", vocabulary_word(&operator_role_words, asked->role));
    if (asked->problem)
        json_put_text(out, "problem", asked->problem);
    json_close(out, '}');
    arena_free(arena);
}

/* Verbs that are no input: the console does them itself, or the reader answers them. */
static const char *not_entered(struct span typed)
{
    struct arena *arena = arena_new();
    struct command_line line;
    const char *why = NULL;

    command_parse(typed, arena, &line);
    if (line.command && line.command->place == COMMAND_ASKED)
        why = "it only looks: ask it in a console, or with watchdesk show and watchdesk why";
    else if (line.command && line.command->place == COMMAND_LOCAL && !line.command->decide)
        why = "it is done inside a console; the hub has nothing to do for it";
    arena_free(arena);
    return why;
}

/* Whoever may not reload must not have the file read for him. */
static bool is_reload(struct span typed, enum operator_role role)
{
    const struct command *reload = command_named(span_of("reload"));
    struct span verb;

    typed = span_trim(typed);
    if (!span_cut(&typed, ' ', &verb))
        return false;
    return command_named(verb) == reload && command_allowed(reload, role);
}

static void enter_command(struct client *client, const struct json *line, const char *typed,
                          int64_t ref)
{
    struct hub *hub = client->clients->hub;
    const struct operator *operator =
        picture_called(hub->picture, OBJECT_OPERATOR, client->name);
    struct hub_input input = { .kind = INPUT_COMMAND, .client = client->id, .ref = ref };
    struct buffer text = { 0 }, problems = { 0 };

    enum operator_role role = operator ? operator->role : ROLE_OBSERVER;
    if (hub->drill)
        drill_run_typed(hub->drill);
    bool is_wrong = is_reload(span_of(typed), role) && !hub_reload(hub, &problems);
    text_copy(input.source, sizeof input.source, span_of(client->name));
    command_input_write(&(struct command_asked){
                            .typed = typed, .role = role,
                            .saw = json_member_int64(line, "saw", 0),
                            .problem = is_wrong ? problems.bytes : NULL }, &text);
    hub_take(hub, &input, buffer_span(&text));
    buffer_clear(&text);
    buffer_clear(&problems);
}

static void do_line(struct client *client, const struct json *line, int64_t ref)
{
    struct hub *hub = client->clients->hub;
    const char *typed = json_text(json_member(line, "do"));

    if (client->read_only || !client->name[0])
        refuse_command(client, ref, "this client only reads; start it with --as NAME to command");
    else if (!typed || !*typed || strlen(typed) > COMMAND_BYTES_MAX)
        refuse_command(client, ref, "a command is one line of 1 to 2,000 bytes; nothing was done");
    else if (hub->stopping)
        refuse_command(client, ref, "the hub is ending; nothing was done");
    else if (not_entered(span_of(typed)))
        refuse_command(client, ref, not_entered(span_of(typed)));
    else
        enter_command(client, line, typed, ref);
}

static void ask_reader(struct client *client, enum reader_ask ask, const char *what,
                       const struct json *line, int64_t ref)
{
    struct reader_request request = { .ask = ask, .client = client->id, .ref = ref,
                                      .json = json_member_flag(line, "json", false) };

    if (!what || strlen(what) >= sizeof request.text) {
        send_words(client, "error", "what is asked for must be a short text", ref);
        answered(client);
        return;
    }
    text_copy(request.text, sizeof request.text, span_of(what));
    text_copy(request.at, sizeof request.at, span_of(json_member_text(line, "at", "")));
    /* How a feed does now is no part of the record: the hub itself says it. */
    if (ask == READER_SHOW && strncmp(what, "feed ", 5) == 0 && !request.json && !request.at[0]) {
        struct buffer health = { 0 };
        supervisor_write_health(client->clients->hub->supervisor, what + 5, &health);
        request.more = health.bytes;
    }
    reader_ask(client->clients->hub->reader, &request, reply_done, client->clients);
}

static void show_line(struct client *client, const struct json *line, int64_t ref)
{
    ask_reader(client, READER_SHOW, json_text(json_member(line, "show")), line, ref);
}

static void why_line(struct client *client, const struct json *line, int64_t ref)
{
    ask_reader(client, READER_WHY, json_text(json_member(line, "why")), line, ref);
}

static void look_done(void *context, uint64_t id, int64_t ref, struct span found)
{
    struct client *client = client_by_id(context, id);
    struct buffer line = { 0 };

    if (!client)
        return;
    json_open(&line, NULL, '{');
    json_put_raw(&line, "looked", found);
    json_put_int64(&line, "ref", ref);
    json_close(&line, '}');
    buffer_add_text(&line, "\n");
    send_bytes(client, buffer_span(&line));
    buffer_clear(&line);
    answered(client);
}

static void look_line(struct client *client, const struct json *line, int64_t ref)
{
    const struct json *ask = json_member(line, "look");

    const struct geography_asker asker = { .client = client->id, .ref = ref, .done = look_done,
                                           .context = client->clients };
    struct buffer problem = { 0 };

    if (json_type(ask) != JSON_OBJECT)
        buffer_add_text(&problem, "a look-up of geography is an object: {\"ask\":\"place\",...}");
    else if (geography_look(client->clients->hub->geography, ask, &asker, &problem))
        return;
    send_words(client, "error", problem.bytes, ref);
    answered(client);
    buffer_clear(&problem);
}

static void stop_line(struct client *client, const struct json *line, int64_t ref)
{
    struct hub *hub = client->clients->hub;

    (void)line;
    /* Whoever may end the process may ask it to end. */
    if (client->uid != geteuid() && client->uid != 0) {
        send_words(client, "error", "only the user the hub runs as may end it", ref);
        answered(client);
        return;
    }
    send_words(client, "stopping", hub->options.places.folder, ref);
    hub_stop(hub, HUB_EXIT_OK);
}

static const struct {
    const char *name;
    void (*take)(struct client *client, const struct json *line, int64_t ref);
} client_lines[] = {
    { .name = "do", .take = do_line },
    { .name = "show", .take = show_line },
    { .name = "why", .take = why_line },
    { .name = "look", .take = look_line },
    { .name = "stop", .take = stop_line },
};

/* ---- it greets ---- */

static const char *user_name(uid_t uid)
{
    const struct passwd *user = getpwuid(uid);
    return user ? user->pw_name : "";
}

/* The operator this client may be; NULL with a sentence in `problem`. A drill lets anybody take any
 * seat; a live site only those whose `user` is the process's own (CONTRACTS section 7). */
static const struct operator *operator_for(const struct client *client, const char *as,
                                           struct buffer *problem)
{
    const struct picture *picture = client->clients->hub->picture;
    bool drill = hub_is_drill(client->clients->hub);
    const char *user = user_name(client->uid);
    const struct operator *only = NULL;
    uint32_t fitting = 0;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_OPERATOR); i++) {
        const struct operator *operator = picture_row(picture, OBJECT_OPERATOR, i);
        /* A user without a name is nobody's, and a seat without a user is nobody's to take. */
        bool mine = drill || (*user && strcmp(operator->user, user) == 0);
        if (*as && text_same_ignoring_case(span_of(operator->name), span_of(as))) {
            if (mine)
                return operator;
            buffer_print(problem, "%s is not yours to be: site.conf gives that name to the user "
                         "%s, and you are %s.", operator->name,
                         operator->user[0] ? operator->user : "nobody", user);
            return NULL;
        }
        fitting += mine;
        only = mine ? operator : only;
    }
    if (*as)
        buffer_print(problem, "There is no operator %s on this site. Use a name from site.conf.",
                     as);
    else if (fitting == 1)
        return only;
    else if (fitting == 0)
        buffer_print(problem, "No operator of this site is the user %s. Add one to site.conf, or "
                     "look only, with --read-only.", user);
    else
        buffer_print(problem, "Several operators are yours: say which with --as NAME.");
    return NULL;
}

static void greet(struct client *client, const struct operator *operator, bool joins)
{
    struct hub *hub = client->clients->hub;
    const struct site *site = picture_site(hub->picture);

    if (operator)
        text_copy(client->name, sizeof client->name, span_of(operator->name));
    client->state = CLIENT_GREETED;
    send_record(client, &wire_hub_hello_shape, &(struct wire_hub_hello){
        .hello = 1, .wire = WIRE_VERSION, .site = site->id, .name = site->name,
        .mode = hub_is_drill(hub) ? "drill" : "live", .exercise = site->exercise,
        .as = client->name,
        .role = operator ? vocabulary_word(&operator_role_words, operator->role) : "",
        .read_only = client->read_only, .folder = hub->options.places.folder,
        .now = hub_now_ms(hub), .sequence = (int64_t)hub_durable(hub),
    });
    if (joins)
        join(client);
}

static void hello_line(struct client *client, const struct json *line)
{
    struct wire_client_hello hello;
    struct arena *arena = arena_new();
    struct buffer problem = { 0 };
    struct verdict verdict = record_read(&wire_client_hello_shape, line, arena, &hello);

    if (!is_accepted(&verdict)) {
        send_goodbye(client, "refused", "The first line must be a hello of wire 1.");
    } else if (hello.wire != WIRE_VERSION) {
        buffer_print(&problem, "This hub speaks wire %d, the client wire %u. Start the program "
                     "that was installed with the hub.", WIRE_VERSION, hello.wire);
        send_goodbye(client, "refused", problem.bytes);
    } else {
        client->read_only = hello.read_only;
        const struct operator *operator = operator_for(client, hello.as, &problem);
        if (operator || (hello.read_only && !*hello.as))
            greet(client, operator, hello.join);
        else
            send_goodbye(client, "refused", problem.bytes);
    }
    buffer_clear(&problem);
    arena_free(arena);
}

/* ---- its lines ---- */

static void take_parsed(struct client *client, const struct json *line)
{
    int64_t ref = json_member_int64(line, "ref", 0);

    if (client->state == CLIENT_GREETING) {
        hello_line(client, line);
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(client_lines); i++) {
        if (!json_member(line, client_lines[i].name))
            continue;
        client->asked++;
        client_lines[i].take(client, line, ref);
        return;
    }
    send_words(client, "error", "the hub does not know that line", ref);
}

static void take_line(struct client *client, const struct line *line)
{
    struct json *json = NULL;
    char sentence[160];

    if (line->cut) {
        send_words(client, "error", "a line may have 16 KiB; this one was left out", 0);
        return;
    }
    struct verdict verdict = json_parse(line->text, &json);
    if (is_accepted(&verdict) && json_type(json) != JSON_OBJECT)
        verdict = refused(REFUSED_WRONG_TYPE, 0, "line");
    if (is_accepted(&verdict))
        take_parsed(client, json);
    else
        send_words(client, "error", verdict_sentence(&verdict, sentence, sizeof sentence), 0);
    json_free(json);
}

static void lend_bytes(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_bytes)
{
    struct client *client = handle->data;

    (void)suggested;
    *ret_bytes = uv_buf_init(client->clients->bytes, sizeof client->clients->bytes);
}

static void client_read(uv_stream_t *stream, ssize_t length, const uv_buf_t *bytes)
{
    struct client *client = stream->data;

    if (length < 0) {
        client_close(client);
        return;
    }
    line_buffer_add(client->lines, span_from(bytes->base, (size_t)length));
    take_lines(client);
}

/* One that does not read what it is sent is not listened to either. */
static bool is_full(const struct client *client)
{
    return client->asked >= CLIENT_ASKED_MAX
        || client->waiting.length > WIRE_BEHIND_BYTES_MAX + client->allowance;
}

static void take_lines(struct client *client)
{
    struct line line;

    if (client->taking)
        return;
    client->taking = true;
    while (!client->closing && !client->close_when_written && !is_full(client)
           && line_buffer_next(client->lines, &line))
        take_line(client, &line);
    client->taking = false;
    bool full = is_full(client);
    if (client->closing || full == client->paused)
        return;
    client->paused = full;
    if (full)
        uv_read_stop((uv_stream_t *)&client->pipe);
    else
        uv_read_start((uv_stream_t *)&client->pipe, lend_bytes, client_read);
}

static void answered(struct client *client)
{
    assert(client->asked > 0);
    client->asked--;
    if (client->paused && client->asked < CLIENT_ASKED_MAX / 2)
        take_lines(client);
}

/* ---- one comes ---- */

static bool peer_of(const uv_pipe_t *pipe, uid_t *ret_uid)
{
    struct ucred peer;
    socklen_t length = sizeof peer;
    uv_os_fd_t fd;

    if (uv_fileno((const uv_handle_t *)pipe, &fd) != 0
        || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0)
        return false;
    *ret_uid = peer.uid;
    return true;
}

static void connected(uv_stream_t *listener, int status)
{
    struct clients *clients = listener->data;

    if (status != 0)
        return;
    struct client *client = base_alloc(1, sizeof *client);
    client->clients = clients;
    client->id = ++clients->last_id;
    client->lines = line_buffer_new(WIRE_CLIENT_LINE_BYTES_MAX);
    client->next = clients->first;
    clients->first = client;
    clients->count++;
    int failed = uv_pipe_init(clients->hub->loop, &client->pipe, 0);
    assert(failed == 0);
    client->pipe.data = client;
    if (uv_accept(listener, (uv_stream_t *)&client->pipe) != 0
        || !peer_of(&client->pipe, &client->uid)) {
        client_close(client);
        return;
    }
    if (clients->count > CLIENTS_MAX) {
        send_goodbye(client, "refused", "This hub has 200 clients, its limit. End one first.");
        return;
    }
    uv_read_start((uv_stream_t *)&client->pipe, lend_bytes, client_read);
}

static bool give_to_group(const char *path, const char *name, struct buffer *problem)
{
    const struct group *group = getgrnam(name);

    if (group && chown(path, (uid_t)-1, group->gr_gid) == 0 && chmod(path, 0660) == 0)
        return true;
    buffer_print(problem, "The socket %s cannot be given to the group %s.", path, name);
    return false;
}

enum status clients_listen(struct clients *clients, const char *path, const char *group,
                           struct buffer *problem)
{
    assert(!clients->listening);
    uv_pipe_init(clients->hub->loop, &clients->listener, 0);
    clients->listener.data = clients;
    clients->listening = true;
    text_copy(clients->path, sizeof clients->path, span_of(path));
    mode_t before = umask(0177);            /* The socket is 0600 from its first moment. */
    int failed = uv_pipe_bind(&clients->listener, path);
    umask(before);
    if (failed == 0)
        failed = uv_listen((uv_stream_t *)&clients->listener, 64, connected);
    if (failed == 0)
        return *group && !give_to_group(path, group, problem) ? STATUS_IO : STATUS_OK;
    buffer_print(problem, "The socket %s cannot be opened: %s.", path, uv_strerror(failed));
    return STATUS_IO;
}

void clients_close(struct clients *clients)
{
    if (clients->listening) {
        uv_close((uv_handle_t *)&clients->listener, NULL);
        unlink(clients->path);
    }
    clients->listening = false;
    for (struct client *client = clients->first; client; client = client->next) {
        client->close_when_written = true;
        write_more(client);
    }
}

uint32_t clients_consoles(const struct clients *clients)
{
    uint32_t count = 0;

    for (const struct client *client = clients->first; client; client = client->next)
        count += !client->closing && client->state >= CLIENT_JOINING;
    return count;
}

/* ---- the beat ---- */

static void beat_write(struct clients *clients, struct buffer *line)
{
    struct hub *hub = clients->hub;
    const struct wire_beat beat = {
        .beat = hub_now_ms(hub), .sequence = (int64_t)hub_durable(hub), .speed = hub_speed(hub),
        .consoles = clients_consoles(clients), .journal = hub->journal_failing ? "failing" : "",
    };

    json_open(line, NULL, '{');
    record_write(&wire_beat_shape, &beat, line);
    supervisor_write_counters(hub->supervisor, line);
    json_close(line, '}');
    buffer_add_text(line, "\n");
}

static void send_to_joined(struct clients *clients, struct span line)
{
    for (struct client *client = clients->first; client; client = client->next)
        if (client->state == CLIENT_JOINED)
            send_bytes(client, line);
}

void clients_beat(struct clients *clients)
{
    struct buffer line = { 0 };

    beat_write(clients, &line);
    send_to_joined(clients, buffer_span(&line));
    buffer_clear(&line);
}

void clients_journal(struct clients *clients, bool failing)
{
    send_to_joined(clients, span_of(failing ? "{\"journal\":\"failing\"}\n"
                                            : "{\"journal\":\"ok\"}\n"));
}

/* ---- who waits ---- */

void clients_wait(struct clients *clients, uint32_t question, uint64_t client, int64_t ref)
{
    clients->waiters = base_grow(clients->waiters, &clients->waiter_capacity,
                                 clients->waiter_count + 1, sizeof *clients->waiters);
    clients->waiters[clients->waiter_count++] =
        (struct waiter){ .question = question, .client = client, .ref = ref };
}

void clients_waited(struct clients *clients, uint32_t question, uint64_t *ret_client,
                    int64_t *ret_ref)
{
    for (uint32_t i = 0; i < clients->waiter_count; i++) {
        if (clients->waiters[i].question != question)
            continue;
        *ret_client = clients->waiters[i].client;
        *ret_ref = clients->waiters[i].ref;
        clients->waiters[i] = clients->waiters[--clients->waiter_count];
        return;
    }
    *ret_client = 0;
    *ret_ref = 0;
}
