/* One rule for what a host below the domain is, whatever list it comes from. */
#include "inventory/sink.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>

/* Control characters and broken UTF-8 would reach a terminal or a page. */
static void clean(char *text)
{
    struct str rest = str_from(text);
    for (size_t at = 0; at < rest.size;) {
        size_t size = str_utf8_size(str_after(rest, at));
        unsigned char c = (unsigned char)text[at];
        bool is_c1 = size == 2 && c == 0xc2 && (unsigned char)text[at + 1] < 0xa0;
        if (size == 0 || c < ' ' || c == 0x7f || is_c1)
            text[at] = '?';
        at += size ? size : 1;
        if (is_c1)
            text[at - 1] = '?';
    }
}

void sink_problem(struct sink *sink, uint64_t line, const char *format, ...)
{
    char text[INVENTORY_PROBLEM_SIZE];
    va_list args;
    if (sink->counts.problems++ >= INVENTORY_PROBLEMS_COUNT_MAX || !sink->to.on_problem)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    clean(text);
    sink->to.on_problem(sink->to.context, line, text);
}

bool sink_address(struct str text, char room[static SINK_ADDRESS_SIZE], struct str *ret_address, struct str *ret_type)
{
    char typed[SINK_ADDRESS_SIZE];
    unsigned char address[16];
    text = str_part(text, 0, str_find(text, '%'));
    if (text.size == 0 || text.size >= sizeof typed || memchr(text.data, '\0', text.size))
        return false;
    memcpy(typed, text.data, text.size);
    typed[text.size] = '\0';
    int family = inet_pton(AF_INET, typed, address) == 1 ? AF_INET : AF_INET6;
    if (family == AF_INET6 && inet_pton(AF_INET6, typed, address) != 1)
        return false;
    if (!inet_ntop(family, address, room, SINK_ADDRESS_SIZE))
        return false;
    *ret_address = str_from(room);
    *ret_type = family == AF_INET ? STR("A") : STR("AAAA");
    return true;
}

struct str sink_complete(const struct sink *sink, struct str name, char room[static SINK_SHORT_SIZE])
{
    if (name.size == 0 || name.size > NAME_SIZE_MAX || str_find(name, '.') < name.size)
        return name;
    memcpy(room, name.data, name.size);
    room[name.size] = '.';
    memcpy(room + name.size + 1, sink->domain, sink->domain_size);
    return str_make(room, name.size + 1 + sink->domain_size);
}

static bool is_address_type(struct str type)
{
    return str_eq(type, STR("A")) || str_eq(type, STR("AAAA"));
}

/* Names of services and of proofs begin with an underscore (RFC 8552): no browser asks for them. */
static bool is_service(struct str name)
{
    struct str rest = name;
    while (rest.data)
        if (str_starts(str_cut(&rest, '.'), STR("_")))
            return true;
    return false;
}

static bool is_at_or_below(struct str name, struct str domain)
{
    if (str_ends(name, STR(".")))
        name.size--;
    if (name.size < domain.size || !str_eq_nocase(str_after(name, name.size - domain.size), domain))
        return false;
    return name.size == domain.size || name.data[name.size - domain.size - 1] == '.';
}

/*
 * What a name leads to need be no host name: proofs and keys are led elsewhere by names with underscores. What is not
 * printable is of no use to anybody.
 */
static struct str read_target(struct str typed, struct name *room)
{
    if (str_ends(typed, STR(".")))
        typed.size--;
    if (name_read(typed, "", room, NULL))
        return name_str(room);
    if (typed.size > NAME_SIZE_MAX)
        return STR("");
    for (size_t i = 0; i < typed.size; i++) {
        if (typed.data[i] <= ' ' || typed.data[i] > '~')
            return STR("");
        room->text[i] = str_lower_char(typed.data[i]);
    }
    return str_make(room->text, typed.size);
}

static bool give(struct sink *sink, const struct found *found, const struct name *name, struct err *err)
{
    char room[SINK_ADDRESS_SIZE];
    struct name target;
    struct str ignored;
    struct inventory_name given = {
        .name = name_str(name), .is_wildcard = name->kind == NAME_WILDCARD, .line = found->line, .type = found->type};
    if (is_address_type(found->type)) {
        if (!sink_address(found->target, room, &given.target, &ignored))
            given.target = STR("");
    } else if (found->target.size) {
        given.target = read_target(found->target, &target);
    }
    sink->counts.names++;
    return sink->to.on_name(sink->to.context, &given, err);
}

bool sink_name(struct sink *sink, const struct found *found, struct err *err)
{
    struct str domain = str_make(sink->domain, sink->domain_size);
    struct name name;
    struct err why = {0};
    if (is_service(found->name)) {
        *(is_at_or_below(found->name, domain) ? &sink->counts.passed : &sink->counts.foreign) += 1;
        return true;
    }
    if (!name_read(found->name, "name", &name, &why)) {
        if (found->is_loose)
            sink->counts.passed++;
        else
            sink_problem(sink, found->line, "%s", why.text);
        return true;
    }
    if (name.kind == NAME_IP || !is_at_or_below(name_str(&name), domain)) {
        sink->counts.foreign++;
        return true;
    }
    if (name.size == sink->domain_size) {
        sink->counts.passed++;
        return true;
    }
    return give(sink, found, &name, err);
}
