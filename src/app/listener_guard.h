/*
 * The conserving guard keep-listener: a boot file that closes HTTPS, or moves it to another port, is refused while
 * browsers insist on HTTPS where it was. Control keeps the ledger and tells of it in DATA/bound (store/bound); here is
 * what the supervisor makes of that. Without the file nobody is bound.
 */
#ifndef APP_LISTENER_GUARD_H
#define APP_LISTENER_GUARD_H

#include "app/boot.h"
#include "store/bound.h"

#define LISTENER_GUARD_NAME "keep-listener"

/* What the command line says to do it all the same; NULL twice: nothing. */
struct listener_override {
    const char *reason;
    const char *confirm; /* the name that is bound, typed again */
};

/*
 * Whether browsers that are bound find HTTPS where they were told it is. The error is one of the boot file's (file,
 * line, key; ERR_INPUT).
 */
NODISCARD bool listener_guard_check(const struct boot *boot, const struct bound *bound, int64_t now_s, struct err *err);
/* Whether the name typed is the one that is bound. ERR_INPUT. */
NODISCARD bool listener_guard_confirms(const struct listener_override *override, const struct bound *bound,
                                       struct err *err);

#endif
