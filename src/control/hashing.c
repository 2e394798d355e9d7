/* Places are counted on the loop alone. */
#include "control/hashing.h"

#include "crypto/wipe.h"

static void keep(char *room, size_t *ret_size, struct str password)
{
    *ret_size = password.size < PASSWORD_SIZE_MAX ? password.size : PASSWORD_SIZE_MAX;
    if (*ret_size)
        memcpy(room, password.data, *ret_size);
}

void hashing_check(struct hashing *hashing, const char *hash, struct str password, bool renews)
{
    hashing->checks = true;
    hashing->renews = renews;
    hashing->has_hash = hash != NULL;
    if (hash)
        memcpy(hashing->hash, hash, PASSWORD_HASH_SIZE);
    keep(hashing->given, &hashing->given_size, password);
}

void hashing_make(struct hashing *hashing, struct str password)
{
    hashing->makes = true;
    keep(hashing->wanted, &hashing->wanted_size, password);
}

static void check(struct hashing *hashing)
{
    struct str given = str_make(hashing->given, hashing->given_size);
    hashing->right = password_verify(hashing->has_hash ? hashing->hash : NULL, given, &hashing->err);
    if (hashing->right && hashing->renews && password_is_outdated(hashing->hash) &&
        !password_hash(given, hashing->made, NULL))
        hashing->made[0] = '\0'; /* if not now, then the next time */
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct hashing *hashing = container_of(errand, struct hashing, later.errand);
    (void)deadline; /* it cannot be called off, and is over in a moment */
    if (hashing->checks)
        check(hashing);
    if (hashing->makes && (!hashing->checks || hashing->right) &&
        !password_hash(str_make(hashing->wanted, hashing->wanted_size), hashing->made, &hashing->err))
        hashing->made[0] = '\0';
}

bool hashing_begin(struct core *core, struct hashing *hashing, struct api_reply *reply)
{
    const unsigned count_max = HASHING_COUNT_MAX + (hashing->is_local ? HASHING_SPARE_COUNT : 0);
    struct err err = {0};
    if (core->hashings_count >= count_max) {
        (void)err_set(&err, ERR_CONFLICT, "too many passwords are being checked at this moment");
        (void)err_fix(&err, "try again in a second");
        api_fail_as(reply, 429, "busy", &err);
        return false;
    }
    core->hashings_count++;
    hashing->core = core;
    hashing->later.errand = (struct errand){.limit_ms = HASHING_LIMIT_MS, .work = work, .on_done = api_later_done};
    reply->later = &hashing->later;
    return true;
}

void hashing_fini(struct hashing *hashing)
{
    if (hashing->core)
        hashing->core->hashings_count--;
    wipe_bytes(hashing, sizeof *hashing);
}
