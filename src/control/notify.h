/*
 * Telling people what they must know about certificates and promises. (systemd's readiness protocol, which has the same
 * name, is app/notify.h.) What is worth telling is judged by pure functions (notify_judge, notify_standing), put into
 * words (notify_words), written into the store's outbox in one transaction, and delivered from there by threads, with
 * retries that survive a restart. The process's own log gets a line in any case.
 *
 *     facts ──judge──▶ finding ──standing──▶ told now? ──words──▶ outbox (store) ──deliver──▶ thread ──▶ channel
 *
 * Everything here is called on the loop's thread and never waits for a channel.
 */
#ifndef CONTROL_NOTIFY_H
#define CONTROL_NOTIFY_H

#include "control/core.h"
#include "control/notify_words.h"

NODISCARD bool notifier_new(struct core *core, struct notifier **ret, struct err *err);
/* After the errands have ended (errands_free): deliveries are theirs. NULL is allowed. */
void notifier_free(struct notifier *notifier);

/*
 * Something happened to a site's certificate: obtained, renewed, served or failing (each time an attempt failed: it is
 * told as often as it should be). The caller gives `kind` and `site`; with failing also `stage` (a word for the
 * problem), `detail` (a sentence), `fix` and `next_attempt_s`. Or its drawer was looked at: `stage` is the id of what
 * is wrong, with `detail` and `fix`; empty, nothing is. All else is filled in here. A core without a notifier, as in
 * tests, tells nobody.
 */
void notify_event(struct core *core, const struct notify_event *event);
/* The site was changed or looked at: what is worth telling of it now? */
void notify_site(struct core *core, struct str site);
/*
 * Of the names below the site, which are bound, so many would shut their visitors out; `detail` is a sentence about one
 * of them.
 */
void notify_subdomains(struct core *core, struct str site, size_t blocking_count, struct str detail);
/* Whether workers of the gateway hang has changed. */
void notify_workers(struct core *core);
/* The store has other channels now: a backup was restored. */
void notify_reload(struct core *core);
/* Every channel; `why` it gets nothing: it is paused, or did not take the last message. NULL: all is well with it. */
typedef void notify_visit_channel(void *context, struct str channel, const char *why);
void notify_each_channel(const struct core *core, notify_visit_channel *visit, void *context);
/* Once a minute: some sites after the other, the clock, digests, deliveries that are due. */
void notify_turn(struct core *core);

#endif
