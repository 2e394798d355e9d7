/*
 * State machines as data: a model names the states and says which moves are allowed, and one function makes every move,
 * checks it and traces it. The drawing belongs above the model's table. A move the table does not have is a bug of ours
 * and ends the process; input is to be checked with sm_may before it can ask for one.
 */
#ifndef BASE_SM_H
#define BASE_SM_H

#include "base/str.h"

/* One bit of `allowed` a state. */
#define SM_STATES_COUNT_MAX 64

/* A bit for the table of allowed moves: SM_TO(A) | SM_TO(B). */
#define SM_TO(state) (UINT64_C(1) << (state))

struct sm_model {
    const char *name;          /* of the kind of thing: "child" */
    const char *const *states; /* names by number, for traces */
    size_t states_count;
    const uint64_t *allowed; /* allowed[from] has the bit SM_TO(to) for every allowed move */
};

struct sm {
    const struct sm_model *model;
    const char *id; /* which one: "gateway" */
    unsigned state;
};

/* Puts the machine into `initial` without a trace; `model` and `id` must outlive it. */
void sm_init(struct sm *sm, const struct sm_model *model, const char *id, unsigned initial);
/* Whether the table has the move from the present state. A state may move to itself only where the table says so. */
bool sm_may(const struct sm *sm, unsigned to);
/* Makes the move and traces it to the log at level debug; asserts that it is allowed. */
void sm_move(struct sm *sm, unsigned to);
/* The name of the present state. */
const char *sm_name(const struct sm *sm);
/* Whether the model is whole: every state named, no allowed move leads out of it. For unit tests. */
bool sm_model_is_sound(const struct sm_model *model);
/* Whether every state can be reached from `initial`. For unit tests. */
bool sm_model_is_connected(const struct sm_model *model, unsigned initial);

#endif
