/*
 * What a page loads over plain HTTP although it came over HTTPS (mixed content): a tolerant scanner over HTML as it
 * stands, pure and linear. It sees what is written in tags, style sheets of the page and its own
 * Content-Security-Policy; not what scripts add, nor what other files refer to. Links (<a href>) do not count:
 * following one is the reader's doing.
 */
#ifndef PROBE_CONTENT_H
#define PROBE_CONTENT_H

#include "base/str.h"

#define CONTENT_SAMPLE_SIZE 120

struct content_report {
    size_t active_count; /* scripts, styles, frames, forms, …: browsers block these, or warn; whoever sits on the line
                            could change the page through them */
    size_t passive_count; /* pictures, sound, video: shown with luck, fetched over https instead, or left out */
    char active[CONTENT_SAMPLE_SIZE]; /* the first of each: "script src http://…"; empty: none */
    char passive[CONTENT_SAMPLE_SIZE];
    bool upgrades; /* the page's own policy has browsers turn all of them into https */
};

void content_scan(struct str html, struct content_report *ret);
/* Whether the value of a Content-Security-Policy field has the directive upgrade-insecure-requests. */
bool content_policy_upgrades(struct str value);

#endif
