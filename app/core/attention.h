/* attention.h - what needs a person: one table of causes, reviewed after every input.
 *
 * A cause looks at one object and says of what class it needs somebody now (screens.md section 3),
 * or from when on it will. One object is one item: its class is that of its worst cause, its words
 * are all of theirs. An item leaves when its cause has ended and a person has seen that, when the
 * command of a person ended it, or when its owner's work did. Pure. */
#ifndef APP_CORE_ATTENTION_H
#define APP_CORE_ATTENTION_H

#include "app/core/turn.h"

/* Adds the events that bring the queue up to date with the objects that `turn`'s events touched,
 * or with all objects when time has passed. */
void attention_review(struct turn *turn);
/* When time alone will change the queue; 0: never. */
int64_t attention_due_ms(const struct picture *picture);

/* How many in the queue are nobody's yet, and the oldest of those. */
struct attention_sums {
    uint32_t total, mine, others, unowned;
    int64_t oldest_ms;              /* When it was raised; 0 for an empty queue. */
};
struct attention_sums attention_sums(const struct picture *picture, const char *operator);
/* Whose it is: who took it, else the owner of the incident behind it, else who was asked; "" for
 * nobody's. A loan. */
const char *attention_owner(const struct picture *picture, const struct attention *item);
/* One sentence about the item's object, for lists: "GAS 38 %LEL Quay St N". */
void attention_sentence(const struct picture *picture, const struct attention *item,
                        int64_t now_ms, struct buffer *out);

#endif
