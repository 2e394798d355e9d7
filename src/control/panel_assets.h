/*
 * The files of the admin panel, as a table in the program: what a browser loads before it speaks to the API. The table
 * is made from web/ by the build (panel_assets.c); a build without web/ has one plain page instead
 * (panel_assets_plain.c). How they are served is in panel.h.
 */
#ifndef CONTROL_PANEL_ASSETS_H
#define CONTROL_PANEL_ASSETS_H

#include "base/str.h"

/* One file. Nothing in it is owned; it is there as long as the program is. */
struct panel_asset {
    struct str path;         /* "/", "/favicon.svg", "/assets/index-3f2a9c01.js" */
    struct str content_type; /* "text/html; charset=utf-8" */
    struct str etag;     /* as it is sent, with its quotes; changes with the content. Weak ("W/…"), since it stands
                            for the content in all three codings */
    struct str identity; /* as it is */
    struct str gzip, br; /* the same, coded; empty where that saves nothing */
};

extern const struct panel_asset panel_assets[];
extern const size_t panel_assets_count;

#endif
