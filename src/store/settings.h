/* The installation's settings: protocol profile and limits. What a process needs before it has a store is in the boot
 * file. */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include <jansson.h>

#include "base/err.h"
#include "snapshot/format.h"
#include "store/jsonout.h"

struct settings {
    enum snap_tls_profile tls_profile;
    struct snap_limits limits;
};

void settings_init(struct settings *settings);
/* Changes what the object names, {"tls_profile": "modern", "limits": {"head_size_max": 65536}}; *settings untouched on
 * failure. */
NODISCARD bool settings_read(const json_t *json, const char *path, struct settings *settings, struct err *err);
/* All of them, into an object that is open. */
void settings_write(const struct settings *settings, struct jsonout *out);

#endif
