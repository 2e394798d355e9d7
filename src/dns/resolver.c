/* The servers are tried in their order; one that fails is not remembered, for these are rare questions. */
#include "dns/resolver.h"

#include "os/file.h"

#define RESOLV_CONF          "/etc/resolv.conf"
#define RESOLV_CONF_SIZE_MAX 65536

static const char *type_text(enum dns_type type)
{
    switch (type) {
    case DNS_A: return "A";
    case DNS_NS: return "NS";
    case DNS_CNAME: return "CNAME";
    case DNS_SOA: return "SOA";
    case DNS_TXT: return "TXT";
    case DNS_AAAA: return "AAAA";
    case DNS_DNAME: return "DNAME";
    case DNS_SVCB: return "SVCB";
    case DNS_HTTPS: return "HTTPS";
    case DNS_CAA: return "CAA";
    case DNS_OPT:
    case DNS_AXFR:
    case DNS_TSIG: break;
    }
    return "other";
}

static void parse_line(struct str line, struct dns_resolver *resolver)
{
    const struct str keyword = STR("nameserver");
    line = str_trim(line);
    if (!str_starts(line, keyword) || line.size == keyword.size ||
        (line.data[keyword.size] != ' ' && line.data[keyword.size] != '\t'))
        return;
    struct str address = str_trim(str_after(line, keyword.size));
    size_t end = 0;
    while (end < address.size && address.data[end] != ' ' && address.data[end] != '\t')
        end++;
    if (resolver->servers_count < DNS_SERVERS_COUNT_MAX &&
        os_address_parse(str_part(address, 0, end), DNS_PORT, &resolver->servers[resolver->servers_count]))
        resolver->servers_count++;
}

void dns_resolver_parse(struct str resolv_conf, struct dns_resolver *ret)
{
    struct dns_resolver resolver = {.authority_port = DNS_PORT};
    for (struct str rest = resolv_conf; rest.data;)
        parse_line(str_cut(&rest, '\n'), &resolver);
    if (resolver.servers_count == 0 && os_address_parse(STR("127.0.0.1"), DNS_PORT, &resolver.servers[0]))
        resolver.servers_count = 1;
    *ret = resolver;
}

bool dns_resolver_system(struct dns_resolver *ret, struct err *err)
{
    struct buf text;
    struct err why = {0};
    if (file_read(RESOLV_CONF, RESOLV_CONF_SIZE_MAX, &text, &why)) {
        dns_resolver_parse(buf_str(&text), ret);
        buf_fini(&text);
        return true;
    }
    if (why.code != ERR_NOT_FOUND)
        return err_set(err, why.code, "%s", why.text);
    dns_resolver_parse(STR(""), ret);
    return true;
}

bool dns_find(const struct dns_message *message, const struct dns_name *name, enum dns_type type,
              struct dns_cursor *cursor, struct dns_record *ret)
{
    struct dns_record record;
    while (dns_message_next(message, cursor, &record)) {
        if (record.section != DNS_ANSWER || record.type != type || record.class != DNS_IN ||
            !dns_name_equal(&record.name, name))
            continue;
        *ret = record;
        return true;
    }
    return false;
}

static bool is_useful(const struct dns_message *message)
{
    return message->rcode == DNS_NOERROR || message->rcode == DNS_NXDOMAIN;
}

/* Without aliases: the first server whose answer says anything. */
static bool ask_once(const struct dns_resolver *resolver, const struct dns_name *name, enum dns_type type,
                     const struct deadline *deadline, struct dns_answer *ret, struct err *err)
{
    char room[DNS_NAME_TEXT_SIZE], rcode[DNS_RCODE_TEXT_SIZE], address[OS_ADDRESS_TEXT_SIZE];
    struct str text = str_part(dns_name_text(name, room), 0, 255);
    (void)err_set(err, ERR_SYSTEM, "%s of %.*s was not asked for: %s", type_text(type), STR_ARG(text),
                  deadline_words(deadline));
    for (size_t i = 0; i < resolver->servers_count && !deadline_is_over(deadline); i++) {
        struct err why = {0};
        struct dns_answer answer;
        struct str server = os_address_text(&resolver->servers[i], address);
        if (!dns_question(&resolver->servers[i], name, type, true, deadline, &answer, &why)) {
            (void)err_set(err, ERR_SYSTEM, "asked for %s of %.*s, the resolver %.*s %s", type_text(type), STR_ARG(text),
                          STR_ARG(server), why.text);
            continue;
        }
        if (is_useful(&answer.message)) {
            *ret = answer;
            return true;
        }
        (void)err_set(err, ERR_SYSTEM, "asked for %s of %.*s, the resolver %.*s answers %s", type_text(type),
                      STR_ARG(text), STR_ARG(server), dns_rcode_text(answer.message.rcode, rcode));
        dns_answer_fini(&answer);
    }
    return false;
}

