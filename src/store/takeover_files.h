/*
 * The files of before, as the two steps of the takeover find them. For store/ only.
 */
#ifndef STORE_TAKEOVER_FILES_H
#define STORE_TAKEOVER_FILES_H

#include <limits.h>

#include "store/store_parts.h"

#define TAKEOVER_STATE_NAME        "state.json"
#define TAKEOVER_CERTIFICATES_NAME "certificates"
#define TAKEOVER_CA_ROOT_NAME      "local-ca/root.pem"
#define TAKEOVER_CA_KEY_NAME       "local-ca/root.key"
#define TAKEOVER_DONE_SUFFIX       ".migrated"

NODISCARD bool takeover_path(const struct store *store, const char *name, const char *suffix,
                             char path[static PATH_MAX], struct err *err);
/* Initialises *ret in any case; it stays empty when there is no such file. */
NODISCARD bool takeover_read(const struct store *store, const char *name, size_t size_max, struct buf *ret,
                             struct err *err);
/* A certificate file with its key; ERR_NOT_FOUND and ERR_INPUT when it is gone or broken. The caller frees. */
NODISCARD bool takeover_load_pem(const char *path, struct cert **ret, struct err *err);

/* The two files of the local CA, which are of use only together. The key is a secret. */
struct takeover_ca {
    struct buf root, key;
};

/* takeover_ca_fini also after a failure. */
NODISCARD bool takeover_read_ca(const struct store *store, struct takeover_ca *ret, struct err *err);
void takeover_ca_fini(struct takeover_ca *ca);

#endif
