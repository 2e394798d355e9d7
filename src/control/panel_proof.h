/*
 * Fresh proof: which sessions have lately been proved to be in the hands of their account, by its password and code or
 * by a passkey. What would give the whole installation to whoever got hold of a session (its cookie and its token) is
 * done for such sessions alone; which operations these are is in api_table.h. Pure: time is an argument. Nothing is
 * kept over a restart, so that afterwards everybody proves it anew, and by no clock that somebody may set.
 *
 * With each proof the session gets another cookie (panel_session_prove), and what is kept here goes by its digest: a
 * copy that somebody made of the cookie before is worth nothing from then on, and waits for no proof of the owner's.
 */
#ifndef CONTROL_PANEL_PROOF_H
#define CONTROL_PANEL_PROOF_H

#include "store/account.h"

/*
 * Long enough for a piece of work (three accounts, a trial restore and the real one), and short enough that a browser
 * that was left is of no use to the next who comes by. Signing in is a proof.
 */
#define PANEL_PROOF_LIFE_S 300
/* Proofs of five minutes. One more takes the place of the oldest, whose owner is asked once more. */
#define PANEL_PROOF_COUNT_MAX 256

/* All zero is how it begins. */
struct panel_proofs {
    struct panel_proof {
        bool is_there;
        uint8_t session_id[SESSION_ID_SIZE];
        int64_t at_s; /* clock_elapsed_s */
    } rows[PANEL_PROOF_COUNT_MAX];
};

/* The session was proved now. */
void panel_proof_give(struct panel_proofs *proofs, const uint8_t session_id[static SESSION_ID_SIZE], int64_t now_s);
/* The session has another id, and what it was proved by is as old as it was. */
void panel_proof_move(struct panel_proofs *proofs, const uint8_t before[static SESSION_ID_SIZE],
                      const uint8_t after[static SESSION_ID_SIZE]);
/* For how long its last proof is good; 0: it has none. */
uint32_t panel_proof_left_s(const struct panel_proofs *proofs, const uint8_t session_id[static SESSION_ID_SIZE],
                            int64_t now_s);

#endif
