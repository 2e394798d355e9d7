/* The panel of a build without web/: one page that says so, and what works all the same. */
#include "control/panel_assets.h"

/* Below the content security policy of panel.c, which allows no style and no script inside the page. */
#define PAGE                                                                                                           \
    "<!doctype html>\n"                                                                                                \
    "<html lang=\"en\">\n"                                                                                             \
    "<head><meta charset=\"utf-8\"><title>Strictgate</title>\n"                                                        \
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"></head>\n"                                \
    "<body>\n"                                                                                                         \
    "<h1>Strictgate</h1>\n"                                                                                            \
    "<p>The gateway runs. This program was built without its admin panel: the build needs Node.js and npm for it, "    \
    "and <code>-Dpanel=enabled</code> makes the build insist on them.</p>\n"                                           \
    "<p>All that the panel does, the command line does as well: <code>strictgate help</code>.</p>\n"                   \
    "</body>\n"                                                                                                        \
    "</html>\n"

const struct panel_asset panel_assets[] = {
    {.path = STR_INIT("/"),
     .content_type = STR_INIT("text/html; charset=utf-8"),
     .etag = STR_INIT("W/\"plain-1\""),
     .identity = STR_INIT(PAGE)},
};
const size_t panel_assets_count = sizeof panel_assets / sizeof *panel_assets;
