/* Rounds over the servers that do not have it yet. */
#include "dns/visible.h"

#include <poll.h>

/* One look at one server. */
#define LOOK_MS 3000

enum seen { SEEN_NOT_YET, SEEN, SEEN_LEFT_OUT };

struct server {
    struct dns_authority authority;
    enum seen seen;
    unsigned silent_count;
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

/* Asks one server itself. False when it does not answer. */
static bool look(const struct dns_authority *authority, const struct dns_name *name, struct str value,
                 const struct deadline *deadline, bool *ret_has)
{
    struct buf request;
    struct dns_answer answer;
    uint16_t id;
    struct deadline until = {.until_ms = deadline_now_ms() + deadline_left_ms(deadline, LOOK_MS),
                             .cancel = deadline->cancel};
    if (!dns_id_make(&id, NULL))
        return false;
    buf_init(&request, DNS_MESSAGE_SIZE_MAX);
    dns_write_query(id, name, DNS_TXT, false, &request);
    bool answered = buf_ok(&request) && dns_exchange(&authority->address, buf_str(&request), &until, &answer, NULL);
    buf_fini(&request);
    if (!answered)
        return false;
    *ret_has = answer.message.rcode == DNS_NOERROR && has_value(&answer.message, name, value);
    dns_answer_fini(&answer);
    return true;
}

static void look_at(struct server *server, const struct dns_name *name, struct str value,
                    const struct deadline *deadline)
{
    bool has = false;
    if (look(&server->authority, name, value, deadline, &has)) {
        server->silent_count = 0;
        server->seen = has ? SEEN : SEEN_NOT_YET;
    } else if (++server->silent_count >= DNS_SILENT_TRIES_MAX && !deadline_is_over(deadline)) {
        server->seen = SEEN_LEFT_OUT;
    }
}

/* One round over those that are missing; the first that is still missing, or NULL. */
static const struct server *round_of(struct server *servers, size_t count, const struct dns_name *name,
                                     struct str value, const struct deadline *deadline)
{
    const struct server *missing = NULL;
    for (size_t i = 0; i < count && !deadline_is_over(deadline); i++) {
        if (servers[i].seen == SEEN_NOT_YET)
            look_at(&servers[i], name, value, deadline);
    }
    for (size_t i = 0; i < count && !missing; i++)
        if (servers[i].seen == SEEN_NOT_YET)
            missing = &servers[i];
    return missing;
}

static bool any_seen(const struct server *servers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (servers[i].seen == SEEN)
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

static bool not_visible(const struct server *server, const struct dns_name *name, const struct deadline *deadline,
                        struct err *err)
{
    char name_room[DNS_NAME_TEXT_SIZE], server_room[DNS_NAME_TEXT_SIZE], address[OS_ADDRESS_TEXT_SIZE];
    struct str text = str_part(dns_name_text(name, name_room), 0, 150);
    struct str server_text = str_part(dns_name_text(&server->authority.name, server_room), 0, 150);
    (void)err_set(err, ERR_SYSTEM, "The name server %.*s (%s) %s the TXT record of %.*s: %s.", STR_ARG(server_text),
                  os_address_text(&server->authority.address, address).data,
                  server->silent_count ? "does not answer when asked for" : "does not have", STR_ARG(text),
                  deadline_is_over(deadline) ? deadline_words(deadline) : "it was asked again and again");
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
                      const union os_address *primary, const struct deadline *deadline, struct err *err)
{
    struct server servers[DNS_AUTHORITIES_COUNT_MAX];
    size_t count = servers_find(resolver, name, primary, deadline, servers);
    const struct server *missing;
    while ((missing = round_of(servers, count, name, value, deadline)) && !deadline_is_over(deadline))
        nap(deadline, DNS_VISIBLE_INTERVAL_MS);
    if (missing)
        return not_visible(missing, name, deadline, err);
    if (any_seen(servers, count))
        return true;
    servers[0].silent_count = DNS_SILENT_TRIES_MAX;
    return not_visible(&servers[0], name, deadline, err);
}
