/* What has to hold: of every field that is sent, and of the ledger against what browsers really remember. */
#ifndef PROMISE_LAWS_H
#define PROMISE_LAWS_H

#include "sequence.h"

/* A field is about to be sent under the name by this snapshot. */
void laws_of_field(struct sequence *sequence, const struct snapshot *snapshot, enum ledger_name name,
                   const struct ledger_promise *sent);
/* Of the running control, or of one that would start now (`book`, `over_s`, `latest_s` as it would have them). */
void laws_of_ledger(struct sequence *sequence, const struct book *book, int64_t over_s, int64_t latest_s);

#endif
