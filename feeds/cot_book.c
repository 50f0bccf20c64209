#include "feeds/cot_book.h"

#include <stdio.h>
#include <string.h>

#include "app/base/text.h"

static const char token_start[] = "order-";

enum { PAGE_ORDERS = 250, PAGES = COT_ORDERS_MAX / PAGE_ORDERS };
_Static_assert(PAGES * PAGE_ORDERS == COT_ORDERS_MAX, "the pages hold all orders");

struct cot_book {
    struct cot_order *pages[PAGES];     /* Made as they are needed; no order ever moves. */
    uint32_t count;
    uint32_t newest;                /* Its place; they go round when the book is full. */
};

struct cot_book *cot_book_new(void)
{
    return base_alloc(1, sizeof(struct cot_book));
}

void cot_book_free(struct cot_book *book)
{
    if (!book)
        return;
    for (uint32_t i = 0; i < PAGES; i++)
        base_free(book->pages[i]);
    base_free(book);
}

static struct cot_order *row_at(const struct cot_book *book, uint32_t index)
{
    return &book->pages[index / PAGE_ORDERS][index % PAGE_ORDERS];
}

/* The `back`th newest: 0 is the newest. */
static struct cot_order *newest(const struct cot_book *book, uint32_t back)
{
    return row_at(book, (book->newest + book->count - back) % book->count);
}

struct cot_order *cot_book_find(struct cot_book *book, const char *id)
{
    for (uint32_t i = 0; i < book->count; i++)
        if (strcmp(newest(book, i)->id, id) == 0)
            return newest(book, i);
    return NULL;
}

static uint32_t number_of(const char *id)
{
    const char *slash = strrchr(id, '/');
    int64_t number;

    if (!slash || !span_to_int64(span_of(slash + 1), &number) || number < 1 || number > UINT32_MAX)
        return 0;
    return (uint32_t)number;
}

struct cot_order *cot_book_add(struct cot_book *book, const struct feed_order *order,
                               bool *ret_is_new)
{
    struct cot_order *known = cot_book_find(book, order->head.order);

    *ret_is_new = !known;
    if (known)
        return known;
    if (book->count < COT_ORDERS_MAX)
        book->newest = book->count++;
    else
        book->newest = (book->newest + 1) % book->count;
    struct cot_order **page = &book->pages[book->newest / PAGE_ORDERS];
    if (!*page)
        *page = base_alloc(PAGE_ORDERS, sizeof **page);
    struct cot_order *row = row_at(book, book->newest);
    *row = (struct cot_order){ .verb = order->head.verb, .number = number_of(order->head.order),
                               .incident = order->incident.number };
    text_copy(row->id, sizeof row->id, span_of(order->head.order));
    text_copy(row->unit, sizeof row->unit, span_of(order->head.unit));
    return row;
}

void cot_book_close(struct cot_book *book, const char *unit)
{
    struct cot_order *order;

    while ((order = cot_book_of_unit(book, unit, 0)))
        order->stage = RECEIPT_DONE;
}

/* An answered message has nothing to come. */
static bool is_open(const struct cot_order *order)
{
    return !cot_stage_is_over(order->stage)
           && (order->verb != FEED_VERB_MESSAGE || order->stage < RECEIPT_ACCEPTED);
}

void cot_book_write(const struct cot_book *book, struct buffer *out)
{
    uint32_t kept = 0, back = 0;
    const struct cot_order *open[COT_ORDERS_KEPT];

    for (; back < book->count && kept < COT_ORDERS_KEPT; back++)
        if (is_open(newest(book, back)))
            open[kept++] = newest(book, back);
    json_open(out, NULL, '[');
    while (kept > 0) {              /* Oldest first, as they will be added again. */
        const struct cot_order *order = open[--kept];
        json_open(out, NULL, '{');
        json_put_text(out, "order", order->id);
        json_put_text(out, "unit", order->unit);
        json_put_text(out, "verb", vocabulary_word(&feed_verb_words, order->verb));
        json_put_text(out, "stage", vocabulary_word(&receipt_stage_words, order->stage));
        json_put_int64(out, "incident", order->incident);
        json_close(out, '}');
    }
    json_close(out, ']');
}

void cot_book_read(struct cot_book *book, const struct json *cursor)
{
    for (const struct json *at = json_first(cursor); at; at = json_next(at)) {
        int64_t incident = json_member_int64(at, "incident", 0);
        struct feed_order order = {
            .head = { .order = json_member_text(at, "order", ""),
                      .unit = json_member_text(at, "unit", "") },
            .incident = { .number = incident > 0 && incident <= UINT32_MAX
                                        ? (uint32_t)incident : 0 },
        };
        uint32_t verb, stage;
        bool is_new;
        if (!order.head.order[0] || !order.head.unit[0]
            || !vocabulary_value(&feed_verb_words, span_of(json_member_text(at, "verb", "")),
                                 &verb)
            || !vocabulary_value(&receipt_stage_words,
                                 span_of(json_member_text(at, "stage", "")), &stage))
            continue;
        order.head.verb = (enum feed_verb)verb;
        cot_book_add(book, &order, &is_new)->stage = (enum receipt_stage)stage;
    }
}

bool cot_stage_is_over(enum receipt_stage stage)
{
    return stage == RECEIPT_REFUSED || stage == RECEIPT_DONE || stage == RECEIPT_FAILED;
}

struct cot_order *cot_book_of_unit(struct cot_book *book, const char *unit, uint32_t number)
{
    for (uint32_t i = 0; i < book->count; i++) {
        struct cot_order *order = newest(book, i);
        if (!text_same_ignoring_case(span_of(order->unit), span_of(unit))
            || cot_stage_is_over(order->stage))
            continue;
        if (number == 0 || order->number == number || order->incident == number)
            return order;
    }
    return NULL;
}

const char *cot_order_token(const char *id, char text[COT_TOKEN_BYTES])
{
    const char *slash = strrchr(id, '/');

    text[0] = '\0';
    if (number_of(id) && slash > id && strlen(id) + sizeof token_start < COT_TOKEN_BYTES
        && !strchr(id, '.'))
        snprintf(text, COT_TOKEN_BYTES, "%s%.*s-%s", token_start, (int)(slash - id), id,
                 slash + 1);
    return text;
}

const char *cot_order_id(const char *uid, char text[COT_TOKEN_BYTES])
{
    const char *dot = strrchr(uid, '.'), *token = dot ? dot + 1 : uid;
    const char *dash = strrchr(token, '-');
    size_t start = sizeof token_start - 1;
    int64_t number;

    text[0] = '\0';
    if (strncmp(token, token_start, start) != 0 || !dash || dash <= token + start
        || strlen(token) >= COT_TOKEN_BYTES || !span_to_int64(span_of(dash + 1), &number)
        || number < 1)
        return text;
    snprintf(text, COT_TOKEN_BYTES, "%.*s/%s", (int)(dash - token - (ptrdiff_t)start),
             token + start, dash + 1);
    return text;
}
