/*
 * Words of entries, as they come in: the records of a zone file (RFC 1035 section 5.1, where parentheses join lines)
 * and the statements of ISC dhcpd. Of an entry are kept as many words as tell a name; keys and signatures go by. For
 * inventory/ only.
 *
 *     www 300 IN A ( 192.0.2.1 ) ; comment      →  "www" "300" "IN" "A" "192.0.2.1"
 *     lease 192.0.2.7 { client-hostname "pc"; } →  "lease" "192.0.2.7" │ "client-hostname" "pc" │ (nothing) }
 */
#ifndef INVENTORY_WORDS_H
#define INVENTORY_WORDS_H

#include "base/err.h"

/* $GENERATE, range, owner, TTL, class, type, and the two first of the data; four to spare. */
#define ENTRY_WORDS_COUNT_MAX 12
/* Four characters a byte of a name ("\ddd"), for the owner and for what it leads to; and the small words. */
#define ENTRY_TEXT_SIZE_MAX 4096

struct entry {
    uint64_t line;     /* that it begins on */
    bool is_indented;  /* it begins with a blank */
    const char *fault; /* a sentence; NULL: the form is right */
    char end;          /* '\n', or ';', '{', '}' of a statement */
    size_t count;      /* words kept */
    size_t size;       /* of the text */
    struct {
        size_t at, size;
    } words[ENTRY_WORDS_COUNT_MAX];
    char text[ENTRY_TEXT_SIZE_MAX];
};

enum words_kind { WORDS_ZONE, WORDS_STATEMENTS };

struct words {
    enum words_kind kind;
    /* False ends the reading. */
    bool (*on_entry)(void *context, const struct entry *entry, struct err *err);
    /* Of a zone: whether this line, which stands within parentheses, is a record of its own: one was not closed. */
    bool (*is_record)(const struct entry *line);
    void *context;
    uint64_t line;
    int lexing;           /* see words.c */
    bool had_text;        /* in this line */
    bool is_dropped;      /* the word under way is none of those that are kept */
    unsigned depth;       /* open parentheses */
    unsigned depth_now;   /* of them, opened in this line */
    struct entry entry;   /* under way */
    struct entry current; /* its line that is being read, while a parenthesis is open */
};

void words_init(struct words *words, enum words_kind kind,
                bool (*on_entry)(void *context, const struct entry *entry, struct err *err), void *context);
NODISCARD bool words_take(struct words *words, struct str bytes, struct err *err);
NODISCARD bool words_end(struct words *words, struct err *err);

/* Empty: there are not so many. */
struct str entry_word(const struct entry *entry, size_t index);

#endif