bool dns_follow(const struct dns_message *message, enum dns_type type, struct dns_name *name, size_t *hops)
{
    for (;;) {
        struct dns_cursor cursor = {0};
        struct dns_record record;
        if (dns_find(message, name, type, &cursor, &record))
            return false;
        cursor = (struct dns_cursor){0};
        if (!dns_find(message, name, DNS_CNAME, &cursor, &record))
            return *hops > 0 && message->rcode == DNS_NOERROR && !dns_name_equal(name, &message->question);
        if (++*hops > DNS_ALIASES_COUNT_MAX || !dns_record_name(message, &record, name))
            return true;
    }
}

bool dns_ask(const struct dns_resolver *resolver, const struct dns_name *name, enum dns_type type,
             const struct deadline *deadline, struct dns_answer *ret, struct dns_name *ret_name, struct err *err)
{
    struct dns_name at = *name;
    char room[DNS_NAME_TEXT_SIZE];
    for (size_t hops = 0; hops <= DNS_ALIASES_COUNT_MAX;) {
        struct dns_answer answer;
        if (!ask_once(resolver, &at, type, deadline, &answer, err))
            return false;
        if (!dns_follow(&answer.message, type, &at, &hops)) {
            *ret = answer;
            *ret_name = at;
            return true;
        }
        dns_answer_fini(&answer);
    }
    struct str text = str_part(dns_name_text(name, room), 0, 255);
    return err_set(err, ERR_INPUT, "%.*s is an alias of an alias of an alias (CNAME), and so on without an end",
                   STR_ARG(text));
}

bool dns_record_address(const struct dns_record *record, uint16_t port, union os_address *ret)
{
    union os_address address = {0};
    if (record->type == DNS_A && record->rdata.size == sizeof address.v4.sin_addr) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons(port);
        memcpy(&address.v4.sin_addr, record->rdata.data, sizeof address.v4.sin_addr);
    } else if (record->type == DNS_AAAA && record->rdata.size == sizeof address.v6.sin6_addr) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons(port);
        memcpy(&address.v6.sin6_addr, record->rdata.data, sizeof address.v6.sin6_addr);
    } else {
        return false;
    }
    *ret = address;
    return true;
}

static bool add_addresses(const struct dns_resolver *resolver, const struct dns_name *name, enum dns_type type,
                          uint16_t port, const struct deadline *deadline, union os_address *ret, size_t room,
                          size_t *count, struct err *err)
{
    struct dns_answer answer;
    struct dns_name last;
    if (!dns_ask(resolver, name, type, deadline, &answer, &last, err))
        return false;
    struct dns_cursor cursor = {0};
    struct dns_record record;
    while (*count < room && dns_find(&answer.message, &last, type, &cursor, &record))
        if (dns_record_address(&record, port, &ret[*count]))
            ++*count;
    dns_answer_fini(&answer);
    return true;
}

bool dns_addresses(const struct dns_resolver *resolver, const struct dns_name *name, uint16_t port,
                   const struct deadline *deadline, union os_address *ret, size_t room, size_t *ret_count,
                   struct err *err)
{
    char text[DNS_NAME_TEXT_SIZE];
    size_t count = 0;
    struct err why_v6 = {0};
    bool v4 = add_addresses(resolver, name, DNS_A, port, deadline, ret, room, &count, err);
    bool v6 = add_addresses(resolver, name, DNS_AAAA, port, deadline, ret, room, &count, &why_v6);
    *ret_count = count;
    if (count > 0)
        return true;
    if (!v4)
        return false;
    if (!v6)
        return err_set(err, why_v6.code, "%s", why_v6.text);
    struct str shown = str_part(dns_name_text(name, text), 0, 255);
    return err_set(err, ERR_NOT_FOUND, "%.*s has no address (neither A nor AAAA)", STR_ARG(shown));
}
