/*
 * A site: one public host name with its aliases, its routes, its certificate and its HSTS switch. A site is made once
 * and then only read; a change makes another one, so that a change that fails leaves nothing behind. The one exception
 * is its promise, which only ever grows. Sites are counted references: states of before and after share them.
 */
#ifndef STORE_SITE_H
#define STORE_SITE_H

#include "store/name.h"
#include "store/promise.h"
#include "store/route.h"

/* What one local-CA leaf or one uploaded certificate reasonably covers. */
#define SITE_ALIASES_COUNT_MAX 99
#define SITE_ROUTES_COUNT_MAX  256
/* A page with its style inside. */
#define SITE_ERROR_PAGE_SIZE_MAX 65536
#define SITE_SLOT_NONE           UINT32_MAX
/* "max_age": null */
#define SITE_HSTS_OFF (-1)

enum site_source {
    SITE_SOURCE_NONE,     /* no certificate: plain HTTP only */
    SITE_SOURCE_FILE,     /* given by the operator */
    SITE_SOURCE_LOCAL_CA, /* made and renewed by ourselves */
};

struct site {
    struct arena arena; /* everything below that is a view or an array */
    unsigned references;
    struct str name; /* in the form of store/name */
    struct str *aliases;
    size_t aliases_count;
    struct route *routes;
    size_t routes_count;
    enum site_source source;
    struct str ecdsa; /* certificate ids, or empty */
    struct str rsa;
    enum snap_redirect redirect;
    bool canonical;         /* aliases are redirected to the name */
    bool secure_cookies;    /* Secure is added to the application's cookies over HTTPS */
    bool rewrite_location;  /* http:// Location of the site itself becomes https:// */
    struct str error_page;  /* own template, or empty */
    int64_t hsts_max_age_s; /* SITE_HSTS_OFF: no field */
    bool hsts_include_subdomains;
    struct promise promise;
    uint32_t slot; /* of its counters, or SITE_SLOT_NONE until given one */
    int64_t created_s;
};

/*
 * Reads a site from JSON: what an operator may give (name, aliases, routes or the shorthand upstreams, and switches) or
 * what state.json holds. `path` stands before the names of members in errors ("", or "[3]."). One reference, the
 * caller's.
 */
NODISCARD bool site_read(const json_t *json, const char *path, enum route_origin origin, struct site **ret,
                         struct err *err);
struct site *site_ref(struct site *site);
/* NULL is allowed. */
void site_unref(struct site *site);
/* A copy that may still be changed. NULL when memory ran out. */
struct site *site_copy(const struct site *site);
/* Sets a certificate id (copied into the site's arena). */
NODISCARD bool site_set_certificates(struct site *site, enum site_source source, struct str ecdsa, struct str rsa);
/* Upstreams of `site` that `old` has as well keep their counters' slots. */
void site_inherit_slots(struct site *site, const struct site *old);

/* What state.json holds. */
void site_write_stored(const struct site *site, struct jsonout *out);
/* The members an operator may give, into an object that is open already. */
void site_write_members(const struct site *site, struct jsonout *out);

/* The name and the aliases, counted as one list: 0 is the name. */
static inline size_t site_names_count(const struct site *site)
{
    return site->aliases_count + 1;
}
static inline struct str site_name(const struct site *site, size_t index)
{
    return index ? site->aliases[index - 1] : site->name;
}
static inline bool site_has_certificate(const struct site *site)
{
    return site->source != SITE_SOURCE_NONE;
}
/* Whether a response of this site carries the field at all. */
static inline bool site_sends_hsts(const struct site *site)
{
    return site->hsts_max_age_s >= 0 && site_has_certificate(site) && name_kind(site->name) != NAME_IP;
}
/* "none", "file", "local-ca" */
const char *site_source_name(enum site_source source);

#endif
