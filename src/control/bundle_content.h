/*
 * The content of evidence.json (docs/reference/evidence-bundle.md): the answers of the API about one site, each as a
 * member of its own, with what the audit log has of the span. Answers are put in whole, so that what they come to tell
 * is in bundles from then on. Nothing is in it that the API would not show an operator.
 */
#ifndef CONTROL_BUNDLE_CONTENT_H
#define CONTROL_BUNDLE_CONTENT_H

#include <jansson.h>

#include "control/bundle.h"

/* Of the form of evidence.json: rises when a member changes its meaning or goes, not when one is added. */
#define BUNDLE_VERSION 1
/* The newest entries of the audit log that are put in, and their JSON: what a browser still shows, and control makes in
 * a moment. */
#define BUNDLE_AUDIT_COUNT_MAX 5000
#define BUNDLE_AUDIT_SIZE_MAX  ((size_t)8 << 20)
/* The newest certificates that were seen served: with one a week, twenty years. */
#define BUNDLE_SERVED_COUNT_MAX 1000
/* The newest intervals of one name: a promise that its certificate bounds has one a renewal, and any change one more.
 */
#define BUNDLE_LEDGER_COUNT_MAX 5000

/* The whole as a value; json_decref. `public_pem` and `fingerprint` are of the key that will sign it. */
NODISCARD bool bundle_content(struct core *core, const struct bundle_wish *wish, struct str public_pem,
                              struct str fingerprint, json_t **ret, struct err *err);

#endif
