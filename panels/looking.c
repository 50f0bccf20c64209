#include "panels/looking.h"

#include "panels/control.h"

static void give(struct looking *looking, enum look_kind kind, const struct json *answer,
                 const char *failed)
{
    if (kind == LOOK_COUNT)
        return;
    control_looked(looking->view, *looking->picture, kind, answer, failed);
    looking->changed(looking->context);
}

static void send_one(struct looking *looking, enum look_kind kind)
{
    struct view *view = looking->view;
    struct buffer line = { 0 };
    uint64_t ref = ++view->ref_last;

    json_open(&line, NULL, '{');
    json_put_raw(&line, "look", looks_ask(&view->looks, kind));
    json_put_int64(&line, "ref", (int64_t)ref);
    json_close(&line, '}');
    buffer_add_text(&line, "\n");
    looks_sent(&view->looks, kind, ref, view->clock_ms);
    if (view->link == VIEW_LIVE)
        link_send(looking->link, buffer_span(&line));
    else
        give(looking, looks_answered(&view->looks, ref), NULL, "the hub is away");
    buffer_clear(&line);
}

static void on_timer(uv_timer_t *timer)
{
    looking_send(timer->data);
}

void looking_start(struct looking *looking, uv_loop_t *loop)
{
    uv_timer_init(loop, &looking->timer);
    looking->timer.data = looking;
}

void looking_stop(struct looking *looking)
{
    uv_close((uv_handle_t *)&looking->timer, NULL);
}

void looking_send(struct looking *looking)
{
    struct view *view = looking->view;
    enum look_kind kind;
    int64_t wait_ms = -1;

    if (uv_is_closing((const uv_handle_t *)&looking->timer))
        return;
    view->clock_ms = (int64_t)uv_now(looking->timer.loop);
    while ((kind = looks_late(&view->looks, view->clock_ms)) != LOOK_COUNT)
        give(looking, kind, NULL, "geography does not answer");
    while ((kind = looks_next(&view->looks, view->clock_ms, &wait_ms)) != LOOK_COUNT)
        send_one(looking, kind);
    uv_timer_stop(&looking->timer);
    if (wait_ms >= 0)
        uv_timer_start(&looking->timer, on_timer, (uint64_t)wait_ms + 1, 0);
}

bool looking_take(struct looking *looking, const struct json *line)
{
    struct looks *looks = &looking->view->looks;
    uint64_t ref = (uint64_t)json_member_int64(line, "ref", 0);
    const struct json *looked = json_member(line, "looked");

    if (!looks_knows(looks, ref))
        return false;
    give(looking, looks_answered(looks, ref), looked,
         looked ? NULL : json_member_text(line, "error", "geography does not answer"));
    looking_send(looking);
    return true;
}
