/* Whether an answer is a page that can be looked into, and what such a page loads over plain HTTP. */
#ifndef PROBE_PAGE_H
#define PROBE_PAGE_H

#include "probe/content.h"
#include "probe/fetch.h"

enum page_kind {
    PAGE_NO_SUCCESS, /* another status than 2xx */
    PAGE_COMPRESSED, /* although nobody asked for that */
    PAGE_NO_HTML,
    PAGE_HTML,
};

/* With PAGE_HTML, *ret is what is in it, by the policy of its head as well; else zero. */
enum page_kind page_look(const struct fetch_result *result, struct content_report *ret);

#endif
