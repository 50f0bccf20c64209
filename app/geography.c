#include "app/geography.h"

#include <inttypes.h>
#include <string.h>

#include "app/child.h"
#include "app/look.h"

/* A look-up's ref on the wire to geography; questions have their own number, which is smaller. */
#define LOOK_REF_FIRST ((int64_t)1 << 40)

enum { ANSWER_BYTES_MAX = 4 * 1024 * 1024 };

struct question_open {
    uint32_t number;
    uint64_t sequence;              /* Of the entry that asked. */
    bool asked;                     /* Of this process of watchdesk-geo. */
};

struct look {
    int64_t geo_ref;
    struct geography_asker asker;
};

static void look_over(const struct look *look, struct span found)
{
    look->asker.done(look->asker.context, look->asker.client, look->asker.ref, found);
}

struct geography {
    struct hub *hub;
    struct child *child;            /* NULL while it is away. */
    struct buffer hello;            /* Empty: the site has no geography. */
    bool ready, stopping;
    uv_timer_t again;
    bool timer_open;
    int64_t again_ms;
    struct question_open *questions;
    uint32_t question_count, question_capacity;
    struct look looks[GEOGRAPHY_LOOKS_MAX];
    uint32_t look_count;
    int64_t last_look;
};

static void start(struct geography *geography);

struct geography *geography_new(struct hub *hub)
{
    struct geography *geography = base_alloc(1, sizeof *geography);

    geography->hub = hub;
    geography->again_ms = GEOGRAPHY_AGAIN_MS_MIN;
    return geography;
}

int geography_pid(const struct geography *geography)
{
    return geography->child ? child_pid(geography->child) : 0;
}

void geography_free(struct geography *geography)
{
    assert(!geography->child);
    buffer_clear(&geography->hello);
    base_free(geography->questions);
    base_free(geography);
}

/* ---- answers become inputs ---- */

static void question_forget(struct geography *geography, uint32_t number)
{
    for (uint32_t i = 0; i < geography->question_count; i++) {
        if (geography->questions[i].number != number)
            continue;
        memmove(&geography->questions[i], &geography->questions[i + 1],
                (geography->question_count - i - 1) * sizeof *geography->questions);
        geography->question_count--;
        return;
    }
}

static void take_answer(struct geography *geography, uint32_t number, const struct json *answer,
                        const char *failed)
{
    struct buffer text = { 0 };
    const struct hub_input input = { .kind = INPUT_ANSWER, .source = "geography" };

    json_open(&text, NULL, '{');
    json_put_int64(&text, "question", number);
    for (const struct json *member = json_first(answer); member; member = json_next(member))
        if (strcmp(json_name(member), "ref") != 0)
            json_put(&text, json_name(member), member);
    if (failed)
        json_put_text(&text, "failed", failed);
    json_close(&text, '}');
    question_forget(geography, number);
    hub_take(geography->hub, &input, buffer_span(&text));
    buffer_clear(&text);
}

/* What a screen's line cannot hold is said, not cut. */
static void look_too_large(struct buffer *text)
{
    size_t bytes = text->length;

    buffer_reset(text);
    json_open(text, NULL, '{');
    json_put_text(text, "failed", "the answer is too large for a screen: ask for a smaller place, "
                  "less time or fewer of them");
    json_put_int64(text, "bytes", (int64_t)bytes);
    json_close(text, '}');
}

static void give_look(struct geography *geography, int64_t geo_ref, const struct json *answer)
{
    struct buffer text = { 0 };

    for (uint32_t i = 0; i < geography->look_count; i++) {
        if (geography->looks[i].geo_ref != geo_ref)
            continue;
        struct look look = geography->looks[i];
        geography->looks[i] = geography->looks[--geography->look_count];
        json_open(&text, NULL, '{');
        for (const struct json *member = json_first(answer); member; member = json_next(member))
            if (strcmp(json_name(member), "ref") != 0)
                json_put(&text, json_name(member), member);
        json_close(&text, '}');
        if (text.length > GEOGRAPHY_LOOK_BYTES_MAX)
            look_too_large(&text);
        look_over(&look, buffer_span(&text));
        buffer_clear(&text);
        return;
    }
}

