/*
 * Media types by file name extension, for what web applications ship. Unknown ones are application/octet-stream: a
 * browser then saves instead of guessing.
 */
#ifndef GATEWAY_MIME_H
#define GATEWAY_MIME_H

#include "base/str.h"

/* The media type of a file name; text types carry charset=utf-8. */
struct str mime_type(struct str file_name);

#endif
