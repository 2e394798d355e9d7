/*
 * What sentences about a DNS server need, and those about signatures that it refuses. For dns/ only.
 */
#ifndef DNS_WORDS_H
#define DNS_WORDS_H

#include "dns/tsig.h"
#include "os/socket.h"

struct dns_words {
    char server[OS_ADDRESS_TEXT_SIZE];
    char zone[DNS_NAME_TEXT_SIZE]; /* names are cut to what is ever needed to recognise one */
    char key[DNS_NAME_TEXT_SIZE];
    char name[DNS_NAME_TEXT_SIZE];
    const char *algorithm;
    const char *secret_fix; /* what to do when the secret is another */
};

/* `key` may be NULL: nothing is signed. */
void dns_words_fill(struct dns_words *w, const union os_address *server, const struct tsig_key *key,
                    const struct dns_name *zone, const struct dns_name *name);
/* False with the refusal in words; true for TSIG_GOOD and TSIG_UNSIGNED, which are none by themselves. */
NODISCARD bool dns_words_signature(enum tsig_result result, const struct dns_words *w, int64_t now_s, int64_t server_s,
                                   struct err *err);

#endif
