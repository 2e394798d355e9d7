/* One record a site, made when somebody first asks. */
#include "control/watch.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/map.h"
#include "crypto/cert.h"

/* As long as a guard's words (hsts/guard.h), which this must not depend on being whole. */
#define REASON_SIZE 512
/* "certificate-until-free" */
#define GUARD_ID_SIZE 32
/* A site with all its routes and its error page (store/site.c). */
#define FORM_SIZE_MAX ((size_t)16 << 20)

struct watched {
    char *name; /* the key */
    uint32_t served_counts[CERT_SIDES_COUNT];
    bool served_known;
    enum site_source served_source; /* which the counts are about */
    bool observed;
    uint64_t form; /* of the site when it was observed */
    struct hsts_observation observation;
    char fingerprints[CERT_SIDES_COUNT][CERT_FINGERPRINT_SIZE + 1]; /* of the leaves that were looked for last */
    enum watch_climb climb;
    char guard[GUARD_ID_SIZE], why[REASON_SIZE], fix[REASON_SIZE];
};

struct watch {
    struct store *store;
    struct map sites; /* name → struct watched */
};

bool watch_new(struct store *store, struct watch **ret, struct err *err)
{
    struct watch *watch = calloc(1, sizeof *watch);
    if (!watch)
        return err_memory(err);
    watch->store = store;
    map_init(&watch->sites);
    *ret = watch;
    return true;
}

static void watched_free(struct watched *watched)
{
    free(watched->name);
    free(watched);
}

void watch_free(struct watch *watch)
{
    if (!watch)
        return;
    for (struct map_entry *e = NULL; (e = map_next(&watch->sites, e));)
        watched_free(e->value);
    map_fini(&watch->sites);
    free(watch);
}

/* NULL when memory ran out. */
static struct watched *record(struct watch *watch, struct str site)
{
    struct watched *watched = map_get(&watch->sites, site);
    if (watched)
        return watched;
    watched = calloc(1, sizeof *watched);
    if (watched && (watched->name = str_dup(site)) && map_put(&watch->sites, str_from(watched->name), watched))
        return watched;
    if (watched)
        watched_free(watched);
    return NULL;
}

/* Asked of the store once; a store that cannot say makes promises shorter, never longer. */
static bool know_served(struct watch *watch, struct watched *watched, enum site_source source)
{
    struct err err = {0};
    if (watched->served_known && watched->served_source == source)
        return true;
    watched->served_known = false;
    for (int side = 0; side < CERT_SIDES_COUNT; side++)
        if (!store_served_count(watch->store, str_from(watched->name), str_from(site_source_name(source)),
                                str_from(cert_side_name((enum cert_side)side)), &watched->served_counts[side], &err)) {
            log_error("which certificates of %s were seen served is not known: %s", watched->name, err.text);
            return false;
        }
    watched->served_known = true;
    watched->served_source = source;
    return true;
}

/* Of the side that was seen least: the promise needs both. */
static uint32_t served_count(struct watch *watch, struct watched *watched, const struct site *site)
{
    uint32_t least = UINT32_MAX;
    if (!know_served(watch, watched, site->source))
        return 0;
    for (int side = 0; side < CERT_SIDES_COUNT; side++)
        if (site_certificate(site, (enum cert_side)side).size && watched->served_counts[side] < least)
            least = watched->served_counts[side];
    return least == UINT32_MAX ? watched->served_counts[CERT_SIDE_ECDSA] : least;
}

uint32_t watch_renewals_seen(const struct watch *watch, const struct site *site)
{
    struct watched *watched = record((struct watch *)(uintptr_t)watch, site->name);
    uint32_t count = watched ? served_count((struct watch *)(uintptr_t)watch, watched, site) : 0;
    return count ? count - 1 : 0;
}

bool watch_has_looked_for(const struct watch *watch, struct str site, enum cert_side side, struct str fingerprint)
{
    const struct watched *watched = map_get(&watch->sites, site);
    return watched && watched->observed && str_eq(str_from(watched->fingerprints[side]), fingerprint);
}

uint64_t watch_form(const struct site *site)
{
    struct site met = *site; /* borrowed */
    struct buf text;
    struct jsonout out = {.out = &text};
    hsts_wish_init(&met.hsts); /* what is planned changes nothing that is there */
    buf_init(&text, FORM_SIZE_MAX);
    jsonout_object(&out, NULL);
    site_write_members(&met, &out);
    jsonout_str(&out, "ecdsa", site->ecdsa);
    jsonout_str(&out, "rsa", site->rsa);
    jsonout_i64(&out, "created", site->created_s);
    jsonout_object_end(&out);
    uint64_t form = buf_ok(&text) ? str_hash(buf_str(&text)) : 0;
    buf_fini(&text);
    return form;
}

const struct hsts_observation *watch_observation(const struct watch *watch, const struct site *site)
{
    const struct watched *watched = map_get(&watch->sites, site->name);
    return watched && watched->observed && watched->form && watched->form == watch_form(site) ? &watched->observation
                                                                                              : NULL;
}

