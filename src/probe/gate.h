/*
 * At most so many fetches at one address at a time; the others wait in the order in which they came. For who looks at
 * many names: a thousand of them may live at one address, whose owner is not to notice.
 */
#ifndef PROBE_GATE_H
#define PROBE_GATE_H

#include "base/map.h"
#include "probe/crowd.h"

struct gate {
    size_t limit; /* 0: none */
    struct map places;
};

void gate_init(struct gate *gate, size_t limit);
/* Forgets those that wait. */
void gate_fini(struct gate *gate);
/*
 * Whether the fetch may begin; else it waits, and some gate_leave gives it back. By its first address; without one, and
 * when memory runs out, it may.
 */
bool gate_enter(struct gate *gate, struct crowd_fetch *fetch);
/* Of a fetch that was let in: it has ended. Returns the one that is let in instead, or NULL. */
struct crowd_fetch *gate_leave(struct gate *gate, struct crowd_fetch *fetch);

#endif
