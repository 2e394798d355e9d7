/*
 * Roots that browsers of strangers do not have: those the operator declared as installed on all clients, and those that
 * are only known on this machine. A look from outside tells the one from the other.
 */
#ifndef CONTROL_ROOTS_H
#define CONTROL_ROOTS_H

#include "base/buf.h"
#include "control/core.h"

/* Where administrators put roots on Debian (update-ca-certificates(8)); "strictgate trust --install" does. */
#define ROOTS_LOCAL_FOLDER "/usr/local/share/ca-certificates"
/* More than anybody installs by hand. */
#define ROOTS_LOCAL_COUNT_MAX 64
#define ROOTS_FILE_SIZE_MAX   65536

/* PEM of the declared ones, appended. */
NODISCARD bool roots_declared(struct core *core, struct buf *out, struct err *err);
/* PEM of the files in the folder, appended; what cannot be read is left out. */
void roots_folder(const char *folder, struct buf *out);
/* PEM of the local CA's root, where there is one, and of the files in the folder, appended. What cannot be read is left
 * out: it counts as one of the system's then. */
NODISCARD bool roots_private(struct core *core, const char *folder, struct buf *out, struct err *err);

#endif
