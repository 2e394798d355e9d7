/*
 * "fetch_intermediates": true in a request that gives a certificate: what is missing of its chain is fetched first, on
 * a thread, and then the same request is read again, as if it had come with it. For the routes that take certificates.
 *
 *     request ──intermediates missing──▶ errand: fetch ──▶ the request with what was fetched ──▶ its own answer
 */
#ifndef CONTROL_API_FETCH_H
#define CONTROL_API_FETCH_H

#include "control/api.h"

/*
 * True when the reply is decided for now: something has to be fetched first, or it cannot be. `site` (or NULL) is the
 * one whose requests for certificates may have the key.
 */
NODISCARD bool api_fetch_first(struct core *core, const struct site *site, const struct api_request *request,
                               struct api_reply *reply);

#endif
