/*
 * Small jobs with the account at an authority, asked for by somebody: finding or making it, giving it another key,
 * giving it up. One at a time for each authority; how the last one went can be looked at until control ends.
 */
#ifndef CONTROL_ACME_ERRAND_H
#define CONTROL_ACME_ERRAND_H

#include "acme/job.h"
#include "control/acme.h"

struct acme_errand {
    struct list node;
    char ca[CA_NAME_SIZE_MAX + 1];
    enum acme_job_kind kind; /* ACCOUNT, ROLL_KEY, DEACTIVATE */
    bool over;
    bool failed;
    int64_t at_s; /* asked for, or over */
    struct acme_failure failure;
    char terms_url[CA_URL_SIZE_MAX + 1]; /* what the directory says, once it was read; or empty */
    char profiles[512];                  /* their names, separated by spaces */
    bool binding_required;               /* external account binding */
};

/* ERR_CONFLICT while another one is under way there. A roll-over's new key is durable when this returns true. */
NODISCARD bool acme_errand_ask(struct acme *acme, struct str ca, enum acme_job_kind kind, struct err *err);
/* The last one there, or NULL. */
struct acme_errand *acme_errand_find(const struct acme *acme, struct str ca);
/* Whether nothing else may use the account now, since its key is about to change. */
bool acme_errand_blocks(const struct acme *acme, struct str ca);
/* "account", "roll-key", "deactivate" */
const char *acme_errand_name(enum acme_job_kind kind);
/* A roll-over that control did not come to the end of goes on. */
void acme_errand_resume(struct acme *acme);
/* Begins what can begin. */
void acme_errand_turn(struct acme *acme);
void acme_errand_free(struct acme *acme);

#endif
