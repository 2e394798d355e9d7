/*
 * New files with what is nobody else's business: a backup, the audit log. Only for their owner from the first byte on,
 * never over a file that is there, and gone again when they could not be written whole.
 */
#ifndef APP_CLI_FILE_H
#define APP_CLI_FILE_H

#include "base/err.h"

struct cli_file {
    const char *path;
    int fd;
};

/* ERR_CONFLICT when there is something of that name already. */
NODISCARD bool cli_file_check(const char *path, struct err *err);
/* Makes the file, mode 0600. ERR_CONFLICT as above. */
NODISCARD bool cli_file_new(const char *path, struct cli_file *ret, struct err *err);
NODISCARD bool cli_file_put(struct cli_file *file, struct str content, struct err *err);
/* Syncs and closes; with `is_whole` false, or when that fails, the file is removed. False when it failed. */
NODISCARD bool cli_file_end(struct cli_file *file, bool is_whole, struct err *err);

#endif
