#include "feeds/agenda.h"

static bool before(const struct agenda_item *left, const struct agenda_item *right)
{
    if (left->due_ms != right->due_ms)
        return left->due_ms < right->due_ms;
    return left->sequence < right->sequence;
}

static void swap(struct agenda_item *left, struct agenda_item *right)
{
    struct agenda_item kept = *left;

    *left = *right;
    *right = kept;
}

void agenda_add(struct agenda *agenda, const struct agenda_item *item)
{
    agenda->heap = base_grow(agenda->heap, &agenda->capacity, agenda->count + 1,
                             sizeof *agenda->heap);
    uint32_t at = agenda->count++;
    agenda->heap[at] = *item;
    agenda->heap[at].sequence = agenda->sequence++;
    for (; at > 0 && before(&agenda->heap[at], &agenda->heap[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&agenda->heap[at], &agenda->heap[(at - 1) / 2]);
}

const struct agenda_item *agenda_first(const struct agenda *agenda)
{
    return agenda->count ? &agenda->heap[0] : NULL;
}

struct agenda_item agenda_take(struct agenda *agenda)
{
    assert(agenda->count > 0);
    struct agenda_item taken = agenda->heap[0];
    uint32_t at = 0, least;

    agenda->heap[0] = agenda->heap[--agenda->count];
    for (;; at = least) {
        least = at;
        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < agenda->count; child++)
            if (before(&agenda->heap[child], &agenda->heap[least]))
                least = child;
        if (least == at)
            return taken;
        swap(&agenda->heap[at], &agenda->heap[least]);
    }
}

void agenda_clear(struct agenda *agenda)
{
    base_free(agenda->heap);
    *agenda = (struct agenda){ 0 };
}
