/*
 * What is told, in words and as JSON: what happened, what it means for visitors, what to do and by when; always with
 * the days the certificate has left against the days of promises outstanding. Pure: the same event gives the same
 * text. Words of others (a certificate authority's) are in it as visible text only.
 */
#ifndef CONTROL_NOTIFY_WORDS_H
#define CONTROL_NOTIFY_WORDS_H

#include "base/arena.h"
#include "base/buf.h"
#include "control/notify_judge.h"

/* Texts of one event. */
#define NOTIFY_WORDS_SIZE_MAX 65536
/* A subject that mail programs show in a line or two. */
#define NOTIFY_SUBJECT_SIZE_MAX 200

struct notify_event {
    enum notify_kind kind;
    enum notify_phase phase;
    enum notify_severity severity;
    struct str site;           /* empty: about the installation */
    struct str stage;          /* "7d", "rateLimited" */
    struct str detail;         /* what was seen, what the other side said: a sentence, or empty */
    struct str fix;            /* or empty */
    int64_t next_attempt_s;    /* failing; 0: none is planned */
    struct notify_facts facts; /* of the site */
    const struct str *lines;   /* of a digest */
    size_t lines_count;
};

struct notify_words {
    struct str subject;  /* begins with the site */
    struct str happened; /* each a sentence or more */
    struct str meaning;
    struct str advice; /* empty: there is nothing to do */
};

NODISCARD bool notify_words(const struct notify_event *event, struct arena *arena, struct notify_words *ret);
/* "7 days left, promises last 335 days longer …": certificate against promises, empty without a certificate. */
struct str notify_balance(const struct notify_facts *facts, struct arena *arena);
/* The JSON document that is kept and sent. `key` is the notification's, `host` this machine's name. */
NODISCARD bool notify_content(const struct notify_event *event, struct str key, struct str host, struct buf *out);

#endif
