/*
 * Where a passkey is used: the page's origin, and the name (rp id) it belongs to, which follows from it. Browsers have
 * passkeys for names over HTTPS and for "localhost", never for addresses.
 */
#ifndef CONTROL_PASSKEY_PLACE_H
#define CONTROL_PASSKEY_PLACE_H

#include "base/err.h"
#include "store/account.h"

#define PASSKEY_ORIGIN_SIZE_MAX ACCOUNT_ORIGIN_SIZE_MAX

struct passkey_place {
    struct str origin; /* "http://localhost:8460", "https://panel.example.org" */
    struct str rp_id;  /* "localhost", "panel.example.org" */
};

/* Views into `origin`. ERR_CONFLICT with a fix where there can be no passkeys. */
NODISCARD bool passkey_place_of(struct str origin, struct passkey_place *ret, struct err *err);

#endif
