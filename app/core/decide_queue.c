/* decide_queue.c - what asks for a person, and what the person says: ack, ok, no. */
#include <string.h>

#include "app/core/decide.h"

uint32_t question_next(const struct turn *turn)
{
    return picture_counters(turn->picture)->questions + 1;
}

uint32_t question_to_person(struct turn *turn, const char *command, const char *consequence,
                            uint32_t incident)
{
    uint32_t number = question_next(turn);

    if (!turn_has_room(turn, OBJECT_QUESTION))
        return 0;
    struct event event = turn_event(EVENT_QUESTION_ASKED, "ask");
    event.question_asked.question = number;
    event.question_asked.target = ASKED_PERSON;
    event.question_asked.purpose = PURPOSE_CONFIRM;
    event.question_asked.operator = turn->operator;
    event.question_asked.command = turn_clean(turn, command, 2048);
    event.question_asked.consequence = turn_clean(turn, consequence, 240);
    event.question_asked.incident = incident;
    event.question_asked.expires_ms = turn->head.at_ms + QUESTION_OPEN_MS;
    turn_add(turn, &event);
    turn_answer(turn, RESULT_ASK, "QU%u: %s ok QU%u does it", number, consequence, number);
    return number;
}

/* ---- ok, no ---- */

/* The open question that the line names and that this person may answer. */
static const struct question *question_argument(struct turn *turn, const struct command_line *line)
{
    struct object_name name;

    if (!argument_count(turn, line, 1, 1))
        return NULL;
    if (!object_name_parse(span_of(line->words[0]), &name) || name.kind != OBJECT_QUESTION) {
        turn_answer(turn, RESULT_NO, "%s is not a question (QU and its number)", line->words[0]);
        return NULL;
    }
    const struct question *question =
        picture_numbered(turn->picture, OBJECT_QUESTION, name.number);
    if (!question || question->target != ASKED_PERSON) {
        turn_answer(turn, RESULT_NO, "QU%u is not open; nothing was done", name.number);
        return NULL;
    }
    if (strcmp(question->operator, turn->operator) != 0 && turn->role != ROLE_SUPERVISOR) {
        turn_answer(turn, RESULT_NO, "QU%u asks %s, not you", name.number, question->operator);
        return NULL;
    }
    return question;
}

static void question_end(struct turn *turn, const char *rule, uint32_t number, const char *reason)
{
    struct event event = turn_event(EVENT_QUESTION_ENDED, rule);

    event.question_ended.question = number;
    event.question_ended.reason = turn_clean(turn, reason, 240);
    event.question_ended.by = turn->operator;
    turn_add(turn, &event);
}

void decide_ok(struct turn *turn, const struct command_line *line)
{
    const struct question *question = question_argument(turn, line);

    if (!question)
        return;
    const char *command = arena_copy(turn->arena, span_of(question->command));
    question_end(turn, "ok", question->number, "yes");
    turn->confirmed = true;
    turn_command(turn, command);
}

void decide_no(struct turn *turn, const struct command_line *line)
{
    const struct question *question = question_argument(turn, line);

    if (!question)
        return;
    uint32_t number = question->number;
    question_end(turn, "no", number, line->text[0] ? line->text : "not done");
    turn_answer(turn, RESULT_OK, "QU%u not done", number);
}

/* ---- ack ---- */

static void acknowledge_alarm(struct turn *turn, const struct command_line *line,
                              const struct alarm *alarm)
{
    struct event event = turn_event(EVENT_ALARM_ACKNOWLEDGED, "acknowledge");
    bool was_active = alarm->active;
    uint32_t number = alarm->number;

    event.alarm_acknowledged.alarm = number;
    event.alarm_acknowledged.by = turn->operator;
    event.alarm_acknowledged.text = turn_clean(turn, line->text, 240);
    turn_add(turn, &event);
    if (was_active)
        return;
    struct event left = turn_event(EVENT_ALARM_LEFT, "alarm.normal");
    left.alarm_left.alarm = number;
    turn_add(turn, &left);
}

