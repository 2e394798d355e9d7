/*
 * Which of the names that clients ask for are noted (snapshot/seen.h): those that are no site's own, but lie below one
 * or are served under a wildcard. Called for these alone, so that whoever asks for a site's own name pays nothing.
 * Bounded for any name: SEEN_LABELS_MAX labels are looked up, one slot is written.
 */
#ifndef GATEWAY_ASKED_H
#define GATEWAY_ASKED_H

#include "gateway/worker.h"

/* A client asked for this name, which is no site's own. What is no host name, or lies below no site, is not noted. */
void asked_note(struct worker *w, struct str asked, enum seen_by by);

#endif
