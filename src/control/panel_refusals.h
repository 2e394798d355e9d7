/*
 * Sign-ins that were refused, in the audit log: the first at once, those that follow it together after a while, so that
 * nobody can fill the log by guessing.
 */
#ifndef CONTROL_PANEL_REFUSALS_H
#define CONTROL_PANEL_REFUSALS_H

#include "control/core.h"

/* How long refusals are gathered: at most 288 entries a day. */
#define PANEL_REFUSALS_WINDOW_MS 600000
/* Accounts that are named in one entry. */
#define PANEL_REFUSALS_NAMES_COUNT_MAX 8
/* ACCOUNT_NAME_SIZE_MAX, or a door's address */
#define PANEL_REFUSALS_NAME_SIZE 65

struct panel_refusals {
    struct core *core;
    struct timer window; /* armed: what comes now is gathered */
    uint32_t count;      /* gathered */
    size_t names_count;
    char names[PANEL_REFUSALS_NAMES_COUNT_MAX][PANEL_REFUSALS_NAME_SIZE];
};

void panel_refusals_init(struct panel_refusals *refusals, struct core *core);
/* Writes down what was gathered. */
void panel_refusals_fini(struct panel_refusals *refusals);
/*
 * One more. `account` is one that exists, or empty: what was typed as the name of one that does not may be a password,
 * and is written nowhere.
 */
void panel_refusals_add(struct panel_refusals *refusals, struct str account, struct str address);

#endif