static void acknowledge_order(struct turn *turn, const struct order *order)
{
    struct event event = turn_event(EVENT_ORDER_ACKNOWLEDGED, "acknowledge");

    event.order_acknowledged.order = order->number;
    event.order_acknowledged.by = turn->operator;
    turn_add(turn, &event);
}

static void acknowledge_message(struct turn *turn, const struct message *message)
{
    struct event event = turn_event(EVENT_MESSAGE_ACKNOWLEDGED, "acknowledge");

    event.message_acknowledged.message = message->number;
    event.message_acknowledged.by = turn->operator;
    turn_add(turn, &event);
}

static void acknowledge_set_aside(struct turn *turn)
{
    struct event event = turn_event(EVENT_SET_ASIDE_SEEN, "acknowledge");

    event.set_aside_seen.by = turn->operator;
    turn_add(turn, &event);
}

/* What the acknowledgement means to the object itself; false when it had been made before. */
static bool acknowledge_object(struct turn *turn, const struct command_line *line,
                               const struct object_name *name, const void *object)
{
    if (name->kind == OBJECT_ALARM) {
        if (((const struct alarm *)object)->acknowledged)
            return false;
        acknowledge_alarm(turn, line, object);
        return true;
    }
    if (name->kind == OBJECT_ORDER) {
        if (((const struct order *)object)->acknowledged)
            return false;
        acknowledge_order(turn, object);
        return true;
    }
    if (name->kind == OBJECT_SITE) {
        const struct counters *counters = picture_counters(turn->picture);
        if (counters->set_aside == counters->set_aside_seen)
            return false;
        acknowledge_set_aside(turn);
        return true;
    }
    if (name->kind == OBJECT_MESSAGE) {
        if (((const struct message *)object)->acknowledged_by[0])
            return false;
        acknowledge_message(turn, object);
        return true;
    }
    return false;
}

static void take_item(struct turn *turn, const struct attention *item)
{
    bool ended = item->state == ATTENTION_ENDED;
    struct event event =
        turn_event(ended ? EVENT_ATTENTION_LEFT : EVENT_ATTENTION_TAKEN, "acknowledge");

    if (ended) {
        event.attention_left.object = item->object;
    } else {
        event.attention_taken.object = item->object;
        event.attention_taken.by = turn->operator;
    }
    turn_add(turn, &event);
}

/* "feed tide" is two words on the line. */
static const char *object_typed(struct turn *turn, const struct command_line *line)
{
    if (line->word_count == 2)
        return arena_print(turn->arena, "%s %s", line->words[0], line->words[1]);
    return line->words[0];
}

void decide_acknowledge(struct turn *turn, const struct command_line *line)
{
    struct object_name name;
    char text[OBJECT_NAME_BYTES];

    if (!argument_count(turn, line, 1, 2))
        return;
    const char *typed = object_typed(turn, line);
    if (!object_name_parse(span_of(typed), &name)) {
        turn_answer(turn, RESULT_NO, "%s is not an object; nothing was done", typed);
        return;
    }
    object_name_text(&name, text);
    const void *object = picture_find(turn->picture, &name);
    const struct attention *item = picture_called(turn->picture, OBJECT_ATTENTION, text);
    if (!object && !item) {
        turn_answer(turn, RESULT_NO, "there is no %s; nothing was done", text);
        return;
    }
    if (item && item->state == ATTENTION_TAKEN && strcmp(item->owner, turn->operator) != 0) {
        turn_answer(turn, RESULT_NO, "%s was taken by %s before you", text, item->owner);
        return;
    }
    bool done = object && acknowledge_object(turn, line, &name, object);
    if (!done && !item && name.kind == OBJECT_ALARM) {
        turn_answer(turn, RESULT_NO, "%s was taken by %s; nothing was done", text,
                    ((const struct alarm *)object)->acknowledged_by);
        return;
    }
    if (!done && !item) {
        turn_answer(turn, RESULT_NO, "%s asks for nobody; nothing was done", text);
        return;
    }
    if (item && item->state != ATTENTION_TAKEN)
        take_item(turn, item);
    if (line->text[0] && name.kind == OBJECT_INCIDENT && object)
        note_add(turn, "acknowledge", name.number, "", turn->operator, 0, line->text);
    turn_answer(turn, RESULT_OK, "%s is yours", text);
}
