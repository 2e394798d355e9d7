/*
 * Whole files: reading one with a limit, and replacing one so that whoever looks sees the old content or the new one,
 * complete, whatever happens in between (a crash or power cut included).
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * Reads all of the file (a pipe will do as well, it is read to its end). *ret is initialised here, holds the content,
 * and is the caller's to buf_fini; untouched on failure. ERR_NOT_FOUND when there is no such file, ERR_DENIED when it
 * may not be read, ERR_INPUT when it is larger than size_max.
 */
NODISCARD bool file_read(const char *path, size_t size_max, struct buf *ret, struct err *err);
/*
 * The same for a file of ours in a folder that somebody less trusted can write to: what is no plain file (a symbolic
 * link, a pipe that nobody writes to) is refused instead of being followed or waited for.
 */
NODISCARD bool file_read_plain(const char *path, size_t size_max, struct buf *ret, struct err *err);
/*
 * Puts `content` in place of the file, or makes it: written to a temporary file beside it, synced, renamed over it, and
 * the folder synced. The file has exactly `mode`. A symbolic link at `path` is replaced, not followed.
 */
NODISCARD bool file_replace(const char *path, struct str content, mode_t mode, struct err *err);
/* Makes the folder and those above it that are missing, each with `mode` (less the umask). */
NODISCARD bool file_make_directories(const char *path, mode_t mode, struct err *err);
/* Syncs the folder that holds `path`: what was made, renamed or removed in it is so for good. */
NODISCARD bool file_sync_folder(const char *path, struct err *err);
/* Removes the file and syncs its folder; a file that is not there is no error. */
NODISCARD bool file_remove(const char *path, struct err *err);

#endif
