/*
 * From the files of before (state.json; certificates/ID.pem and local-ca/root.key with keys in clear) into the
 * database. Two steps, with the commit of a new database between them:
 *
 *     import    all that the files say becomes rows, keys sealed; a crash leaves the files as they were
 *     finish    each file with a key whose row opens and is the same is removed; state.json and what is left of
 *               certificates/ are renamed to *.migrated; a crash leaves the rest for the next start
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "base/map.h"
#include "os/clock.h"
#include "store/state_import.h"
#include "store/takeover_files.h"

/* Old ids and new ones of every certificate: 16,384 sites with two each. */
#define IDS_SIZE_MAX ((size_t)8 << 20)

/* Old ids to new ones; an id whose file is of no use stays what it is. */
struct ids {
    struct store *store;
    struct arena arena;
    struct map fresh; /* old id → new id, zero-terminated */
    size_t count;     /* taken over */
};

static bool id_is_safe(struct str id)
{
    for (size_t i = 0; i < id.size; i++)
        if (!str_is_digit(id.data[i]) && !(id.data[i] >= 'a' && id.data[i] <= 'f'))
            return false;
    return id.size == CERTIFICATE_ID_SIZE;
}

/* A file that is gone or broken has kept its site from being served before as well; it is told, and left. */
static bool take_file(struct ids *ids, struct str id, char fresh[static CERTIFICATE_ID_SIZE + 1], struct err *err)
{
    char name[sizeof TAKEOVER_CERTIFICATES_NAME + CERTIFICATE_ID_SIZE + 8], path[PATH_MAX];
    struct err why = {0};
    struct cert *cert;
    if (!id_is_safe(id))
        return true;
    (void)snprintf(name, sizeof name, TAKEOVER_CERTIFICATES_NAME "/%.*s.pem", STR_ARG(id));
    if (!takeover_path(ids->store, name, "", path, err))
        return false;
    if (!takeover_load_pem(path, &cert, &why)) {
        if (why.code != ERR_NOT_FOUND && why.code != ERR_INPUT) {
            if (err)
                *err = why;
            return false;
        }
        log_warning("a certificate could not be taken over, its site is not served until it has another: %s", why.text);
        return true;
    }
    bool fine = store_certificate_add(ids->store, cert, fresh, err);
    cert_free(cert);
    ids->count += fine;
    return fine;
}

/* *id becomes the new one; the view lives as long as `ids`. */
static bool exchange(struct ids *ids, struct str *id, struct err *err)
{
    char fresh[CERTIFICATE_ID_SIZE + 1] = "";
    if (id->size == 0)
        return true;
    char *known = map_get(&ids->fresh, *id);
    if (!known) {
        struct str old, copy;
        if (!take_file(ids, *id, fresh, err))
            return false;
        if (!arena_str(&ids->arena, *id, &old) || !arena_str(&ids->arena, fresh[0] ? str_from(fresh) : *id, &copy) ||
            !map_put(&ids->fresh, old, known = (char *)(uintptr_t)copy.data))
            return err_memory(err);
    }
    *id = str_from(known);
    return true;
}

static bool import_certificates(struct ids *ids, const struct state *state, struct err *err)
{
    for (size_t i = 0; i < state->sites_count; i++) {
        struct site *site = state->sites[i];
        struct str ecdsa = site->ecdsa, rsa = site->rsa;
        if (!exchange(ids, &ecdsa, err) || !exchange(ids, &rsa, err))
            return false;
        if (!site_set_certificates(site, site->source, ecdsa, rsa))
            return err_memory(err);
    }
    return true;
}

static bool import_history(struct store *store, const struct state_import *import, struct err *err)
{
    for (size_t i = 0; i < import->entries_count; i++)
        if (!store_ledger_put(store, import->entries[i].name, &import->entries[i].entry, err))
            return false;
    for (size_t i = 0; i < import->audit_count; i++)
        if (!store_audit_put(store, &import->audit[i], err))
            return false;
    char counts[128];
    (void)snprintf(counts, sizeof counts, "{\"sites\":%zu,\"ledger_entries\":%zu,\"removed_names\":%zu}",
                   import->state.sites_count, import->entries_count, import->audit_count);
    const struct audit_entry entry = {.at_s = clock_wall_s(),
                                      .actor = STR("gateway"),
                                      .act = STR("store.takeover"),
                                      .outcome = STR("done"),
                                      .after = str_from(counts)};
    return store_audit_put(store, &entry, err);
}

static bool import_all(struct store *store, struct state_import *import, struct err *err)
{
    struct ids ids = {.store = store};
    arena_init(&ids.arena, IDS_SIZE_MAX);
    map_init(&ids.fresh);
    bool fine = import_certificates(&ids, &import->state, err) && store_site_save(store, NULL, &import->state, err) &&
                store_site_save_clock(store, &import->state.clock, err) && import_history(store, import, err);
    if (fine)
        (void)snprintf(store->news, sizeof store->news,
                       "%zu sites, %zu certificates and %zu ledger entries were taken over from " TAKEOVER_STATE_NAME
                       " into %.200s",
                       import->state.sites_count, ids.count, import->entries_count, db_path(store->db));
    map_fini(&ids.fresh);
    arena_fini(&ids.arena);
    return fine;
}

static bool explain(const char *path, struct err *err)
{
    if (!err || err->code == ERR_MEMORY)
        return false;
    char fix[sizeof err->fix];
    memcpy(fix, err->fix, sizeof fix);
    (void)err_context(err, "%s cannot be taken over%s%s", path, err->field[0] ? ", at " : "", err->field);
    return err_fix(err, "%s",
                   fix[0] ? fix
                          : "it was left as it is: restore it from a backup, or correct the place named; the gateway "
                            "goes on with its last good snapshot meanwhile");
}

static bool import_state(struct store *store, bool *ret_any, struct err *err)
{
    char path[PATH_MAX];
    struct buf text;
    struct state_import import;
    if (!takeover_path(store, TAKEOVER_STATE_NAME, "", path, err) ||
        !takeover_read(store, TAKEOVER_STATE_NAME, STATE_IMPORT_SIZE_MAX, &text, err))
        return false;
    if (text.size == 0) {
        *ret_any = false;
        return access(path, F_OK) != 0 || err_set(err, ERR_INPUT, "%s is empty", path) || explain(path, err);
    }
    bool fine = state_import_read(buf_str(&text), clock_wall_s(), &import, err) || explain(path, err);
    buf_fini(&text);
    if (!fine)
        return false;
    fine = import_all(store, &import, err);
    state_import_fini(&import);
    *ret_any = fine;
    return fine;
}

static bool import_local_ca(struct store *store, bool *ret_any, struct err *err)
{
    struct takeover_ca ca;
    bool fine = takeover_read_ca(store, &ca, err);
    *ret_any = fine && ca.root.size && ca.key.size;
    if (*ret_any)
        fine = store_put_local_ca(store, buf_str(&ca.root), buf_str(&ca.key), err);
    takeover_ca_fini(&ca);
    return fine;
}

bool takeover_import(struct store *store, struct err *err)
{
    bool any_state, any_ca;
    if (!store->directory)
        return true;
    return import_state(store, &any_state, err) && import_local_ca(store, &any_ca, err) &&
           ((!any_state && !any_ca) || db_script(store->db, "UPDATE installation SET takeover = 1;", err));
}
