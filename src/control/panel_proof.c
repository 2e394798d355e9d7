/* A table that is searched from end to end: it is asked by requests of people. */
#include "control/panel_proof.h"

#include <string.h>

static const struct panel_proof *find(const struct panel_proofs *proofs, const uint8_t *session_id)
{
    for (size_t i = 0; i < PANEL_PROOF_COUNT_MAX; i++)
        if (proofs->rows[i].is_there && memcmp(proofs->rows[i].session_id, session_id, SESSION_ID_SIZE) == 0)
            return &proofs->rows[i];
    return NULL;
}

/* Its own place, a free one, or that of the oldest. */
static struct panel_proof *place_of(struct panel_proofs *proofs, const uint8_t *session_id)
{
    const struct panel_proof *known = find(proofs, session_id);
    struct panel_proof *place = &proofs->rows[0];
    if (known)
        return &proofs->rows[known - proofs->rows];
    for (size_t i = 1; i < PANEL_PROOF_COUNT_MAX && place->is_there; i++)
        if (!proofs->rows[i].is_there || proofs->rows[i].at_s < place->at_s)
            place = &proofs->rows[i];
    return place;
}

void panel_proof_give(struct panel_proofs *proofs, const uint8_t session_id[static SESSION_ID_SIZE], int64_t now_s)
{
    struct panel_proof *row = place_of(proofs, session_id);
    *row = (struct panel_proof){.is_there = true, .at_s = now_s};
    memcpy(row->session_id, session_id, SESSION_ID_SIZE);
}

void panel_proof_move(struct panel_proofs *proofs, const uint8_t before[static SESSION_ID_SIZE],
                      const uint8_t after[static SESSION_ID_SIZE])
{
    const struct panel_proof *known = find(proofs, before);
    if (known)
        memcpy(proofs->rows[known - proofs->rows].session_id, after, SESSION_ID_SIZE);
}

uint32_t panel_proof_left_s(const struct panel_proofs *proofs, const uint8_t session_id[static SESSION_ID_SIZE],
                            int64_t now_s)
{
    const struct panel_proof *row = find(proofs, session_id);
    int64_t age_s = row ? now_s - row->at_s : PANEL_PROOF_LIFE_S;
    return age_s >= 0 && age_s < PANEL_PROOF_LIFE_S ? (uint32_t)(PANEL_PROOF_LIFE_S - age_s) : 0;
}
