/* The clients of hsts/reading.h, one a file; for reading.c. Values hold no NUL, CR or LF. */
#ifndef HSTS_READING_CLIENTS_H
#define HSTS_READING_CLIENTS_H

#include "hsts/reading.h"

struct reading reading_chromium(struct str value);
struct reading reading_firefox(struct str value);
struct reading reading_curl(struct str value);
struct reading reading_hstspreload(struct str value);
struct reading reading_observatory(struct str value);

#endif
