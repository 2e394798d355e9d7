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
 * The key of the site's request that a certificate among these bytes (a file as authorities send it) is for, as DER, a
 * secret in *ret (initialised here, the caller's to key_wipe). False with ERR_NOT_FOUND when none is.
 */
NODISCARD bool certificate_key_for(struct core *core, const struct site *site, struct str bytes, struct buf *ret,
                                   struct err *err);
/* As intake_read, and with the key of one of the site's requests (NULL: no site) where a certificate has none. */
NODISCARD bool certificate_intake(struct core *core, const struct site *site, const json_t *json, const char *path,
                                  struct intake *ret, struct err *err);
/* Requests whose certificates the site has now, or keeps ready, are done with. Logs what fails. */
void certificate_requests_done(struct core *core, const struct site *site);

#endif
