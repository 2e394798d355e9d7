/*
 * A ZIP archive of a few files (APPNOTE.TXT 6.3, the part that every reader knows): stored, not compressed, with their
 * sizes in front, in the order they are put in. For what a browser saves as one file. Writing only.
 */
#ifndef CODEC_ZIP_H
#define CODEC_ZIP_H

#include "base/buf.h"

/* A handful; more would be a program for archives. */
#define ZIP_FILES_COUNT_MAX 16

struct zip {
    struct buf *out;
    uint16_t dos_time, dos_date; /* of all files */
    size_t count;
    struct {
        struct str name; /* a view */
        uint32_t crc, size, at;
    } files[ZIP_FILES_COUNT_MAX];
};

/* An archive at the start of `out`, its files of the moment at_s (UTC). */
void zip_begin(struct zip *zip, struct buf *out, int64_t at_s);
/* A file; the name (ASCII, no folder) must live until zip_end. False when it does not fit. */
NODISCARD bool zip_put(struct zip *zip, struct str name, struct str content);
/* The list of files. False when it does not fit. */
NODISCARD bool zip_end(struct zip *zip);

#endif
