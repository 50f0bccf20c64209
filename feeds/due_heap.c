#include "feeds/due_heap.h"

void due_heap_clear(struct due_heap *heap)
{
    base_free(heap->at);
    *heap = (struct due_heap){ 0 };
}

static void place(struct due_heap *heap, uint32_t at, struct due *due)
{
    heap->at[at] = due;
    due->place = at;
}

static void sift_up(struct due_heap *heap, struct due *due)
{
    uint32_t at = due->place;

    while (at > 1 && heap->at[at / 2]->at_ms > due->at_ms) {
        place(heap, at, heap->at[at / 2]);
        at /= 2;
    }
    place(heap, at, due);
}

static void sift_down(struct due_heap *heap, struct due *due)
{
    uint32_t at = due->place;

    while (at * 2 <= heap->count) {
        uint32_t child = at * 2;
        if (child < heap->count && heap->at[child + 1]->at_ms < heap->at[child]->at_ms)
            child++;
        if (heap->at[child]->at_ms >= due->at_ms)
            break;
        place(heap, at, heap->at[child]);
        at = child;
    }
    place(heap, at, due);
}

void due_set(struct due_heap *heap, struct due *due, int64_t at_ms)
{
    due->at_ms = at_ms;
    if (due->place == 0) {
        heap->at = base_grow(heap->at, &heap->capacity, heap->count + 2, sizeof *heap->at);
        place(heap, ++heap->count, due);
    }
    sift_up(heap, due);
    sift_down(heap, due);
}

struct due *due_first(const struct due_heap *heap)
{
    return heap->count ? heap->at[1] : NULL;
}

void due_remove(struct due_heap *heap, struct due *due)
{
    assert(due->place >= 1 && due->place <= heap->count && heap->at[due->place] == due);
    struct due *last = heap->at[heap->count--];
    uint32_t at = due->place;

    due->place = 0;
    if (last == due)
        return;
    place(heap, at, last);
    sift_up(heap, last);
    sift_down(heap, last);
}
