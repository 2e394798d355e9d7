/*
 * The table behind the drawing in docs/internals/acme.md: what a job asks in each state, what becomes of the answer,
 * and which moves there are. What is not in `allowed` does not happen.
 */
#include "acme/job_parts.h"

#define ENDS (SM_TO(JOB_DONE) | SM_TO(JOB_FAILED))
/* An account that the CA does not know any more is made anew: only while nothing is put up yet. */
#define ANEW SM_TO(JOB_ACCOUNT_NEW)

static const char *const state_names[JOB_STATES_COUNT] = {
    [JOB_DIRECTORY] = "directory",
    [JOB_ACCOUNT_NEW] = "account new",
    [JOB_ACCOUNT_LOOK] = "account look",
    [JOB_ACCOUNT_READ] = "account read",
    [JOB_ACCOUNT_UPDATE] = "account update",
    [JOB_ORDER_NEW] = "order new",
    [JOB_ORDER_READ] = "order read",
    [JOB_AUTHORIZE] = "authorize",
    [JOB_PROVE] = "prove",
    [JOB_ANSWER] = "answer",
    [JOB_LOOK] = "look",
    [JOB_FINALIZE] = "finalize",
    [JOB_DOWNLOAD] = "download",
    [JOB_ALTERNATE] = "alternate",
    [JOB_REVOKE] = "revoke",
    [JOB_ROLL_LOOK] = "roll look",
    [JOB_ROLL] = "roll",
    [JOB_DEACTIVATE] = "deactivate",
    [JOB_RENEWAL_INFO] = "renewal info",
    [JOB_DONE] = "done",
    [JOB_FAILED] = "failed",
};

static const uint64_t allowed[JOB_STATES_COUNT] = {
    [JOB_DIRECTORY] = SM_TO(JOB_ACCOUNT_NEW) | SM_TO(JOB_ACCOUNT_LOOK) | SM_TO(JOB_ACCOUNT_READ) |
                      SM_TO(JOB_ORDER_NEW) | SM_TO(JOB_ORDER_READ) | SM_TO(JOB_REVOKE) | SM_TO(JOB_ROLL_LOOK) |
                      SM_TO(JOB_DEACTIVATE) | SM_TO(JOB_RENEWAL_INFO) | SM_TO(JOB_FAILED),
    [JOB_ACCOUNT_NEW] = SM_TO(JOB_ACCOUNT_UPDATE) | SM_TO(JOB_ORDER_NEW) | SM_TO(JOB_ORDER_READ) | ENDS,
    [JOB_ACCOUNT_LOOK] = SM_TO(JOB_REVOKE) | SM_TO(JOB_ROLL) | SM_TO(JOB_DEACTIVATE) | ENDS,
    [JOB_ACCOUNT_READ] = SM_TO(JOB_ACCOUNT_UPDATE) | ANEW | ENDS,
    [JOB_ACCOUNT_UPDATE] = ANEW | ENDS,

    [JOB_ORDER_NEW] = SM_TO(JOB_ORDER_NEW) | SM_TO(JOB_ORDER_READ) | SM_TO(JOB_AUTHORIZE) | SM_TO(JOB_FINALIZE) |
                      SM_TO(JOB_DOWNLOAD) | ANEW | SM_TO(JOB_FAILED),
    [JOB_ORDER_READ] = SM_TO(JOB_ORDER_READ) | SM_TO(JOB_ORDER_NEW) | SM_TO(JOB_AUTHORIZE) | SM_TO(JOB_FINALIZE) |
                       SM_TO(JOB_DOWNLOAD) | ANEW | SM_TO(JOB_FAILED),
    [JOB_AUTHORIZE] = SM_TO(JOB_AUTHORIZE) | SM_TO(JOB_ORDER_NEW) | SM_TO(JOB_ORDER_READ) | SM_TO(JOB_PROVE) | ANEW |
                      SM_TO(JOB_FAILED),
    [JOB_PROVE] = SM_TO(JOB_ANSWER) | SM_TO(JOB_LOOK) | SM_TO(JOB_FAILED),
    [JOB_ANSWER] = SM_TO(JOB_ANSWER) | SM_TO(JOB_LOOK) | SM_TO(JOB_FAILED),
    [JOB_LOOK] = SM_TO(JOB_LOOK) | SM_TO(JOB_ORDER_READ) | SM_TO(JOB_FAILED),
    [JOB_FINALIZE] = SM_TO(JOB_ORDER_READ) | SM_TO(JOB_FAILED),
    [JOB_DOWNLOAD] = SM_TO(JOB_ALTERNATE) | SM_TO(JOB_ORDER_NEW) | ENDS,
    [JOB_ALTERNATE] = SM_TO(JOB_ALTERNATE) | ENDS,

    [JOB_REVOKE] = ENDS,
    [JOB_ROLL_LOOK] = SM_TO(JOB_ROLL) | SM_TO(JOB_ACCOUNT_LOOK) | ENDS,
    [JOB_ROLL] = SM_TO(JOB_ROLL_LOOK) | ENDS,
    [JOB_DEACTIVATE] = ENDS,
    [JOB_RENEWAL_INFO] = ENDS,
};

