/*
 * The file:
 *
 *     SHA-256 of the token in hexadecimal, a blank, the second since 1970 from which on it is not good any more, a line
 * end
 */
#include "control/setup_link.h"

#include <stdio.h>

#include "base/log.h"
#include "crypto/digest.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "os/file.h"

#define FILE_SIZE_MAX 128

struct kept {
    char digest[DIGEST_FINGERPRINT_SIZE];
    int64_t end_s; /* wall clock */
};

static bool save(struct core *core, struct str token, struct err *err)
{
    char digest[DIGEST_FINGERPRINT_SIZE], text[FILE_SIZE_MAX];
    if (!digest_fingerprint(token, digest, err))
        return false;
    int size = snprintf(text, sizeof text, "%s %lld\n", digest, (long long)(clock_wall_s() + SETUP_LINK_LIFE_S));
    return file_replace(core->paths.setup_link, str_make(text, (size_t)size), 0600, err);
}

/* False when there is none, or none that can be read. */
static bool load(struct core *core, struct kept *ret)
{
    struct buf text;
    uint64_t end_s = 0;
    if (!file_read_plain(core->paths.setup_link, FILE_SIZE_MAX, &text, NULL))
        return false;
    struct str rest = buf_str(&text);
    rest = str_cut(&rest, '\n');
    struct str digest = str_cut(&rest, ' ');
    bool fine = digest.size == DIGEST_FINGERPRINT_SIZE - 1 && str_to_u64(rest, INT64_MAX, &end_s);
    if (fine) {
        (void)snprintf(ret->digest, sizeof ret->digest, "%.*s", STR_ARG(digest));
        ret->end_s = (int64_t)end_s;
    }
    buf_fini(&text);
    return fine;
}

/* A clock that was set back makes it no older than its whole life. */
static bool is_good(const struct kept *kept)
{
    int64_t left_s = kept->end_s - clock_wall_s();
    return left_s > 0 && left_s <= SETUP_LINK_LIFE_S;
}

bool setup_link_make(struct core *core, char ret[static SETUP_LINK_SIZE], struct err *err)
{
    char token[PANEL_TOKEN_SIZE];
    if (!panel_token_make(token, err) || !save(core, str_from(token), err))
        return false;
    (void)snprintf(ret, SETUP_LINK_SIZE, "http://%s/#setup=%s", core->boot->panel_address, token);
    wipe_bytes(token, sizeof token);
    return true;
}

bool setup_link_check(struct core *core, struct str token, struct err *err)
{
    char digest[DIGEST_FINGERPRINT_SIZE];
    struct kept kept;
    if (!digest_fingerprint(token, digest, err))
        return false;
    if (load(core, &kept) && is_good(&kept) && panel_token_eq(str_from(digest), str_from(kept.digest)))
        return true;
    (void)err_set(err, ERR_DENIED, "the link is too old, or there is a newer one");
    return err_fix(err, "get a new one on the machine: strictgate admin link");
}

void setup_link_end(struct core *core)
{
    struct err err = {0};
    if (!file_remove(core->paths.setup_link, &err))
        log_warning("%s: %s; it is good for nothing any more", core->paths.setup_link, err.text);
}

/* Not where the panel is not served: whoever answers at its address then would get the token from the browser. */
void setup_link_announce(struct core *core)
{
    char link[SETUP_LINK_SIZE];
    struct err err = {0};
    struct kept kept;
    size_t count = 0;
    if (!store_account_count(core->store, &count, &err))
        log_warning("the accounts of the panel could not be counted: %s", err.text);
    if (err.code != ERR_NONE || count)
        return;
    if (core->boot->panel_fd < 0 || (load(core, &kept) && is_good(&kept))) {
        log_notice("the admin panel has no account yet; a link to make the first one: strictgate admin link");
        return;
    }
    if (!setup_link_make(core, link, &err)) {
        log_error("no link to the panel's first account could be made: %s", err.text);
        return;
    }
    log_notice("the admin panel has no account yet; make the first one within a day, by this link: %s", link);
    wipe_bytes(link, sizeof link);
}
