/*
 * A site: one public host name with its aliases, its routes, its certificate and its HSTS wish. A site is made once
 * and then only read; a change makes another one, so that a change that fails leaves nothing behind. Sites are counted
 * references: states of before and after share them. What browsers were promised under its names is in the book
 * (hsts/book.h).
 */
#ifndef STORE_SITE_H
#define STORE_SITE_H

#include "codec/name.h"
#include "crypto/cert_side.h"
#include "hsts/wish.h"
#include "store/route.h"
#include "store/site_auto.h"

/* What one local-CA leaf or one uploaded certificate reasonably covers. */
#define SITE_ALIASES_COUNT_MAX 99
#define SITE_ROUTES_COUNT_MAX  256
/* A page with its style inside. */
#define SITE_ERROR_PAGE_SIZE_MAX 65536
#define SITE_SLOT_NONE           UINT32_MAX

enum site_source {
    SITE_SOURCE_NONE,     /* no certificate: plain HTTP only */
    SITE_SOURCE_FILE,     /* given by the operator */
    SITE_SOURCE_LOCAL_CA, /* made and renewed by ourselves */
    SITE_SOURCE_ACME,     /* obtained from a certificate authority, and renewed, by ourselves */
};

/* What becomes of a request over plain HTTP that carries a password, a cookie or content. */
enum site_credentials {
    SITE_CREDENTIALS_REDIRECT, /* the same as of every other one */
    SITE_CREDENTIALS_REFUSE,   /* it is answered 403, with what happened and what to do */
};

/* Certificates that are kept ready in place of the site's: nobody is served them before they are switched to. */
struct site_drawer {
    enum site_source source; /* where they come from; SITE_SOURCE_NONE: it is empty */
    struct str ecdsa, rsa;   /* ids, or empty */
};

struct site {
    struct arena arena; /* everything below that is a view or an array */
    unsigned references;
    struct str name; /* in the form of codec/name */
    struct str *aliases;
    size_t aliases_count;
    struct route *routes;
    size_t routes_count;
    struct site_auto automatic; /* whether it shall get its certificate by itself */
    enum site_source source;    /* of the certificate that it has */
    struct str ecdsa;           /* certificate ids, or empty */
    struct str rsa;
    struct site_drawer drawer;
    enum snap_redirect redirect;
    enum site_credentials credentials;
    bool canonical;         /* aliases are redirected to the name */
    bool secure_cookies;    /* Secure is added to the application's cookies over HTTPS */
    bool rewrite_location;  /* http:// Location of the site itself becomes https:// */
    bool reports;           /* browsers are told to report when they cannot get in */
    int64_t reports_over_s; /* they were until now: so long they are told to stop (wall clock); 0: not any more */
    struct str error_page;  /* own template, or empty */
    struct hsts_wish hsts;
    uint32_t slot; /* of its counters, or SITE_SLOT_NONE until given one */
    int64_t created_s;
};

/*
 * Reads a site from JSON: what an operator may give (name, aliases, routes or the shorthand upstreams, switches, the
 * ladder, the wish for an automatic certificate) or what the store holds, the whole HSTS wish with it. `path` stands
 * before the names of members in errors
 * ("", or "[3]."). One reference, the caller's.
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
/* The same for what is kept ready; the source is SITE_SOURCE_NONE when there is nothing. */
NODISCARD bool site_set_drawer(struct site *site, enum site_source source, struct str ecdsa, struct str rsa);
/* What is in the drawer becomes the site's, and the other way round. */
void site_switch(struct site *site);
/* Upstreams of `site` that `old` has as well keep their counters' slots. */
void site_inherit_slots(struct site *site, const struct site *old);

/* What the store holds. */
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
/* Whether it is a name of the admin panel's. */
static inline bool site_is_panel(const struct site *site)
{
    return site->routes_count == 1 && site->routes[0].is_panel;
}
/* The id of its certificate on this side; empty: it has none there. */
static inline struct str site_certificate(const struct site *site, enum cert_side side)
{
    return side == CERT_SIDE_RSA ? site->rsa : site->ecdsa;
}
static inline struct str site_drawer_certificate(const struct site *site, enum cert_side side)
{
    return side == CERT_SIDE_RSA ? site->drawer.rsa : site->drawer.ecdsa;
}
/* "redirect", "refuse" */
const char *site_credentials_name(enum site_credentials credentials);
/* "none", "file", "local-ca", "acme" */
const char *site_source_name(enum site_source source);

#endif
