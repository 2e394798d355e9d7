/* Taken apart: scheme, name, port. */
#include "control/passkey_place.h"

static bool is_address(struct str host)
{
    bool digits = host.size > 0;
    for (size_t i = 0; i < host.size; i++)
        digits = digits && (str_is_digit(host.data[i]) || host.data[i] == '.');
    return digits || str_find(host, ':') < host.size || str_find(host, '[') < host.size;
}

/* Without ":8460"; an IPv6 address keeps its brackets. */
static struct str without_port(struct str authority)
{
    size_t colon = str_find_last(authority, ':'), bracket = str_find_last(authority, ']');
    if (colon == authority.size || (bracket < authority.size && bracket > colon))
        return authority;
    return str_part(authority, 0, colon);
}

bool passkey_place_of(struct str origin, struct passkey_place *ret, struct err *err)
{
    bool tls = str_starts(origin, STR("https://")), plain = str_starts(origin, STR("http://"));
    struct str host = without_port(str_after(origin, tls ? 8 : 7));
    bool is_local = str_eq(host, STR("localhost")) || str_ends(host, STR(".localhost"));
    if ((tls || (plain && is_local)) && host.size && host.size <= ACCOUNT_RP_ID_SIZE_MAX &&
        origin.size <= PASSKEY_ORIGIN_SIZE_MAX && !is_address(host)) {
        *ret = (struct passkey_place){.origin = origin, .rp_id = host};
        return true;
    }
    (void)err_set(err, ERR_CONFLICT, "browsers have no passkeys for %.*s", STR_ARG(str_part(origin, 0, 200)));
    return err_fix(err, "open the panel as http://localhost:PORT, or by a name over HTTPS");
}
