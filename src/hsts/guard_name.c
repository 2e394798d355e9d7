/* Guards of names: which browsers remember a promise for, which mean another host elsewhere, which are bound along. */
#include "hsts/guard_name.h"

#include "hsts/guard_listed.h"

static bool is_address(const struct guard_name *name)
{
    return name->is_ip;
}

enum guard_finding guard_name_ip(const struct guard_case *c, struct guard_result *ret)
{
    char names[GUARD_LIST_SIZE];
    size_t count = guard_list(c->facts, is_address, names);
    if (c->facts->names_count == 0 || c->facts->names[0].is_ip) {
        guard_why(ret, "The site has no host name of its own but an IP address, and for those browsers ignore HSTS "
                       "(RFC 6797 section 8.1.1).");
        return guard_fix(ret, GUARD_FATAL,
                         "Serve the application under a host name; \"strictgate site add --help\" "
                         "says how.");
    }
    if (count == 0)
        return guard_pass(ret, "The site has host names only.");
    guard_why(ret, "Browsers ignore HSTS for IP addresses: who comes by %s is not protected.", names);
    return guard_fix(ret, GUARD_REMARK, "Give users a link with the host name %.*s.", STR_ARG(guard_site(c->facts)));
}

static bool is_or_ends(struct str name, struct str label, struct str dot_label)
{
    return str_eq_nocase(name, label) ||
           (name.size > dot_label.size && str_eq_nocase(str_after(name, name.size - dot_label.size), dot_label));
}

/* RFC 6761 section 6.3. */
static bool is_localhost(const struct guard_name *name)
{
    return !name->is_ip && is_or_ends(name->name, STR("localhost"), STR(".localhost"));
}

/* Search lists and RFC 6762 lead one label and .local to whoever answers in the network of the moment. */
static bool is_of_one_network(const struct guard_name *name)
{
    return !name->is_ip && !is_localhost(name) &&
           (str_find(name->name, '.') == name->name.size || is_or_ends(name->name, STR("local"), STR(".local")));
}

enum guard_finding guard_name_local(const struct guard_case *c, struct guard_result *ret)
{
    char names[GUARD_LIST_SIZE];
    struct str site = guard_site(c->facts);
    if (guard_list(c->facts, is_localhost, names)) {
        guard_why(ret,
                  "On every machine %s means that machine itself: browsers would insist on HTTPS for every other "
                  "program there that is opened by that name, on every port.",
                  names);
        return guard_fix(ret, GUARD_FAULT,
                         "A trial of five minutes is soon over; for more, serve the application under a name of its "
                         "own: \"strictgate site add --help\".");
    }
    if (guard_list(c->facts, is_of_one_network, names)) {
        bool would_be_listed = c->move == HSTS_MOVE_PRELOAD_ON;
        guard_why(ret,
                  "In another network %s may be another machine, for which browsers would then insist on HTTPS, "
                  "too.",
                  names);
        return guard_fix(ret, would_be_listed ? GUARD_FAULT : GUARD_REMARK,
                         "Serve the application under a full name of your own domain, such as %.*s.example.org.",
                         STR_ARG(guard_clip(str_part(site, 0, str_find(site, '.')), 63)));
    }
    return guard_pass(ret, "The site's names mean the same host everywhere.");
}

static bool is_wildcard(const struct guard_name *name)
{
    return name->is_wildcard;
}

enum guard_finding guard_name_wildcard(const struct guard_case *c, struct guard_result *ret)
{
    char names[GUARD_LIST_SIZE];
    if (guard_list(c->facts, is_wildcard, names) == 0)
        return guard_pass(ret, "The site has no wildcard name.");
    if (c->facts->names[0].is_wildcard && guard_binds_below(c)) {
        guard_why(ret,
                  "With includeSubDomains, each name that %s stands for binds all names below it, which a "
                  "wildcard certificate does not cover.",
                  names);
        return guard_fix(ret, GUARD_FAULT,
                         "Make a site of the name above, without the asterisk, and do this there: "
                         "\"strictgate site add --help\".");
    }
    guard_why(ret, "Each name that %s stands for is bound by itself, when it is visited; which ones were is not known.",
              names);
    return guard_fix(ret, GUARD_REMARK,
                     "Keep every name that visitors may have used served here, with HTTPS, until "
                     "the last browser is free.");
}

enum guard_finding guard_name_ancestor(const struct guard_case *c, struct guard_result *ret)
{
    const struct guard_facts *facts = c->facts;
    struct str above = guard_clip(facts->ancestor, 253);
    char date[GUARD_DATE_SIZE];
    if (above.size == 0)
        return guard_listed_above(c, ret);
    if (facts->ancestor_until_s > 0)
        guard_why(ret,
                  "Browsers insist on HTTPS here already: %.*s promised it for all names below it, and that binds "
                  "them until %.*s.",
                  STR_ARG(above), STR_ARG(guard_date(facts->ancestor_until_s, date)));
    else
        guard_why(ret, "Browsers insist on HTTPS here already: %.*s promised it for all names below it.",
                  STR_ARG(above));
    return guard_fix(ret, GUARD_REMARK,
                     "A release of this site alone does not free them; see \"strictgate ledger %.*s\".",
                     STR_ARG(above));
}

static bool ends_with_dot_and(struct str name, struct str above)
{
    return name.size > above.size && str_eq_nocase(str_after(name, name.size - above.size), above) &&
           name.data[name.size - above.size - 1] == '.';
}

/* By the name, by a wildcard for it (which stands for one label), or by includeSubDomains. */
static bool binds(const struct guard_case *c, const struct guard_name *by, struct str name)
{
    struct str above = by->is_wildcard ? str_after(by->name, 2) : by->name;
    if (by->is_ip || above.size == 0)
        return false;
    if (!by->is_wildcard && str_eq_nocase(name, above))
        return true;
    if (!ends_with_dot_and(name, above))
        return false;
    bool is_one_label = str_find(name, '.') == name.size - above.size - 1;
    return guard_binds_below(c) || (by->is_wildcard && is_one_label);
}

enum guard_finding guard_name_panel(const struct guard_case *c, struct guard_result *ret)
{
    struct str panel = guard_clip(c->facts->panel_name, 253);
    for (size_t i = 0; panel.size && i < c->facts->names_count; i++) {
        if (!binds(c, &c->facts->names[i], panel))
            continue;
        guard_why(ret,
                  "The admin panel's own name %.*s would be bound: a fault of HTTPS there shuts you out of it, "
                  "too.",
                  STR_ARG(panel));
        return guard_fix(ret, GUARD_FAULT,
                         "Note the other ways in: the panel's address on this machine's loopback and "
                         "the command line work whatever browsers were promised.");
    }
    return guard_pass(ret, "The admin panel is not bound by this site.");
}
