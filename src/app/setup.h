/*
 * All that one boot configuration comes to in the supervisor: the parsed file, what is sent to the children, the user,
 * the open sockets and the access log. One is in force; at a reload a second one is prepared beside it, and either
 * takes its place whole or is dropped whole.
 */
#ifndef APP_SETUP_H
#define APP_SETUP_H

#include "app/account.h"
#include "app/boot.h"
#include "app/datadir.h"
#include "app/sockets.h"

/* Where a boot configuration is read from, again at every reload. The texts are the caller's. */
struct setup_origin {
    const char *file; /* NULL: there is none */
    struct str overrides[BOOT_OVERRIDES_COUNT_MAX];
    size_t overrides_count;
};

struct setup {
    struct boot *boot;
    struct buf payload; /* of CONTRACT_BOOT */
    struct user user;
    uint32_t workers_count;
    struct sockets sockets;
    int panel_fd;      /* listens for the admin panel; -1: off, or the default address was taken */
    int access_log_fd; /* -1: off */
};

/* What must be replaced for a new setup to hold; bits. */
enum setup_change {
    SETUP_CHANGE_GATEWAY = 1 << 0,
    SETUP_CHANGE_CONTROL = 1 << 1,
};

/*
 * The boot configuration alone (boot_free it), and in `payload` (initialised by the caller, or NULL) what is sent to
 * children. Errors name file and line; one about the file itself keeps its code.
 */
NODISCARD bool setup_parse(const struct setup_origin *origin, struct boot **ret, struct buf *payload, struct err *err);
/* Reads and checks, opens nothing. *ret is on the heap. Errors name file and line. */
NODISCARD bool setup_load(const struct setup_origin *origin, struct setup **ret, struct err *err);
/*
 * Opens the sockets (those in common with `old` are taken over), the panel's among them, and the access log. Errors
 * name file and line.
 */
NODISCARD bool setup_open(struct setup *setup, const struct activation *activation, const struct datadir *datadir,
                          const struct setup *old, struct err *err);
/* Closes the panel's socket. May be called twice. */
void setup_close_panel(struct setup *setup);
/* Closes and frees. Files of Unix sockets stay (sockets_unlink). NULL is allowed. */
void setup_free(struct setup *setup);
/* Which processes the difference concerns; ERR_INPUT when it cannot be had without a restart. */
NODISCARD bool setup_compare(const struct setup *old, const struct setup *new, unsigned *ret_changes, struct err *err);

/* Whether the panel's socket is another one, or is there in one of them only: control must be handed it. Both open. */
bool setup_panel_differs(const struct setup *old, const struct setup *new);

#endif
