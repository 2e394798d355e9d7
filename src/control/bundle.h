/*
 * An evidence bundle: what somebody who was not there, an auditor, can check of a site. Files that belong together, of
 * which a list of digests is signed by the installation's key (evidence_key.h):
 *
 *     evidence.json ┐
 *     evidence.html ├─ SHA-256 ──▶ SHA256SUMS ──ECDSA──▶ SHA256SUMS.sig
 *     public-key.pem┘
 *
 * Everything in them is read from what control knows already; making one changes nothing but the audit log (and makes
 * the key, the first time). What is in evidence.json is in bundle_content.h, the page in bundle_page.h.
 */
#ifndef CONTROL_BUNDLE_H
#define CONTROL_BUNDLE_H

#include "control/bundle_words.h"
#include "control/core.h"
#include "crypto/digest.h"

#define BUNDLE_FILES_COUNT 5
/* "NAME-evidence-2026-11-26" */
#define BUNDLE_NAME_SIZE (NAME_SIZE_MAX + 32)

struct bundle_wish {
    const struct site *site;
    struct str actor;
    int64_t since_s, until_s; /* wall clock; the latter is outside */
    enum bundle_language language;
};

struct bundle_file {
    const char *name;
    struct buf content;
};

struct bundle {
    char name[BUNDLE_NAME_SIZE]; /* what a folder or an archive of it may be called */
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    struct bundle_file files[BUNDLE_FILES_COUNT];
};

/* On success the audit log says so, and the caller ends it with bundle_fini. */
NODISCARD bool bundle_make(struct core *core, const struct bundle_wish *wish, struct bundle *ret, struct err *err);
void bundle_fini(struct bundle *bundle);

#endif
