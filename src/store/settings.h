/* The installation's settings: protocol profile, limits, where the preload list is from, how often
 * names below sites are looked at. What a process needs before it
 * has a store is in the boot file. */
#ifndef STORE_SETTINGS_H
#define STORE_SETTINGS_H

#include <jansson.h>

#include "base/err.h"
#include "snapshot/format.h"
#include "store/jsonout.h"

/* Chromium's own copy of the list, as its repository serves it. */
#define SETTINGS_PRELOAD_ADDRESS                                                                                       \
    "https://raw.githubusercontent.com/chromium/chromium/main/net/http/transport_security_state_static.json"
#define SETTINGS_ADDRESS_SIZE_MAX 512
/* Browsers would not go by a list that is older. */
#define SETTINGS_PRELOAD_DAYS_MAX 70
/* What was seen longer ago says little. */
#define SETTINGS_SELF_CHECK_DAYS_MAX 30
/* An IPv6 address in full. */
#define SETTINGS_IP_SIZE_MAX 45
/* Names below a site's are looked at every so often; what was seen three months ago says nothing. */
#define SETTINGS_SUBDOMAINS_DAYS     7
#define SETTINGS_SUBDOMAINS_DAYS_MAX 90
/* A host name (RFC 1035 section 2.3.4). */
#define SETTINGS_NAME_SIZE_MAX 253

struct settings {
    enum snap_tls_profile tls_profile;
    struct snap_limits limits;
    char preload_address[SETTINGS_ADDRESS_SIZE_MAX + 1]; /* where the preload list is fetched, zero-terminated */
    uint32_t preload_update_days;                        /* it is fetched by itself when it is so old; 0: never */
    uint32_t self_check_days;                            /* each site is looked at so often; 0: not by itself */
    char self_check_address[SETTINGS_IP_SIZE_MAX + 1];   /* where this machine reaches its sites; empty: by the DNS */
    uint32_t subdomains_days; /* names of inventories are looked at by themselves so often, 1 and more */
    char report_collector[SETTINGS_NAME_SIZE_MAX + 1]; /* the site that takes browsers' reports; empty: none */
};

void settings_init(struct settings *settings);
/* Changes what the object names, {"tls_profile": "modern", "limits": {"head_size_max": 65536}}; *settings untouched on
 * failure. */
NODISCARD bool settings_read(const json_t *json, const char *path, struct settings *settings, struct err *err);
/* Whether this is an address that something may be fetched from: https, a host, nothing that must not be shown. */
bool settings_is_address(struct str text);
/* All of them, into an object that is open. */
void settings_write(const struct settings *settings, struct jsonout *out);

#endif
