/* Names of sites, and one field. */
#include "control/panel_name.h"

#include <stdio.h>

#include "base/log.h"
#include "control/panel_events.h"
#include "http/forwarded.h"

bool panel_name_has(const struct core *core, struct str host)
{
    for (size_t i = 0; i < core->state.sites_count; i++) {
        const struct site *site = core->state.sites[i];
        if (!site_is_panel(site))
            continue;
        for (size_t k = 0; k < site_names_count(site); k++)
            if (str_eq_nocase(site_name(site, k), host))
                return true;
    }
    return false;
}

static bool is_trusted(void *context, const struct address *address)
{
    const struct control_boot *boot = context;
    union os_address peer = {0};
    if (address->family == ADDRESS_IP4) {
        peer.v4.sin_family = AF_INET;
        memcpy(&peer.v4.sin_addr, address->bytes, sizeof peer.v4.sin_addr);
    } else {
        peer.v6.sin6_family = AF_INET6;
        memcpy(&peer.v6.sin6_addr, address->bytes, sizeof peer.v6.sin6_addr);
    }
    return address->family != ADDRESS_NONE && os_network_has(boot->trusted, boot->trusted_count, &peer);
}

void panel_name_ask(const struct core *core, const struct http_request *request, struct panel_name_asker *ret)
{
    const struct http_field *field = http_field_find(request->fields, request->fields_count, HTTP_FIELD_FORWARDED);
    struct forwarded_element elements[FORWARDED_COUNT_MAX];
    struct address client = {.family = ADDRESS_NONE};
    char text[ADDRESS_TEXT_SIZE];
    size_t count = 0;
    *ret = (struct panel_name_asker){.address = "unknown"};
    if (!field || !forwarded_parse(field->value, elements, &count) || count == 0)
        return;
    ret->is_secure = str_eq_nocase(elements[count - 1].proto, STR("https"));
    /* A proxy at a Unix socket has no address; it is trusted, or there would be nothing before it. */
    if (count > 1 && elements[count - 1].client.kind == FORWARDED_UNKNOWN)
        count--;
    if (forwarded_client(elements, count, is_trusted, (void *)(uintptr_t)core->boot, &client))
        session_set_text(ret->address, sizeof ret->address, address_write(&client, text));
}

/* Whether a name of the panel's in one state is none in the other. */
static bool gives_up_a_name(const struct state *before, const struct state *after)
{
    for (size_t i = 0; i < before->sites_count; i++) {
        const struct site *site = before->sites[i];
        if (!site_is_panel(site))
            continue;
        for (size_t k = 0; k < site_names_count(site); k++) {
            const struct site *now = state_find_any(after, site_name(site, k));
            if (!now || !site_is_panel(now))
                return true;
        }
    }
    return false;
}

void panel_names_committed(struct core *core, const struct state *before, const struct state *after)
{
    struct err err = {0};
    if (!gives_up_a_name(before, after))
        return;
    if (!store_end_sessions_by_name(core->store, &err))
        log_error("sessions that were opened by a name of the panel's could not be ended: %s; fix: end them with "
                  "strictgate admin sessions",
                  err.text);
    panel_sessions_changed(core);
}
