/* A refusal comes in the code of an answer, or within its signature; here are those of the latter kind. */
#include "dns/words.h"

#include <inttypes.h>

/* Names in sentences: as much as is ever needed to recognise one. */
#define SHOWN_SIZE_MAX 200

void dns_words_fill(struct dns_words *w, const union os_address *server, const struct tsig_key *key,
                    const struct dns_name *zone, const struct dns_name *name)
{
    (void)os_address_text(server, w->server);
    (void)dns_name_text(zone, w->zone);
    (void)dns_name_text(name, w->name);
    w->key[0] = '\0';
    if (key)
        (void)dns_name_text(&key->name, w->key);
    w->zone[SHOWN_SIZE_MAX] = w->key[SHOWN_SIZE_MAX] = w->name[SHOWN_SIZE_MAX] = '\0';
    w->algorithm = key ? tsig_algorithm_text(key->algorithm) : "";
    w->secret_fix = "give the secret that stands in the server's configuration";
}

static bool refused_time(const struct dns_words *w, int64_t now_s, int64_t server_s, struct err *err)
{
    if (server_s)
        (void)err_set(
            err, ERR_DENIED,
            "The DNS server %s refuses the signature for its time (BADTIME): its clock and this machine's are "
            "%" PRId64 " seconds apart.",
            w->server, now_s > server_s ? now_s - server_s : server_s - now_s);
    else
        (void)err_set(
            err, ERR_DENIED,
            "The DNS server %s refuses the signature for its time (BADTIME): its clock and this machine's are "
            "more than five minutes apart.",
            w->server);
    return err_fix(err, "set both clocks by a time server (chrony, systemd-timesyncd)");
}

bool dns_words_signature(enum tsig_result result, const struct dns_words *w, int64_t now_s, int64_t server_s,
                         struct err *err)
{
    switch (result) {
    case TSIG_BAD_KEY:
        (void)err_set(err, ERR_DENIED, "The DNS server %s knows no key %s with %s (BADKEY).", w->server, w->key,
                      w->algorithm);
        return err_fix(err, "name and algorithm must be those of the key in the server's configuration");
    case TSIG_BAD_SIG:
        (void)err_set(err, ERR_DENIED, "The DNS server %s has another secret for the key %s (BADSIG).", w->server,
                      w->key);
        return err_fix(err, "%s", w->secret_fix);
    case TSIG_BAD_TIME: return refused_time(w, now_s, server_s, err);
    case TSIG_BAD_TRUNC:
        return err_set(err, ERR_DENIED, "The DNS server %s wants a longer signature than %s gives (BADTRUNC).",
                       w->server, w->algorithm);
    case TSIG_WRONG:
        (void)err_set(err, ERR_DENIED,
                      "The answer of the DNS server %s is signed, but not with the key %s for this request: it is not "
                      "believed.",
                      w->server, w->key);
        return err_fix(err, "see that %s is the zone's primary server and nothing between changes its answers",
                       w->server);
    case TSIG_GOOD:
    case TSIG_UNSIGNED: break;
    }
    return true;
}
