/*
 * A cookie as a site sets it, read as browsers read Set-Cookie (RFC 6265 section 5.2, with SameSite and the prefixes of
 * its successor's draft): how it is protected, never what it is worth. Pure; the value is a stranger's.
 */
#ifndef HSTS_SITE_COOKIE_H
#define HSTS_SITE_COOKIE_H

#include "base/str.h"

/* Browsers leave out longer ones, name and value together. */
#define SITE_COOKIE_SIZE_MAX 4096

enum site_same_site {
    SITE_SAME_SITE_ABSENT, /* browsers take it for Lax, or nearly so */
    SITE_SAME_SITE_OTHER,  /* a value that nobody knows, which counts as absent */
    SITE_SAME_SITE_LAX,
    SITE_SAME_SITE_STRICT,
    SITE_SAME_SITE_NONE,
};

struct site_cookie {
    struct str name;
    bool is_secure, is_http_only;
    enum site_same_site same_site;
    bool has_bad_same_site;       /* one of several SameSite was unknown, whichever counts */
    bool has_domain, is_for_root; /* a Domain that is not empty; Path=/ */
    bool is_deleted;              /* it is over already: this takes a cookie away */
};

/* False: browsers leave it out, for it has no name, is too long, or has a control character in it. */
NODISCARD bool site_cookie_read(struct str set_cookie, int64_t now_s, struct site_cookie *ret);
/* Whether browsers keep it from a site over HTTPS: what they refuse is of no use to anybody. */
bool site_cookie_is_kept(const struct site_cookie *cookie);
/* By its name: whoever has it is signed in as somebody else. A token against forged requests is none. */
bool site_cookie_is_session(const struct site_cookie *cookie);

#endif
