/* Rounds over the servers that do not have it yet. */
#include "dns/visible.h"

#include <poll.h>
#include <stdio.h>

/* One look at one server. */
#define LOOK_MS 3000
/* Names in sentences: as much as is ever needed to recognise one. */
#define SHOWN_SIZE_MAX   150
#define SERVER_TEXT_SIZE (SHOWN_SIZE_MAX + OS_ADDRESS_TEXT_SIZE + sizeof " ()")
#define LAME_TEXT_SIZE   32

enum look { LOOK_SILENT, LOOK_LAME, LOOK_MISSING, LOOK_SEEN };

struct server {
    struct dns_authority authority;
    enum look last;       /* what the last look at it gave */
    enum dns_rcode rcode; /* of its last answer */
    unsigned useless_count;
    bool is_left_out;
};

static bool has_value(const struct dns_message *message, const struct dns_name *name, struct str value)
{
    struct dns_cursor cursor = {0};
    struct dns_record record;
    bool found = false;
    struct buf text;
    buf_init(&text, DNS_MESSAGE_SIZE_MAX);
    while (!found && dns_find(message, name, DNS_TXT, &cursor, &record)) {
        buf_clear(&text);
        found = dns_record_text(&record, &text) && str_eq(buf_str(&text), value);
    }
    buf_fini(&text);
    return found;
}

/* What a server says about a name of its own: that it is there, or that it is not. */
static bool is_of_authority(const struct dns_message *message)
{
    return message->authoritative && (message->rcode == DNS_NOERROR || message->rcode == DNS_NXDOMAIN);
}

/* Asks one server itself. */
static enum look look(const struct dns_authority *authority, const struct dns_name *name, struct str value,
                      const struct deadline *deadline, enum dns_rcode *ret_rcode)
{
    struct dns_answer answer;
    const struct deadline until = {.until_ms = deadline_now_ms() + deadline_left_ms(deadline, LOOK_MS),
                                   .cancel = deadline->cancel};
    if (!dns_question(&authority->address, name, DNS_TXT, false, &until, &answer, NULL))
        return LOOK_SILENT;
    enum look seen = LOOK_LAME;
    if (answer.message.rcode == DNS_NOERROR && has_value(&answer.message, name, value))
        seen = LOOK_SEEN;
    else if (is_of_authority(&answer.message))
        seen = LOOK_MISSING;
    *ret_rcode = answer.message.rcode;
    dns_answer_fini(&answer);
    return seen;
}

static void look_at(struct server *server, const struct dns_name *name, struct str value,
                    const struct deadline *deadline)
{
    enum look now = look(&server->authority, name, value, deadline, &server->rcode);
    if (now == LOOK_SILENT && deadline_is_over(deadline))
        return; /* it was not given its time */
    server->last = now;
    if (server->last == LOOK_SEEN || server->last == LOOK_MISSING) {
        server->useless_count = 0;
        return;
    }
    unsigned tries_max = server->last == LOOK_SILENT ? DNS_SILENT_TRIES_MAX : DNS_LAME_TRIES_MAX;
    server->is_left_out = ++server->useless_count >= tries_max;
}

static bool is_awaited(const struct server *server)
{
    return server->last != LOOK_SEEN && !server->is_left_out;
}

/* One round over those that are missing; the first that is still missing, or NULL. */
static const struct server *round_of(struct server *servers, size_t count, const struct dns_name *name,
                                     struct str value, const struct deadline *deadline)
{
    for (size_t i = 0; i < count && !deadline_is_over(deadline); i++)
        if (is_awaited(&servers[i]))
            look_at(&servers[i], name, value, deadline);
    for (size_t i = 0; i < count; i++)
        if (is_awaited(&servers[i]))
            return &servers[i];
    return NULL;
}

static bool any_seen(const struct server *servers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (servers[i].last == LOOK_SEEN)
            return true;
    return false;
}

static void nap(const struct deadline *deadline, int64_t length_ms)
{
    int64_t until_ms = deadline_now_ms() + length_ms, left_ms;
    while ((left_ms = until_ms - deadline_now_ms()) > 0) {
        int64_t now_ms = deadline_left_ms(deadline, left_ms < DEADLINE_NAP_MS ? left_ms : DEADLINE_NAP_MS);
        if (now_ms == 0)
            return;
        (void)poll(NULL, 0, (int)now_ms);
    }
}

/* "ns1.example.org (192.0.2.1)" */
static const char *server_text(const struct server *server, char room[static SERVER_TEXT_SIZE])
{
    char name[DNS_NAME_TEXT_SIZE], address[OS_ADDRESS_TEXT_SIZE];
    struct str shown = str_part(dns_name_text(&server->authority.name, name), 0, SHOWN_SIZE_MAX);
    (void)snprintf(room, SERVER_TEXT_SIZE, "%.*s (%s)", STR_ARG(shown),
                   os_address_text(&server->authority.address, address).data);
    return room;
}

/* It answers, but not as a server of the zone does. */
static bool lacks_authority(const struct server *server)
{
    return server->rcode == DNS_NOERROR || server->rcode == DNS_NXDOMAIN;
}

