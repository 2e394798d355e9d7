/* What binds a name from above, whatever it sends itself: a domain with includeSubDomains, and the preload list. */
#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"

#define NAME_SHOWN_SIZE_MAX 80
#define NAME(text)          STR_ARG(guard_clip(text, NAME_SHOWN_SIZE_MAX))

void finding_net_above(const struct finding_seen *seen, struct findings *ret)
{
    const struct net_seen *net = seen->net;
    if (!net)
        return;
    for (size_t i = 0; i < net->above_count; i++)
        finding_add(ret, FINDING_ABOVE_BINDS, "%.*s sends \"%.*s\"", NAME(net->above[i].name),
                    NAME(net->above[i].field));
    if (!net->listed.is_bound)
        return;
    finding_add(ret,
                net->listed.is_own   ? FINDING_LISTED
                : net->listed.is_top ? FINDING_LISTED_TOP
                                     : FINDING_LISTED_ABOVE,
                "the entry is %.*s", NAME(net->listed.entry));
}
