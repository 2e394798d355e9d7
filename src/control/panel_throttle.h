/*
 * How often a password or its code may be tried: by account and by address, each with a number of free
 * tries, and then a wait that doubles. Pure: time is an argument, nothing is kept over a restart. Names are kept as
 * numbers with a key of this process, so that nobody can choose names that fall on somebody else's place.
 *
 * An account waits apart for who is at the machine and for who comes by a name of the panel's: the whole network may
 * guess there, and must not make an administrator on loopback wait.
 *
 * An attempt counts as failed from its beginning, so that many at once are many; what turned out right is taken back.
 */
#ifndef CONTROL_PANEL_THROTTLE_H
#define CONTROL_PANEL_THROTTLE_H

#include "base/str.h"

/* Whoever mistypes, and looks it up. */
#define PANEL_THROTTLE_ACCOUNT_FREE 5
/* On loopback everybody of this machine has one address; of IPv6 a whole network (/64) counts as one. */
#define PANEL_THROTTLE_ADDRESS_FREE 20
/* The first wait, doubled with each further failure … */
#define PANEL_THROTTLE_WAIT_MS 1000
/* … up to this: some 300 guesses a day, and who is locked out by somebody else's guesses still gets in between. */
#define PANEL_THROTTLE_WAIT_MAX_MS 300000
/* Without failures for this long all is forgotten. */
#define PANEL_THROTTLE_MEMORY_MS 3600000
/* More names than that in an hour: those that were quiet for longest are forgotten, but no account that exists. */
#define PANEL_THROTTLE_COUNT_MAX 1024

struct panel_throttle {
    uint8_t key[16]; /* of the numbers; random */
    struct panel_throttle_row {
        uint64_t who;      /* 0: a free place */
        uint32_t failures; /* in a row */
        int64_t last_ms;   /* the newest of them */
        int64_t until_ms;  /* no attempt before this */
        bool is_kept;      /* not pushed out by others */
    } rows[PANEL_THROTTLE_COUNT_MAX];
};

/*
 * An attempt for the account (any case) from the address. 0: go on. Else it is not to be made, and may be in so many
 * seconds.
 */
uint32_t panel_throttle_try(struct panel_throttle *throttle, struct str account, struct str address, int64_t now_ms);
/*
 * This account exists: no flood of other names or addresses makes its failures forgotten, so that nobody gets free
 * tries at it again by one. There are fewer accounts than places, also with two for each.
 */
void panel_throttle_keep(struct panel_throttle *throttle, struct str account);
/* It was right: the account's failures are forgotten, the address has one less. */
void panel_throttle_right(struct panel_throttle *throttle, struct str account, struct str address);
/* It was neither (half of an answer, or a failure of ours): as if it had not been made. */
void panel_throttle_undo(struct panel_throttle *throttle, struct str account, struct str address);

#endif
