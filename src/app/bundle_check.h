/*
 * Whether a folder is the evidence bundle that somebody signed: the digests of its files against SHA256SUMS, and that
 * against its signature. Needs no gateway, no data directory and no network: the folder and a public key. The same
 * with other tools: sha256sum -c SHA256SUMS, and openssl dgst -sha256 -verify KEY -signature SHA256SUMS.sig SHA256SUMS.
 */
#ifndef APP_BUNDLE_CHECK_H
#define APP_BUNDLE_CHECK_H

#include "app/bundle_folder.h"
#include "crypto/digest.h"

enum bundle_file_state {
    BUNDLE_FILE_GOOD,
    BUNDLE_FILE_CHANGED,
    BUNDLE_FILE_MISSING,
    BUNDLE_FILE_FOREIGN, /* in the folder, but nobody signed it */
};

struct bundle_check {
    bool is_signed;                            /* SHA256SUMS is what the key has signed */
    char fingerprint[DIGEST_FINGERPRINT_SIZE]; /* of that key, of none the first given; empty: it cannot be read */
    struct {
        char name[BUNDLE_FOLDER_NAME_SIZE_MAX + 1];
        enum bundle_file_state state;
    } files[2 * BUNDLE_FOLDER_FILES_COUNT_MAX];
    size_t files_count;
};

/* "good", "changed", "missing", "foreign" */
const char *bundle_file_state_name(enum bundle_file_state state);
/*
 * `key_path`: the public key (PEM) that must have signed, or several, of which one must; NULL: the one in the folder,
 * which proves no more than that all fits together. False when there is nothing that could be checked.
 */
NODISCARD bool bundle_check(const char *folder, const char *key_path, struct bundle_check *ret, struct err *err);
/* Whether it is signed, and every file that was signed is there and unchanged. */
bool bundle_check_is_good(const struct bundle_check *check);

#endif