/* How a server shows that it does not serve the zone. */
static const char *lame_text(const struct server *server, char room[static LAME_TEXT_SIZE])
{
    char rcode[DNS_RCODE_TEXT_SIZE];
    if (lacks_authority(server))
        (void)snprintf(room, LAME_TEXT_SIZE, "answers without authority");
    else
        (void)snprintf(room, LAME_TEXT_SIZE, "answers %s", dns_rcode_text(server->rcode, rcode));
    return room;
}

/* "ns1.example.org (192.0.2.1) answers REFUSED" */
static void lame_sentence(const struct server *server, char ret[static DNS_LEFT_OUT_SIZE])
{
    char text[SERVER_TEXT_SIZE], lame[LAME_TEXT_SIZE];
    if (lacks_authority(server))
        (void)snprintf(ret, DNS_LEFT_OUT_SIZE, "%s answers without authority", server_text(server, text));
    else
        (void)snprintf(ret, DNS_LEFT_OUT_SIZE, "%s %s", server_text(server, text), lame_text(server, lame));
}

/* Those that do not serve the zone, in words; empty without any. */
static void left_out_text(const struct server *servers, size_t count, char ret[static DNS_LEFT_OUT_SIZE])
{
    char sentence[DNS_LEFT_OUT_SIZE];
    const struct server *first = NULL;
    size_t others_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (!servers[i].is_left_out || servers[i].last != LOOK_LAME)
            continue;
        if (first)
            others_count++;
        else
            first = &servers[i];
    }
    ret[0] = '\0';
    if (!first)
        return;
    lame_sentence(first, sentence);
    if (others_count == 0)
        memcpy(ret, sentence, sizeof sentence);
    else
        (void)snprintf(ret, DNS_LEFT_OUT_SIZE, others_count == 1 ? "%.340s, and %zu other" : "%.340s, and %zu others",
                       sentence, others_count);
}

static bool not_visible(const struct server *server, const struct dns_name *name, const struct deadline *deadline,
                        const char *left_out, struct err *err)
{
    char room[DNS_NAME_TEXT_SIZE], text[SERVER_TEXT_SIZE], lame[LAME_TEXT_SIZE];
    struct str shown = str_part(dns_name_text(name, room), 0, SHOWN_SIZE_MAX);
    const char *why = deadline_is_over(deadline) ? deadline_words(deadline) : "it was asked again and again";
    (void)server_text(server, text);
    if (server->last == LOOK_LAME) {
        (void)err_set(err, ERR_SYSTEM, "The name server %s does not serve the zone of %.*s (it %s): %s.", text,
                      STR_ARG(shown), lame_text(server, lame), why);
        return err_fix(err, "let it serve the zone, or take it out of the zone's name servers (NS)");
    }
    (void)err_set(err, ERR_SYSTEM,
                  server->last == LOOK_SILENT
                      ? "The name server %s does not answer when asked for the TXT record of %.*s: %s."
                      : "The name server %s does not have the TXT record of %.*s: %s.",
                  text, STR_ARG(shown), why);
    if (left_out[0] && err) {
        size_t size = strlen(err->text);
        (void)snprintf(err->text + size, sizeof err->text - size, " Left out: %s.", left_out);
    }
    return err_fix(err, "see that the zone's secondary servers get changes at once (NOTIFY), and that it was this zone "
                        "which was changed");
}

/* Whom to ask. */
static size_t servers_find(const struct dns_resolver *resolver, const struct dns_name *name,
                           const union os_address *primary, const struct deadline *deadline,
                           struct server servers[static DNS_AUTHORITIES_COUNT_MAX])
{
    struct dns_name zone, target;
    struct dns_authority authorities[DNS_AUTHORITIES_COUNT_MAX];
    size_t count = 0;
    if (!dns_zone_find(resolver, name, deadline, &zone, &target, NULL) ||
        !dns_zone_authorities(resolver, &zone, deadline, authorities, &count, NULL)) {
        authorities[0] = (struct dns_authority){.name = *name, .address = *primary};
        count = 1;
    }
    for (size_t i = 0; i < count; i++)
        servers[i] = (struct server){.authority = authorities[i]};
    return count;
}

bool dns_wait_visible(const struct dns_resolver *resolver, const struct dns_name *name, struct str value,
                      const union os_address *primary, const struct deadline *deadline,
                      char ret_left_out[static DNS_LEFT_OUT_SIZE], struct err *err)
{
    struct server servers[DNS_AUTHORITIES_COUNT_MAX] = {0};
    char left_out[DNS_LEFT_OUT_SIZE];
    size_t count = servers_find(resolver, name, primary, deadline, servers);
    const struct server *missing;
    while ((missing = round_of(servers, count, name, value, deadline)) && !deadline_is_over(deadline))
        nap(deadline, DNS_VISIBLE_INTERVAL_MS);
    left_out_text(servers, count, left_out);
    if (missing || !any_seen(servers, count))
        return not_visible(missing ? missing : &servers[0], name, deadline, left_out, err);
    memcpy(ret_left_out, left_out, sizeof left_out);
    return true;
}
