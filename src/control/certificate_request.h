/*
 * Requests for certificates (CSR) that are made here, so that the private key is never anywhere else: it is sealed in
 * the store, and found again when the certificate comes back.
 */
#ifndef CONTROL_CERTIFICATE_REQUEST_H
#define CONTROL_CERTIFICATE_REQUEST_H

#include "control/core.h"
#include "control/intake.h"

/* Of one site: some that were never sent, and a pair under way. */
#define CERTIFICATE_REQUESTS_COUNT_MAX 16

/*
 * Makes a key of this kind and a request for all names of the site; `common_name` may be empty. *ret_id is its number.
 */
NODISCARD bool certificate_request_make(struct core *core, const struct site *site, enum cert_side side,
                                        struct str common_name, struct str actor, int64_t *ret_id, struct err *err);
/* ERR_NOT_FOUND when the site has none of this number. */
NODISCARD bool certificate_request_remove(struct core *core, const struct site *site, int64_t id, struct str actor,
                                          struct err *err);
/*
 * As intake_read, and with the key of one of the site's requests (NULL: no site) where a certificate comes without:
 * that is how authorities send it back, in one file or in several.
 */
NODISCARD bool certificate_intake(struct core *core, const struct site *site, const json_t *json, const char *path,
                                  struct intake *ret, struct err *err);
/* Requests whose certificates the site has now, or keeps ready, are done with. Logs what fails. */
void certificate_requests_done(struct core *core, const struct site *site);

#endif
