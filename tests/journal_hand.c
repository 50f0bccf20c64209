#include "tests/journal_hand.h"

#include <sqlite3.h>

#include "tests/check.h"
#include "tests/process.h"

enum { STARTED_AT_MS = 1700000000 };

static void told_state(void *context, const char *reason)
{
    struct journal_hand *hand = context;

    if (!reason) {
        hand->well_count++;
        return;
    }
    if (hand->failing_count++ == 0)
        snprintf(hand->failing, sizeof hand->failing, "%s", reason);
}

enum status hand_open(struct journal_hand *hand, const char *path, enum journal_mode mode,
                      const char *vfs)
{
    *hand = (struct journal_hand){ .batch = journal_batch_new() };
    snprintf(hand->path, sizeof hand->path, "%s", path);
    uv_loop_init(&hand->loop);
    struct journal_options options = { .path = path, .site_id = "PM", .mode = mode,
                                       .now_ms = STARTED_AT_MS, .retry_for_ms = 1000,
                                       .state = told_state, .context = hand, .vfs = vfs };
    return journal_open(&hand->loop, &options, &hand->journal, hand->why);
}

void hand_close(struct journal_hand *hand)
{
    if (hand->journal)
        journal_close(hand->journal, NULL, NULL);
    uv_run(&hand->loop, UV_RUN_DEFAULT);
    int closed = uv_loop_close(&hand->loop);
    assert_int_equal(closed, 0);
    journal_batch_free(hand->batch);
}

void hand_entry(uint64_t sequence, struct entry_head *ret_head, struct buffer *input,
                struct buffer *events)
{
    static const char *const sources[] = { "nws", "KIM", "" };
    static const enum input_kind kinds[] = { INPUT_REPORT, INPUT_COMMAND, INPUT_TICK };

    buffer_reset(input);
    buffer_reset(events);
    buffer_print(input, "{\"typed\":\"n second caller, number %llu\"}",
                 (unsigned long long)sequence);
    buffer_print(events, "[{\"event\":\"note_added\",\"rule\":\"note\",\"note\":%llu,"
                         "\"by\":\"KIM\",\"text\":\"caller %llu\"}]",
                 (unsigned long long)sequence, (unsigned long long)sequence);
    *ret_head = (struct entry_head){ .sequence = sequence,
                                     .at_ms = STARTED_AT_MS + (int64_t)sequence * 40,
                                     .kind = kinds[sequence % 3],
                                     .source = sources[sequence % 3] };
}

static void told_done(void *context, struct journal_batch *batch, enum status status)
{
    struct journal_hand *hand = context;

    assert_ptr_equal(batch, hand->batch);
    hand->done = true;
    hand->status = status;
}

void hand_append_batch(struct journal_hand *hand)
{
    hand->done = false;
    journal_append(hand->journal, hand->batch, told_done, hand);
}

void hand_append_begin(struct journal_hand *hand, uint32_t count)
{
    struct buffer input = { 0 }, events = { 0 };
    uint64_t next = journal_head(hand->journal).sequence + 1;

    journal_batch_reset(hand->batch);
    for (uint32_t i = 0; i < count; i++) {
        struct entry_head head;
        hand_entry(next + i, &head, &input, &events);
        journal_batch_add(hand->batch, &head, buffer_span(&input), buffer_span(&events));
    }
    buffer_clear(&input);
    buffer_clear(&events);
    hand_append_batch(hand);
}

static void told_timer(uv_timer_t *timer)
{
    (void)timer;
}

bool hand_wait(struct journal_hand *hand, int64_t for_ms)
{
    int64_t deadline_ms = clock_ms() + for_ms;
    uv_timer_t timer;

    uv_timer_init(&hand->loop, &timer);
    uv_timer_start(&timer, told_timer, 5, 5);
    while (!hand->done && clock_ms() < deadline_ms)
        uv_run(&hand->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(&hand->loop, UV_RUN_NOWAIT);
    return hand->done;
}

enum status hand_append(struct journal_hand *hand, uint32_t count)
{
    hand_append_begin(hand, count);
    assert_true(hand_wait(hand, DEADLINE_MS));
    return hand->status;
}

void hand_forge(const char *path, const char *format, ...)
{
    char text[1000];
    va_list arguments;
    sqlite3 *db;
    char *error = NULL;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    sqlite3_exec(db, text, NULL, NULL, &error);
    if (error)
        fail_msg("%s: %s", text, error);
    sqlite3_close(db);
}

struct journal_finding hand_verify(const char *path, const struct chain_head *earlier)
{
    struct journal_verify_options options = { .path = path, .earlier = earlier };
    struct journal_finding finding;

    assert_int_equal(journal_verify(&options, &finding), STATUS_OK);
    return finding;
}
