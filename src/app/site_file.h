/* The content of files that options of "site" name, as JSON strings. */
#ifndef APP_SITE_FILE_H
#define APP_SITE_FILE_H

#include <jansson.h>

#include "base/err.h"

/* A chain with a handful of certificates is some 10 KB, an error page with its style somewhat more. */
#define SITE_FILE_SIZE_MAX (1u << 20)

enum site_file { SITE_FILE_PEM, SITE_FILE_PAGE };

/* A new reference; NULL with *err about `option` ("--ca") when the file cannot be read or is not text. */
json_t *site_file_text(const char *option, const char *path, enum site_file kind, struct err *err);

#endif
