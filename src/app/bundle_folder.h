/*
 * The files of an evidence bundle into a folder of their own, all or nothing: written beside it, synced, and put in its
 * place in one step. Never over files that are no bundle's.
 */
#ifndef APP_BUNDLE_FOLDER_H
#define APP_BUNDLE_FOLDER_H

#include "base/err.h"

#define BUNDLE_FOLDER_FILES_COUNT_MAX 16
/* Of a name; what control gives is far shorter. */
#define BUNDLE_FOLDER_NAME_SIZE_MAX 64

struct bundle_folder_file {
    const char *name;
    struct str content;
};

/* Letters, digits, '.', '-' and '_', not beginning with '.': what cannot lead out of a folder. */
bool bundle_folder_name_is_valid(const char *name);
/* ERR_CONFLICT when something is there that may not be replaced: files, and `replaces` is false, or others than these.
 */
NODISCARD bool bundle_folder_check(const char *folder, const struct bundle_folder_file *files, size_t count,
                                   bool replaces, struct err *err);
/* Checks as well. Files are for their owner alone (0600), the folder too. */
NODISCARD bool bundle_folder_write(const char *folder, const struct bundle_folder_file *files, size_t count,
                                   bool replaces, struct err *err);

#endif
