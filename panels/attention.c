/* attention.c - the queue of what needs a person: class, then oldest first; never cut silently. */
#include <stdio.h>
#include <string.h>

#include "app/core/attention.h"
#include "panels/rows.h"

enum { OWNER_COLUMNS = 6, OBJECT_COLUMNS = 6, WORDS_COLUMNS = 10, NEW_BLINKS_MS = 60000 };

static const char *class_mark(uint32_t level)
{
    static const char *const marks[] = { "  ?", "EMG", " !1", " !2", "  3", "  3" };

    return marks[level < ARRAY_COUNT(marks) ? level : 5];
}

static enum ink class_ink(const struct attention *item)
{
    static const enum ink inks[] = { INK_DIM, INK_EMERGENCY, INK_P1, INK_P2, INK_PLAIN, INK_DIM };

    if (item->state == ATTENTION_TAKEN)
        return INK_DIM;
    return inks[item->level < ARRAY_COUNT(inks) ? item->level : 5];
}

/* A mark of two glyphs in a field of three: the blank before it keeps the ground of the row. */
static void mark_draw(struct row *row, const struct attention *item)
{
    const char *mark = class_mark(item->level);
    uint16_t blanks = (uint16_t)strspn(mark, " ");
    uint16_t column = (uint16_t)(row->column + blanks);
    uint16_t end = canvas_text(row->canvas, row->row, column, span_of(mark + blanks),
                               class_ink(item));

    for (; item->level == 1 && item->state == ATTENTION_OPEN && column < end; column++)
        canvas_at(row->canvas, row->row, column)->flags |= CELL_BLINK;
    row->column = (uint16_t)(end + 1);
}

/* The mark in front already says EMG. */
static const char *item_words(const struct attention *item)
{
    return strcmp(item->words, "EMG") == 0 ? "" : item->words;
}

/* "feed tide" is called tide: the word beside it says what is wrong with it. */
static const char *item_object(const struct attention *item)
{
    return strncmp(item->object, "feed ", 5) == 0 ? item->object + 5 : item->object;
}

/* Until somebody takes it, and for a minute at most (screens.md section 4). */
static bool word_blinks(const struct view *view, const struct attention *item)
{
    return item->level == 2 && item->state == ATTENTION_OPEN && strstr(item->words, "NEW")
           && view->now_ms - item->raised_ms < NEW_BLINKS_MS;
}

static void words_draw(const struct view *view, struct row *row, const struct attention *item)
{
    uint16_t start = row->column;
    bool loud = item->state != ATTENTION_TAKEN && item->level <= 3;

    row_field(row, WORDS_COLUMNS, loud ? INK_LATE : INK_DIM,
              item->state == ATTENTION_ENDED ? "ENDED" : item_words(item));
    for (uint16_t i = 0; i < 3 && word_blinks(view, item); i++)
        canvas_at(row->canvas, row->row, (uint16_t)(start + i))->flags |= CELL_BLINK;
}

static void item_draw(const struct picture *picture, const struct view *view,
                      const struct attention *item, uint16_t at, struct canvas *canvas)
{
    struct object_name name = object_called(OBJECT_ATTENTION, item->object);
    enum view_relation relation = view_relation(view, picture, &name);
    struct row row = row_start(canvas, at, relation);
    struct buffer sentence = { 0 };
    const char *owner = attention_owner(picture, item);
    bool taken = item->state == ATTENTION_TAKEN;

    attention_sentence(picture, item, view->now_ms, &sentence);
    mark_draw(&row, item);
    words_draw(view, &row, item);
    row_right(&row, 8, INK_PLAIN, age_since(view, item->raised_ms).text);
    row.column++;
    row_field(&row, OBJECT_COLUMNS, taken ? INK_DIM : INK_BRIGHT, item_object(item));
    row_field(&row, row_rest(&row, OWNER_COLUMNS), taken ? INK_DIM : INK_PLAIN,
              sentence.bytes ? sentence.bytes : "");
    row.column++;
    bool mine = owner[0] && strcmp(owner, view->operator_name) == 0;
    row_field(&row, OWNER_COLUMNS - 1, mine ? INK_BRIGHT : INK_DIM, owner[0] ? owner : "none");
    row_end(&row, relation);
    buffer_clear(&sentence);
}

static void attention_title(const struct picture *picture, const struct view *view,
                            struct canvas *canvas)
{
    struct attention_sums sums = attention_sums(picture, view->operator_name);
    char name[32], rest[160], arrived[40] = "";

    snprintf(name, sizeof name, "ATTENTION %u", sums.total);
    if (view->attention_arrived)
        snprintf(arrived, sizeof arrived, "   %u new below", view->attention_arrived);
    snprintf(rest, sizeof rest, "mine %u  others %u  no owner %u%s%s%s", sums.mine, sums.others,
             sums.unowned, sums.oldest_ms ? "  oldest " : "",
             sums.oldest_ms ? age_since(view, sums.oldest_ms).text : "", arrived);
    title_draw(canvas, name, rest);
}

/* The first row shown: the chosen item stays in sight. */
static uint32_t first_shown(const struct view *view, const struct picture *picture, uint32_t room)
{
    uint32_t chosen = 0;

    for (uint32_t i = 0; i < view->attention.count; i++)
        if (view_relation(view, picture, &view->attention.names[i]) == VIEW_SELECTED)
            chosen = i;
    return view->walking && chosen >= room ? chosen - room + 1 : 0;
}

static void attention_draw(const struct picture *picture, const struct view *view,
                           struct canvas *canvas)
{
    uint32_t total = view->attention_total;
    uint32_t shown = rows_fitting(canvas, 1, total < view->attention.count
                                  ? total : view->attention.count);
    uint32_t first = first_shown(view, picture, shown);

    attention_title(picture, view, canvas);
    for (uint32_t i = 0; i < shown && first + i < view->attention.count; i++) {
        const struct attention *item = picture_find(picture, &view->attention.names[first + i]);
        if (item)
            item_draw(picture, view, item, (uint16_t)(i + 1), canvas);
    }
    if (total > shown)
        more_draw(canvas, total - shown, "F4 shows them, ^N goes through");
    if (total == 0)
        canvas_text(canvas, 1, 2, span_of("nothing waits for a person"), INK_DIM);
}

static uint16_t attention_wants(const struct picture *picture, const struct view *view)
{
    (void)picture;
    return (uint16_t)(1 + (view->attention_total < 60 ? view->attention_total : 60));
}

const struct panel attention_panel = { .name = "attention", .rows_min = 4,
                                       .wants = attention_wants, .draw = attention_draw };
