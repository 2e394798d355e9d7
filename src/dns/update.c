/* The server's refusals come from two places: the code of the answer, and the error within its signature. */
#include "dns/update.h"

#include "dns/words.h"
#include "dns/zone.h"

const struct dns_credentials *dns_credentials_pick(const struct dns_credentials *list, size_t count,
                                                   const struct dns_name *name)
{
    const struct dns_credentials *best = NULL;
    for (size_t i = 0; i < count; i++)
        if (dns_name_is_within(name, &list[i].zone) && (!best || list[i].zone.size > best->zone.size))
            best = &list[i];
    return best;
}

static bool refused_code(enum dns_rcode rcode, const struct dns_words *w, struct err *err)
{
    char room[DNS_RCODE_TEXT_SIZE];
    switch (rcode) {
    case DNS_REFUSED:
        (void)err_set(err, ERR_DENIED, "The DNS server %s does not allow the key %s to change %s (REFUSED).", w->server,
                      w->key, w->name);
        return err_fix(err, "allow it there: in BIND by update-policy, in Knot by an acl with action: update");
    case DNS_NOTAUTH:
        (void)err_set(err, ERR_DENIED,
                      "The DNS server %s is not the primary server of the zone %s, or does not accept the key %s for "
                      "it (NOTAUTH).",
                      w->server, w->zone, w->key);
        return err_fix(err, "give the address of the zone's primary server, and the key it accepts updates with");
    case DNS_NOTZONE:
        (void)err_set(err, ERR_INPUT, "The DNS server %s says that %s is not in its zone %s (NOTZONE).", w->server,
                      w->name, w->zone);
        return err_fix(err, "add credentials for the zone that the name is in");
    case DNS_SERVFAIL:
        (void)err_set(err, ERR_SYSTEM, "The DNS server %s could not make the change in %s (SERVFAIL).", w->server,
                      w->zone);
        return err_fix(err, "look into its log: often it may not write its zone file or journal");
    case DNS_NOTIMP:
    case DNS_FORMERR:
        (void)err_set(err, ERR_SYSTEM, "The DNS server %s does not take dynamic updates (%s).", w->server,
                      dns_rcode_text(rcode, room));
        return err_fix(err, "see that it is a DNS server with RFC 2136, or use a hook for dns-01");
    case DNS_NOERROR:
    case DNS_NXDOMAIN:
    case DNS_YXDOMAIN:
    case DNS_YXRRSET:
    case DNS_NXRRSET: break;
    }
    return err_set(err, ERR_SYSTEM, "The DNS server %s answers the change of %s with %s.", w->server, w->name,
                   dns_rcode_text(rcode, room));
}

static bool judge(const struct dns_credentials *credentials, const struct tsig_request *signed_with,
                  const struct dns_message *answer, const struct dns_words *w, int64_t now_s, struct err *err)
{
    int64_t server_s = 0;
    enum tsig_result result = tsig_check(&credentials->key, signed_with, answer, now_s, &server_s);
    if (!dns_words_signature(result, w, now_s, server_s, err))
        return false;
    if (answer->rcode != DNS_NOERROR)
        return refused_code(answer->rcode, w, err);
    if (result == TSIG_GOOD)
        return true;
    (void)err_set(err, ERR_DENIED, "The answer of the DNS server %s is not signed: it is not believed.", w->server);
    return err_fix(err, "see that %s is the zone's primary server, and that it has the key %s", w->server, w->key);
}

/* The zone as the server itself knows it. */
static struct dns_name zone_of(const struct dns_credentials *credentials, const struct dns_name *name,
                               const struct deadline *deadline)
{
    const struct dns_resolver server = {.servers = {credentials->server}, .servers_count = 1};
    struct dns_name zone, target;
    if (dns_zone_find(&server, name, deadline, &zone, &target, NULL) && dns_name_equal(&target, name))
        return zone;
    return credentials->zone;
}

bool dns_update(const struct dns_credentials *credentials, const struct dns_change *change,
                const struct deadline *deadline, int64_t now_s, struct err *err)
{
    struct dns_words w;
    struct buf request;
    struct dns_answer answer;
    struct tsig_request signed_with;
    struct err why = {0};
    uint16_t id;
    if (change->value.size > DNS_TEXT_SIZE_MAX)
        return err_set(err, ERR_INPUT, "A TXT record of %zu bytes is more than one string holds (255).",
                       change->value.size);
    struct dns_name zone = zone_of(credentials, &change->name, deadline);
    dns_words_fill(&w, &credentials->server, &credentials->key, &zone, &change->name);
    w.secret_fix = "add the zone again with the secret that stands in the server's configuration";
    if (!dns_id_make(&id, err))
        return false;
    buf_init(&request, DNS_MESSAGE_SIZE_MAX);
    dns_write_update(id, &zone, change, &request);
    bool ok = tsig_sign(&credentials->key, now_s, &request, &signed_with, err);
    if (ok && !dns_exchange(&credentials->server, buf_str(&request), deadline, &answer, &why)) {
        ok = err_set(err, why.code, "The DNS server %s port %u %s.", w.server,
                     (unsigned)os_address_port(&credentials->server), why.text);
    } else if (ok) {
        ok = judge(credentials, &signed_with, &answer.message, &w, now_s, err);
        dns_answer_fini(&answer);
    }
    buf_fini(&request);
    return ok;
}
