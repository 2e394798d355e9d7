/* Names of a target, as they are asked for. */
#include "probe/target.h"

#include <stdio.h>

#include "codec/url.h"
#include "crypto/cert.h"

static bool is_ip(struct str name)
{
    struct sockaddr_storage address;
    socklen_t size;
    return endpoint_parse_ip(name, 0, &address, &size);
}

bool target_name(struct str name, char room[static TARGET_NAME_SIZE], struct str *ret)
{
    if (name.size == 0 || name.size > URL_HOST_SIZE_MAX || is_ip(name))
        return false;
    bool is_wildcard = str_starts(name, STR("*.")) && name.size > 2;
    int size = snprintf(room, TARGET_NAME_SIZE, "%s%.*s", is_wildcard ? TARGET_WILDCARD_LABEL : "",
                        STR_ARG(is_wildcard ? str_after(name, 1) : name));
    struct str asked = str_make(room, (size_t)size);
    if (!url_host_is_valid(asked))
        return false;
    *ret = asked;
    return true;
}

size_t target_names_count(const struct probe_target *target)
{
    char room[TARGET_NAME_SIZE];
    struct str asked;
    size_t count = 0;
    for (size_t i = 0; i < target->names_count; i++)
        count += target_name(target->names[i], room, &asked);
    return count;
}

bool target_has_name(const struct probe_target *target, struct str host)
{
    for (size_t i = 0; i < target->names_count; i++)
        if (cert_name_matches(target->names[i], host))
            return true;
    return false;
}
