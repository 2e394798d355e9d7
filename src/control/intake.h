/*
 * Certificates as requests give them: PEM texts, or whole files in Base64, with a passphrase where one is needed. They
 * are opened here; what becomes of them is the caller's business. What the request held is overwritten with the request
 * (app/main.c has JSON's memory wiped).
 */
#ifndef CONTROL_INTAKE_H
#define CONTROL_INTAKE_H

#include <jansson.h>

#include "base/err.h"
#include "crypto/cert.h"

/* One ECDSA and one RSA certificate. */
#define INTAKE_COUNT_MAX 2
/* More files than any authority sends for one certificate. */
#define INTAKE_FILES_COUNT_MAX 16

struct intake {
    struct cert *certs[INTAKE_COUNT_MAX];
    size_t count;
    const char *member;    /* what the certificates were given as, for errors; NULL: none was looked at */
    enum cert_fault fault; /* why one could not be opened, or CERT_FAULT_NONE */
};

/* The members a request may have for it. */
#define INTAKE_MEMBERS                                                                                                 \
    "certificate_pem", "key_pem", "certificate_files", "passphrase", "fetch_intermediates", "fetch_private"
/* The same as a list that ends with NULL. */
extern const char *const intake_members[];

/* Whether the request gives a certificate at all. */
bool intake_is_given(const json_t *json);
/*
 * Opens what is given; `path` is that of the object, for errors. False with an error about the member at fault. The
 * caller ends *ret in either case.
 */
NODISCARD bool intake_read(const json_t *json, const char *path, struct intake *ret, struct err *err);
/* The same with a key (DER or PEM, a secret of the caller's) for what comes without one apart; empty: there is none. */
NODISCARD bool intake_read_with(const json_t *json, const char *path, struct str key, struct intake *ret,
                                struct err *err);
/* Of intake_read, whether what goes with a certificate (fetch_intermediates) is possible here. */
NODISCARD bool intake_check(const json_t *json, const char *path, struct err *err);
void intake_fini(struct intake *intake);
/*
 * Puts to each certificate what was fetched for it (PEM texts in their order), as if the request had come with it.
 * False when memory ran out.
 */
NODISCARD bool intake_complete(json_t *json, const json_t *fetched);

#endif
