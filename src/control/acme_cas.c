/* A short list, sorted; every change is a row of the store first. */
#include "control/acme_cas.h"

#include <stdlib.h>

#include "crypto/key.h"

/* PKCS#8 of a P-256 key is 138 bytes, of an RSA one of 2048 bits 1,218. */
#define KEY_SIZE_MAX 4096

static int compare(const void *left, const void *right)
{
    const struct ca *const *l = left, *const *r = right;
    const struct str a = (*l)->name, b = (*r)->name;
    if ((*l)->preference != (*r)->preference)
        return (*l)->preference < (*r)->preference ? -1 : 1;
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order ? order : a.size < b.size ? -1 : a.size > b.size;
}

static void sort(struct acme *acme)
{
    qsort(acme->cas, acme->cas_count, sizeof *acme->cas, compare);
}

bool acme_cas_load(struct acme *acme, struct err *err)
{
    if (!store_cas(acme->core->store, acme->cas, &acme->cas_count, err))
        return false;
    sort(acme);
    return true;
}

void acme_cas_free(struct acme *acme)
{
    for (size_t i = 0; i < acme->cas_count; i++)
        ca_unref(acme->cas[i]);
    acme->cas_count = 0;
}

/* Its place, or the count. */
static size_t index_of(const struct acme *acme, struct str name)
{
    size_t i = 0;
    while (i < acme->cas_count && !str_eq(acme->cas[i]->name, name))
        i++;
    return i;
}

struct ca *acme_cas_find(const struct acme *acme, struct str name)
{
    size_t i = index_of(acme, name);
    return i < acme->cas_count ? acme->cas[i] : NULL;
}

void acme_cas_take(struct acme *acme, struct ca *ca)
{
    size_t i = index_of(acme, ca->name);
    (void)ca_ref(ca);
    if (i < acme->cas_count)
        ca_unref(acme->cas[i]);
    else
        acme->cas_count++;
    acme->cas[i] = ca;
    sort(acme);
}

void acme_cas_drop(struct acme *acme, struct str name)
{
    size_t i = index_of(acme, name);
    if (i == acme->cas_count)
        return;
    ca_unref(acme->cas[i]);
    acme->cas[i] = acme->cas[--acme->cas_count];
    sort(acme);
}

bool acme_cas_put(struct acme *acme, struct ca *ca, const struct audit_entry *record, struct err *err)
{
    size_t i = index_of(acme, ca->name);
    if (i == CA_COUNT_MAX)
        return err_set(err, ERR_INPUT, "there are %d certificate authorities already", CA_COUNT_MAX);
    if (!store_put_ca(acme->core->store, ca, record, err))
        return false;
    acme_cas_take(acme, ca);
    return true;
}

bool acme_cas_remove(struct acme *acme, struct str name, const struct audit_entry *record, struct err *err)
{
    if (!store_remove_ca(acme->core->store, name, record, err))
        return false;
    acme_cas_drop(acme, name);
    return true;
}

const struct site *acme_cas_named_by(const struct core *core, struct str name)
{
    for (size_t i = 0; i < core->state.sites_count; i++) {
        const struct site_auto *wish = &core->state.sites[i]->automatic;
        for (size_t k = 0; wish->wanted && k < wish->cas_count; k++)
            if (str_eq(wish->cas[k], name))
                return core->state.sites[i];
    }
    return NULL;
}

/* Whether the present one of that name still has the account that `ca` had. */
static bool is_same_account(const struct ca *present, const struct ca *ca)
{
    return present && str_eq(present->directory_url, ca->directory_url) &&
           str_eq(present->account_key, ca->account_key);
}

bool acme_cas_keep_keys(struct acme *acme, const struct ca *ca, struct str account_url, struct str account_key,
                        struct str next_key, struct err *err)
{
    const struct ca *present = acme_cas_find(acme, ca->name);
    if (!is_same_account(present, ca))
        return true;
    struct ca *changed = ca_with_account(present, account_url, account_key, next_key);
    if (!changed)
        return err_memory(err);
    bool fine = acme_cas_put(acme, changed, NULL, err);
    ca_unref(changed);
    return fine;
}

bool acme_cas_keep_account(struct acme *acme, const struct ca *ca, struct str url, struct err *err)
{
    const struct ca *present = acme_cas_find(acme, ca->name);
    if (!present || str_eq(present->account_url, url))
        return true;
    return acme_cas_keep_keys(acme, ca, url, present->account_key, present->next_key, err);
}

bool acme_cas_make_key(enum key_kind kind, struct buf *ret, struct err *err)
{
    struct key *key = key_generate(kind, err);
    if (!key)
        return false;
    buf_init(ret, KEY_SIZE_MAX);
    bool fine = key_to_der(key, ret, err);
    key_free(key);
    if (!fine)
        key_wipe(ret);
    return fine;
}

struct ca *acme_cas_with_key(struct acme *acme, struct str name, struct err *err)
{
    struct buf key;
    struct ca *ca = acme_cas_find(acme, name);
    if (!ca) {
        (void)err_set(err, ERR_NOT_FOUND, "there is no certificate authority %.*s", STR_ARG(name));
        return NULL;
    }
    if (ca->account_key.size)
        return ca;
    if (!acme_cas_make_key(KEY_ECDSA, &key, err))
        return NULL;
    bool fine = acme_cas_keep_keys(acme, ca, (struct str){NULL, 0}, buf_str(&key), (struct str){NULL, 0}, err);
    key_wipe(&key);
    return fine ? acme_cas_find(acme, name) : NULL;
}
