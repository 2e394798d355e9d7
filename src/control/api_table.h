/*
 * The routes of the admin API as a table, so that what holds for all of them can be checked for all of them: that each
 * says who may, and that docs/api/openapi.yaml says the same (tools/check-roles). What the routes do is in api_*.c; how
 * a request gets there, in api.c.
 */
#ifndef CONTROL_API_TABLE_H
#define CONTROL_API_TABLE_H

#include "control/api_routes.h"

#define API_METHODS_COUNT_MAX 4

/* The least somebody must be. A row that was forgotten is for nobody. */
enum api_least {
    API_NOBODY,
    API_PUBLIC,   /* who has not signed in */
    API_VIEWER,   /* reads what is no secret */
    API_OPERATOR, /* changes sites, certificates, promises */
    API_OWNER,    /* changes what all depends on, and sees secrets */
};

/*
 * Whether a session must have been proved lately (panel_proof.h): for what would give the whole installation to whoever
 * got hold of one. As x-fresh in the description of the API.
 */
enum api_fresh {
    API_FRESH_NOT,
    API_FRESH_ALWAYS,
    API_FRESH_PANEL, /* when it would make the panel be at a name, or not be there any more: the handler knows */
    API_FRESH_CODES, /* when the account has one-time codes, since the request itself brings the password alone: so too
                      */
};

enum api_content { API_CONTENT_NONE, API_CONTENT_OPTIONAL, API_CONTENT_NEEDED, API_CONTENT_FILE };

struct api_method {
    enum http_method method;
    enum api_least least;
    enum api_content content;
    api_handler *handler;
    enum api_fresh fresh;
};

/*
 * What NAME is, if there is one: a host name, or a word that is taken as it is. With API_NAMED_CHILD it is a host name,
 * and another one stands behind `after`, which ends the path.
 */
enum api_named { API_NAMED_NOT, API_NAMED_HOST, API_NAMED_WORD, API_NAMED_CHILD };

struct api_route {
    struct str before; /* the path, or what stands before NAME */
    struct str after;  /* what stands behind NAME */
    enum api_named named;
    struct api_method methods[API_METHODS_COUNT_MAX]; /* up to the first without a handler */
    const char *allow;
};

extern const struct api_route api_routes[];
extern const size_t api_routes_count;

/* The row of a path and NAME in it, still encoded (empty without one); NULL: there is none. */
const struct api_route *api_route_find(struct str path, struct str *ret_encoded);
/* The other name in a path that the row was found for, still encoded; empty where there is none. */
struct str api_route_child(const struct api_route *row, struct str path);
/* HEAD is GET; NULL: not possible here. */
const struct api_method *api_method_find(const struct api_route *row, enum http_method method);

#endif