static bool is_asked(const struct geography *geography, int64_t number)
{
    for (uint32_t i = 0; i < geography->question_count; i++)
        if (geography->questions[i].number == number)
            return geography->questions[i].asked;
    return false;
}

/* ---- asking ---- */

/* What is known only within a circle is asked for as one. */
static void put_circle(const struct geography *geography, const struct question *question,
                       struct buffer *out)
{
    const struct incident *incident =
        picture_incident(geography->hub->picture, question->incident);

    if (incident && incident->radius_m >= 1)
        json_put_number(out, "radius_m", incident->radius_m);
}

static void ask_write(const struct geography *geography, const struct question *question,
                      struct buffer *out)
{
    json_open(out, NULL, '{');
    json_put_text(out, "ask", vocabulary_word(&question_purpose_words, question->purpose));
    json_put_int64(out, "ref", question->number);
    if (question->purpose == PURPOSE_PLACE)
        json_put_text(out, "text", question->place);
    if (question->purpose == PURPOSE_REVERSE) {
        json_put_degrees(out, "lat", question->to.lat_deg);
        json_put_degrees(out, "lon", question->to.lon_deg);
        put_circle(geography, question, out);
    }
    if (question->purpose == PURPOSE_ROUTE) {
        point_put(out, "from", question->from);
        point_put(out, "to", question->to);
        rings_put(out, "avoid", &question->avoid);
    }
    json_close(out, '}');
}

/* Asks those that are durable, in the order of their entries. */
static void ask_open(struct geography *geography, uint64_t durable)
{
    for (uint32_t i = 0; i < geography->question_count;) {
        struct question_open *open = &geography->questions[i];
        const struct question *question =
            picture_numbered(geography->hub->picture, OBJECT_QUESTION, open->number);
        if (!question) {            /* Ended meanwhile: its time was over, or it was withdrawn. */
            question_forget(geography, open->number);
            continue;
        }
        i++;
        if (open->asked || open->sequence > durable)
            continue;
        if (!geography->child) {
            take_answer(geography, open->number, NULL, "geography is not running");
            i--;
            continue;
        }
        if (!geography->ready)
            continue;
        struct buffer ask = { 0 };
        ask_write(geography, question, &ask);
        open->asked = true;
        child_send(geography->child, buffer_span(&ask));
        buffer_clear(&ask);
    }
}

static void question_add(struct geography *geography, uint32_t number, uint64_t sequence)
{
    geography->questions = base_grow(geography->questions, &geography->question_capacity,
                                     geography->question_count + 1,
                                     sizeof *geography->questions);
    geography->questions[geography->question_count++] =
        (struct question_open){ .number = number, .sequence = sequence };
}

void geography_decided(struct geography *geography, const struct turn *turn)
{
    for (uint32_t i = 0; i < turn->events.count; i++) {
        const struct event *event = &turn->events.at[i];
        if (event->kind == EVENT_QUESTION_ASKED
            && event->question_asked.target == ASKED_GEOGRAPHY)
            question_add(geography, event->question_asked.question, turn->head.sequence);
    }
}

void geography_durable(struct geography *geography, uint64_t sequence)
{
    if (geography->question_count > 0)
        ask_open(geography, sequence);
}

/* Left open by the process before this one. */
static void find_open(struct geography *geography)
{
    const struct picture *picture = geography->hub->picture;

    for (uint32_t i = 0; i < picture_count(picture, OBJECT_QUESTION); i++) {
        const struct question *question = picture_row(picture, OBJECT_QUESTION, i);
        if (question->target == ASKED_GEOGRAPHY)
            question_add(geography, question->number, picture->sequence);
    }
}

bool geography_look(struct geography *geography, const struct json *ask,
                    const struct geography_asker *asker, struct buffer *problem)
{
    struct buffer line = { 0 };
    struct hub *hub = geography->hub;
    int64_t geo_ref = LOOK_REF_FIRST + geography->last_look + 1;

    if (!geography->child || !geography->ready)
        buffer_add_text(problem, "there is no geography to ask");
    else if (geography->look_count == GEOGRAPHY_LOOKS_MAX)
        buffer_add_text(problem, "too many look-ups at once; ask again");
    else if (look_write(hub->picture, hub_now_ms(hub), ask, geo_ref, &line, problem)) {
        geography->last_look++;
        geography->looks[geography->look_count++] =
            (struct look){ .geo_ref = geo_ref, .asker = *asker };
        child_send(geography->child, buffer_span(&line));
    }
    buffer_clear(&line);
    return problem->length == 0;
}