bool watch_saw_served(const struct watch *watch, struct str site)
{
    const struct watched *watched = map_get(&watch->sites, site);
    return watched && watched->observed && watched->observation.facts[OBSERVED_SERVED].verdict == OBSERVED_GOOD;
}

int64_t watch_looked_s(const struct watch *watch, struct str site)
{
    const struct watched *watched = map_get(&watch->sites, site);
    return watched && watched->observed ? watched->observation.facts[OBSERVED_SERVED].at_s : 0;
}

static void keep_looked_for(struct watched *watched, const struct watch_leaf leaves[static CERT_SIDES_COUNT])
{
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        struct str fingerprint = str_part(leaves[side].leaf.fingerprint, 0, CERT_FINGERPRINT_SIZE);
        memcpy(watched->fingerprints[side], fingerprint.data ? fingerprint.data : "", fingerprint.size);
        watched->fingerprints[side][fingerprint.size] = '\0';
    }
}

bool watch_observed(struct watch *watch, const struct site *site, const struct hsts_observation *observation,
                    const struct watch_leaf leaves[static CERT_SIDES_COUNT], bool *ret_renewals_changed,
                    struct err *err)
{
    struct watched *watched = record(watch, site->name);
    struct evidence_served rows[CERT_SIDES_COUNT];
    size_t count = 0;
    *ret_renewals_changed = false;
    if (!watched)
        return err_memory(err);
    watched->observation = *observation;
    watched->observed = true;
    watched->form = watch_form(site);
    keep_looked_for(watched, leaves);
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        if (!leaves[side].served || leaves[side].leaf.fingerprint.size == 0)
            continue;
        rows[count] = leaves[side].leaf;
        rows[count].site = site->name;
        rows[count].source = str_from(site_source_name(site->source));
        rows[count++].side = str_from(cert_side_name((enum cert_side)side));
    }
    if (count == 0)
        return true;
    uint32_t before = served_count(watch, watched, site);
    if (!store_put_served(watch->store, rows, count, err))
        return false;
    watched->served_known = false;
    *ret_renewals_changed = served_count(watch, watched, site) != before;
    return true;
}

void watch_doubt(struct watch *watch)
{
    for (struct map_entry *e = NULL; (e = map_next(&watch->sites, e));)
        ((struct watched *)e->value)->observed = false;
}

void watch_forget(struct watch *watch, const struct state *state)
{
    struct map kept;
    map_init(&kept);
    for (struct map_entry *e = NULL; (e = map_next(&watch->sites, e));) {
        bool is_kept = state_find(state, e->key) && map_put(&kept, e->key, e->value);
        if (!is_kept) /* without memory as well: it is made anew when asked for */
            watched_free(e->value);
    }
    map_fini(&watch->sites);
    watch->sites = kept;
}

static void put_words(char *room, size_t size, struct str words)
{
    struct str cut = str_part(words, 0, size - 1);
    memcpy(room, cut.data ? cut.data : "", cut.size);
    room[cut.size] = '\0';
}

static struct str without_digits_before(struct str text)
{
    while (text.size && str_is_digit(text.data[0]))
        text = str_after(text, 1);
    return text;
}

/* Guards count whoever comes: the same words with other numbers are no other reason. */
static bool is_same_but_numbers(struct str a, struct str b)
{
    for (;; a = str_after(a, 1), b = str_after(b, 1)) {
        a = without_digits_before(a);
        b = without_digits_before(b);
        if (!a.size || !b.size)
            return a.size == b.size;
        if (a.data[0] != b.data[0])
            return false;
    }
}

bool watch_held_back(struct watch *watch, struct str site, const struct watch_hold *hold)
{
    static const struct watch_hold none = {STR_INIT(""), STR_INIT(""), STR_INIT("")};
    struct watched *watched = record(watch, site);
    if (!watched)
        return false;
    const struct watch_hold *said = hold ? hold : &none;
    watched->climb = hold ? WATCH_CLIMB_HELD : WATCH_CLIMB_FREE;
    bool is_other = !is_same_but_numbers(str_from(watched->why), str_part(said->why, 0, sizeof watched->why - 1));
    put_words(watched->guard, sizeof watched->guard, said->guard);
    put_words(watched->fix, sizeof watched->fix, said->fix);
    put_words(watched->why, sizeof watched->why, said->why);
    return is_other && hold;
}

enum watch_climb watch_hold(const struct watch *watch, struct str site, struct watch_hold *ret)
{
    const struct watched *watched = map_get(&watch->sites, site);
    *ret = (struct watch_hold){STR(""), STR(""), STR("")};
    if (!watched)
        return WATCH_CLIMB_UNKNOWN;
    *ret = (struct watch_hold){str_from(watched->guard), str_from(watched->why), str_from(watched->fix)};
    return watched->climb;
}
