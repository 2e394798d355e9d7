/*
 * Names without a dot are nicknames of this one machine (localhost, the name before the domain), which no browser
 * elsewhere resolves: they count as foreign.
 */
#include "inventory/hosts.h"

bool hosts_line(void *context, uint64_t number, struct str line, struct err *err)
{
    struct sink *sink = context;
    char room[SINK_ADDRESS_SIZE];
    struct str rest = str_part(line, 0, str_find(line, '#'));
    struct str first = line_word(&rest, "");
    struct found found = {.line = number};
    if (first.size == 0)
        return true;
    if (!sink_address(first, room, &found.target, &found.type)) {
        sink_problem(sink, number, "\"%.*s\" is no address; a line has an address and behind it the names.",
                     (int)(first.size > 80 ? 80 : first.size), first.data);
        return true;
    }
    found.name = line_word(&rest, "");
    if (found.name.size == 0)
        sink_problem(sink, number, "Behind the address %.*s is no name.", STR_ARG(found.target));
    for (; found.name.size; found.name = line_word(&rest, ""))
        if (!sink_name(sink, &found, err))
            return false;
    return true;
}