const struct sm_model job_model = {
    .name = "acme job", .states = state_names, .states_count = JOB_STATES_COUNT, .allowed = allowed};

const struct job_row job_rows[JOB_STATES_COUNT] = {
    [JOB_DIRECTORY] = {"directory", "say what it offers", ANSWER_TEXT, false, job_directory_ask, job_directory_take,
                       NULL},
    [JOB_ACCOUNT_NEW] = {"account", "register the account", ANSWER_JSON, false, job_account_new_ask,
                         job_account_new_take, job_account_new_refused},
    [JOB_ACCOUNT_LOOK] = {"account", "find the account", ANSWER_JSON, false, job_account_look_ask,
                          job_account_look_take, job_account_look_refused},
    [JOB_ACCOUNT_READ] = {"account", "show the account", ANSWER_JSON, false, job_account_read_ask,
                          job_account_read_take, NULL},
    [JOB_ACCOUNT_UPDATE] = {"account", "take the account's contacts", ANSWER_JSON, false, job_account_update_ask,
                            job_account_update_take, NULL},
    [JOB_ORDER_NEW] = {"order", "take the order", ANSWER_JSON, false, job_order_new_ask, job_order_new_take,
                       job_order_new_refused},
    [JOB_ORDER_READ] = {"order", "say how the order stands", ANSWER_JSON, false, job_order_read_ask,
                        job_order_read_take, job_order_read_refused},
    [JOB_AUTHORIZE] = {"order", "say how a name is to be proved", ANSWER_JSON, false, job_authorize_ask,
                       job_authorize_take, job_authorize_refused},
    [JOB_PROVE] = {.phase = "prove"},
    [JOB_ANSWER] = {"prove", "look for the proof", ANSWER_ANY, false, job_answer_ask, job_answer_take,
                    job_answer_refused},
    [JOB_LOOK] = {"wait for the CA to look", "say what it found", ANSWER_JSON, false, job_look_ask, job_look_take,
                  NULL},
    [JOB_FINALIZE] = {"finalise", "issue the certificate", ANSWER_JSON, false, job_finalize_ask, job_finalize_take,
                      job_finalize_refused},
    [JOB_DOWNLOAD] = {"download", "hand out the certificate", ANSWER_PEM, false, job_download_ask, job_download_take,
                      job_download_refused},
    [JOB_ALTERNATE] = {"download", "hand out another chain", ANSWER_PEM, true, job_alternate_ask, job_alternate_take,
                       job_alternate_refused},
    [JOB_REVOKE] = {"revoke", "revoke the certificate", ANSWER_ANY, false, job_revoke_ask, job_revoke_take,
                    job_revoke_refused},
    [JOB_ROLL_LOOK] = {"roll over", "find the account's new key", ANSWER_JSON, false, job_roll_look_ask,
                       job_roll_look_take, job_roll_look_refused},
    [JOB_ROLL] = {"roll over", "take the account's new key", ANSWER_ANY, false, job_roll_ask, job_roll_take,
                  job_roll_refused},
    [JOB_DEACTIVATE] = {"deactivate", "end the account", ANSWER_ANY, false, job_deactivate_ask, job_deactivate_take,
                        job_deactivate_refused},
    [JOB_RENEWAL_INFO] = {"renewal information", "say when to renew", ANSWER_TEXT, false, job_renewal_info_ask,
                          job_renewal_info_take, NULL},
    [JOB_DONE] = {.phase = "done"},
    [JOB_FAILED] = {.phase = "failed"},
};
