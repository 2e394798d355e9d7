/*
 * The addresses of one name, each asked alone: who does not answer, and whose answer is another. A visitor gets one of
 * them, by chance or by his network, and each that is wrong is wrong for some.
 */
#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"

#define VALUE_SHOWN_SIZE_MAX 72
#define WHY_SHOWN_SIZE_MAX   120
#define CLIP(text)           STR_ARG(guard_clip(text, VALUE_SHOWN_SIZE_MAX))

static bool has_answered(const struct net_address *address)
{
    return address->answer == NET_UNTRUSTED || address->answer == NET_GOOD;
}

/* With a connection or without: it was tried. */
static bool was_asked(const struct net_address *address)
{
    return address->answer != NET_UNASKED && address->answer != NET_NO_WAY;
}

struct counted {
    size_t asked, answered;
};

static struct counted count(const struct net_seen *net, bool is_ipv6)
{
    struct counted counted = {0};
    for (size_t i = 0; i < net->addresses_count; i++) {
        const struct net_address *address = &net->addresses[i];
        counted.asked += address->is_ipv6 == is_ipv6 && was_asked(address);
        counted.answered += address->is_ipv6 == is_ipv6 && has_answered(address);
    }
    return counted;
}

/* ---- who does not answer ---- */

static void add_silent(const struct net_seen *net, bool is_ipv6, enum finding_code code, struct findings *ret)
{
    const struct net_address *first = NULL;
    size_t more = 0;
    for (size_t i = 0; i < net->addresses_count; i++) {
        const struct net_address *address = &net->addresses[i];
        if (address->is_ipv6 != is_ipv6 || !was_asked(address) || has_answered(address))
            continue;
        more += first != NULL;
        first = first ? first : address;
    }
    if (!first)
        return;
    struct str why = guard_clip(first->why, WHY_SHOWN_SIZE_MAX);
    if (more)
        finding_add(ret, code, "%s %.*s, and %zu more", first->text, STR_ARG(why), more);
    else
        finding_add(ret, code, "%s %.*s", first->text, STR_ARG(why));
}

/* Where none answers at all, the rules say so. */
static void check_silent(const struct net_seen *net, struct findings *ret)
{
    struct counted v4 = count(net, false), v6 = count(net, true);
    if (v4.answered + v6.answered == 0)
        return;
    add_silent(net, false, v4.answered ? FINDING_ADDRESS_SILENT : FINDING_ADDRESS_IPV4_SILENT, ret);
    add_silent(net, true, v6.answered ? FINDING_ADDRESS_SILENT : FINDING_ADDRESS_IPV6_SILENT, ret);
}

/* ---- whose answer is another ---- */

/* The first that answered; NULL: none did. */
static const struct net_address *first_of(const struct net_seen *net)
{
    for (size_t i = 0; i < net->addresses_count; i++)
        if (has_answered(&net->addresses[i]))
            return &net->addresses[i];
    return NULL;
}

static bool same_leaf(const struct net_address *a, const struct net_address *b)
{
    return !a->leaf[0] || !b->leaf[0] || strcmp(a->leaf, b->leaf) == 0;
}

static bool same_status(const struct net_address *a, const struct net_address *b)
{
    return a->status == b->status;
}

static bool same_field(const struct net_address *a, const struct net_address *b)
{
    return !a->field.data == !b->field.data && str_eq(a->field, b->field);
}

/* The first that is not like `first` in this; NULL: they are alike. */
static const struct net_address *other_of(const struct net_seen *net, const struct net_address *first,
                                          bool (*is_same)(const struct net_address *a, const struct net_address *b))
{
    for (size_t i = 0; i < net->addresses_count; i++)
        if (has_answered(&net->addresses[i]) && !is_same(first, &net->addresses[i]))
            return &net->addresses[i];
    return NULL;
}

/* One that browsers refuse, where another is taken: all alike is the rules' to say. */
static void check_trust(const struct net_seen *net, struct findings *ret)
{
    const struct net_address *good = NULL, *bad = NULL;
    for (size_t i = 0; i < net->addresses_count; i++) {
        const struct net_address *address = &net->addresses[i];
        if (address->answer == NET_GOOD && !good)
            good = address;
        if (address->answer == NET_UNTRUSTED && !bad)
            bad = address;
    }
    if (good && bad)
        finding_add(ret, FINDING_ADDRESS_UNTRUSTED, "%s %.*s, %s does not", bad->text,
                    STR_ARG(guard_clip(bad->why, WHY_SHOWN_SIZE_MAX)), good->text);
}

static struct str shown(struct str field)
{
    return field.data ? guard_clip(field, VALUE_SHOWN_SIZE_MAX) : STR("none");
}

static bool check_alike(const struct net_seen *net, const struct net_address *first, struct findings *ret)
{
    const struct net_address *field = other_of(net, first, same_field), *status = other_of(net, first, same_status),
                             *leaf = other_of(net, first, same_leaf);
    if (field)
        finding_add(ret, FINDING_ADDRESS_FIELD, "%s sends \"%.*s\", %s sends \"%.*s\"", first->text,
                    STR_ARG(shown(first->field)), field->text, STR_ARG(shown(field->field)));
    if (status)
        finding_add(ret, FINDING_ADDRESS_STATUS, "%s answers with %u, %s with %u", first->text, first->status,
                    status->text, status->status);
    if (leaf)
        finding_add(ret, FINDING_ADDRESS_CERTIFICATE, "that of %s begins with %.16s (SHA-256), that of %s with %.16s",
                    first->text, first->leaf, leaf->text, leaf->leaf);
    return !field && !status && !leaf;
}

/* ---- what was not looked at ---- */

static void check_left_out(const struct net_seen *net, struct findings *ret)
{
    size_t count_no_way = 0;
    const struct net_address *first = NULL;
    for (size_t i = 0; i < net->addresses_count; i++) {
        if (net->addresses[i].answer != NET_NO_WAY)
            continue;
        first = first ? first : &net->addresses[i];
        count_no_way++;
    }
    if (first)
        finding_add(ret, FINDING_ADDRESS_NO_WAY, "%zu of %zu were left out, such as %s", count_no_way,
                    net->addresses_count + net->more_count, first->text);
    if (net->more_count)
        finding_add(ret, FINDING_ADDRESS_MORE, "%zu were asked, %zu more were not", net->addresses_count,
                    net->more_count);
}

void finding_net_address(const struct finding_seen *seen, struct findings *ret)
{
    const struct net_seen *net = seen->net;
    const struct net_address *first = net ? first_of(net) : NULL;
    if (!net)
        return;
    check_left_out(net, ret);
    if (!first)
        return;
    size_t before = ret->count;
    check_silent(net, ret);
    check_trust(net, ret);
    bool alike = check_alike(net, first, ret);
    size_t answered = count(net, false).answered + count(net, true).answered;
    if (alike && ret->count == before && answered > 1)
        finding_add(ret, FINDING_ADDRESS_ALIKE, "%zu addresses were asked", answered);
}
