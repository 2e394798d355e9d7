/*
 * One route of a site: requests below a path prefix go to an application or to the admin panel, are answered from a
 * folder, or get a fixed response. JSON both ways, with every value checked and every error naming its member.
 */
#ifndef STORE_ROUTE_H
#define STORE_ROUTE_H

#include <jansson.h>

#include "snapshot/format.h"
#include "store/jsonout.h"
#include "store/upstream.h"

/* More addresses of one application than anybody balances over by hand. */
#define ROUTE_UPSTREAMS_COUNT_MAX 64
/* A page of text; whoever needs more serves a file. */
#define ROUTE_BODY_SIZE_MAX 65536
/* A private root with a few of its fellows. */
#define ROUTE_CA_PEM_SIZE_MAX 65536
/* Where the admin panel is, in the data directory: the path of the one upstream that is not absolute. */
#define ROUTE_PANEL_SOCKET "panel.sock"

struct route {
    struct str prefix;
    enum snap_route_kind kind;
    bool is_panel; /* proxy: the application is the admin panel, at ROUTE_PANEL_SOCKET */
    /* proxy */
    struct upstream *upstreams;
    size_t upstreams_count;
    enum snap_balance balance;
    uint32_t connect_timeout_ms;
    uint32_t first_byte_timeout_ms;
    uint32_t idle_timeout_ms;
    struct str health_path; /* empty: no active checks */
    uint32_t health_interval_ms;
    bool verify;       /* https: the upstream's certificate */
    struct str ca_pem; /* https: roots to verify against, empty: the system's */
    /* files */
    struct str root;
    struct str index;
    bool strip_prefix;
    /* fixed */
    uint32_t status;
    struct str body;
    struct str content_type;
};

/* Where the JSON comes from: what an operator gives has no slots, what we stored has. */
enum route_origin { ROUTE_FROM_OPERATOR, ROUTE_FROM_STATE };

/* Reads one route, its texts copied into the arena. `path` is "routes[0]." */
NODISCARD bool route_read(struct arena *arena, const json_t *json, const char *path, enum route_origin origin,
                          struct route *ret, struct err *err);
/* A proxy route for "/" with the defaults and these upstreams (the array is taken as it is). */
void route_init_proxy(struct route *route, struct upstream *upstreams, size_t upstreams_count);
/* One element of a list of upstreams: an object with "url", or the URL alone as a string. `path` is "upstreams[0]" */
NODISCARD bool route_read_upstream(struct arena *arena, const json_t *json, const char *path, enum route_origin origin,
                                   struct upstream *ret, struct err *err);
/* Defaults are left out when stored, and written out for whoever reads the API. */
void route_write(const struct route *route, enum route_origin form, struct jsonout *out);

#endif