/* ---- its process ---- */

static void greeted(struct geography *geography, const struct json *hello)
{
    const struct json *warnings = json_member(hello, "warnings");

    geography->ready = true;
    geography->again_ms = GEOGRAPHY_AGAIN_MS_MIN;
    for (const struct json *one = json_first(warnings); one; one = json_next(one))
        hub_say(geography->hub, "geography: %s", json_text(one) ? json_text(one) : "?");
    ask_open(geography, hub_durable(geography->hub));
}

static void line_came(void *context, const struct child_line *line)
{
    struct geography *geography = context;
    struct json *json;

    if (geography->stopping)
        return;
    struct verdict verdict = json_parse(line->line.text, &json);

    if (!is_accepted(&verdict)) {
        hub_say(geography->hub, "geography answered what is not JSON");
        return;
    }
    int64_t ref = json_member_int64(json, "ref", 0);
    if (json_member(json, "hello"))
        greeted(geography, json);
    else if (ref >= LOOK_REF_FIRST)
        give_look(geography, ref, json);
    else if (is_asked(geography, ref))
        take_answer(geography, (uint32_t)ref, json, NULL);
    json_free(json);
}

static void again(uv_timer_t *timer)
{
    start(timer->data);
}

static void child_ended(void *context, const char *how)
{
    struct geography *geography = context;

    geography->child = NULL;
    geography->ready = false;
    while (geography->look_count > 0) {
        struct look look = geography->looks[--geography->look_count];
        look_over(&look, span_of("{\"failed\":\"geography ended\"}"));
    }
    if (geography->stopping)
        return;
    hub_say(geography->hub, "geography ended (%s); started again in %" PRId64 " s", how,
            geography->again_ms / 1000);
    for (uint32_t i = 0; i < geography->question_count; i++)
        geography->questions[i].asked = false;
    ask_open(geography, hub_durable(geography->hub));
    uv_timer_start(&geography->again, again, (uint64_t)geography->again_ms, 0);
    geography->again_ms = geography->again_ms * 2 > GEOGRAPHY_AGAIN_MS_MAX
        ? GEOGRAPHY_AGAIN_MS_MAX : geography->again_ms * 2;
}

static void start(struct geography *geography)
{
    static const char *const arguments[] = { "watchdesk-geo", NULL };
    char program[PLACES_PATH_BYTES];
    const struct child_options options = {
        .program = program, .arguments = arguments, .line_bytes_max = ANSWER_BYTES_MAX,
        .line = line_came, .ended = child_ended, .context = geography,
    };

    if (places_program("watchdesk-geo", program) != STATUS_OK) {
        hub_say(geography->hub, "watchdesk-geo is neither beside this program nor in libexec: "
                "places stay unconfirmed");
        return;
    }
    if (child_start(geography->hub->loop, &options, &geography->child) == STATUS_OK)
        child_send(geography->child, buffer_span(&geography->hello));
    else
        uv_timer_start(&geography->again, again, (uint64_t)geography->again_ms, 0);
}

void geography_start(struct geography *geography, const char *hello)
{
    uv_timer_init(geography->hub->loop, &geography->again);
    geography->again.data = geography;
    geography->timer_open = true;
    find_open(geography);
    if (!hello || !*hello) {
        ask_open(geography, hub_durable(geography->hub));
        return;
    }
    buffer_add_text(&geography->hello, hello);
    start(geography);
}

void geography_stop(struct geography *geography)
{
    geography->stopping = true;
    if (geography->timer_open)
        uv_close((uv_handle_t *)&geography->again, NULL);
    geography->timer_open = false;
    if (geography->child)
        child_stop(geography->child);
}

bool geography_is_over(const struct geography *geography)
{
    return !geography->child && !geography->timer_open;
}

bool geography_is_ready(const struct geography *geography)
{
    return geography->ready || !geography->child;
}

bool geography_is_quiet(const struct geography *geography)
{
    return geography->question_count == 0;
}
