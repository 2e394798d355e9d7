/* One writer for each kind of thing, and the hash of what it writes. */
#include "control/api_etag.h"

#include <stdio.h>

#include "control/acme_cas.h"
#include "control/acme_state.h"
#include "control/api_site_json.h"
#include "control/notify_parts.h"
#include "store/jsonout.h"

/* False: there is no such thing. */
typedef bool tagged_write(struct core *core, struct str name, struct jsonout *out);

static bool write_channel(struct core *core, struct str name, struct jsonout *out)
{
    const struct notifier_channel *c = core->notifier ? notifier_channel(core->notifier, name) : NULL;
    if (!c)
        return false;
    notify_channel_write(c->channel, out);
    jsonout_bool(out, "has_secret", c->has_secret);
    return true;
}

static bool write_ca(struct core *core, struct str name, struct jsonout *out)
{
    const struct ca *ca = core->acme ? acme_cas_find(core->acme, name) : NULL;
    if (!ca)
        return false;
    ca_write_members(ca, out);
    return true;
}

static bool write_settings(struct core *core, struct str name, struct jsonout *out)
{
    (void)name;
    settings_write(&core->state.settings, out);
    return true;
}

static const struct {
    struct str before; /* of its row in the table */
    tagged_write *write;
} tagged[] = {
    {STR_INIT("/v1/notify/channels/"), write_channel},
    {STR_INIT("/v1/cas/"), write_ca},
    {STR_INIT("/v1/settings"), write_settings},
};

static void tag(struct core *core, tagged_write *write, struct str name, char ret[static API_ETAG_SIZE])
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, API_REPLY_SIZE_MAX);
    jsonout_object(&out, NULL);
    bool found = write(core, name, &out);
    jsonout_object_end(&out);
    if (found && buf_ok(&text))
        (void)snprintf(ret, API_ETAG_SIZE, "\"%016llx\"", (unsigned long long)str_hash(buf_str(&text)));
    buf_fini(&text);
}

void api_etag_of(struct core *core, const struct api_route *row, struct str name, char ret[static API_ETAG_SIZE])
{
    bool is_host = row->named == API_NAMED_HOST || row->named == API_NAMED_CHILD;
    const struct site *site = is_host ? state_find(&core->state, name) : NULL;
    ret[0] = '\0';
    if (site)
        api_site_etag(site, ret);
    for (size_t i = 0; i < sizeof tagged / sizeof *tagged; i++)
        if (str_eq(row->before, tagged[i].before))
            tag(core, tagged[i].write, name, ret);
}

bool api_etag_matches(struct str if_match, const char etag[static API_ETAG_SIZE])
{
    if (str_eq(if_match, STR("*")) || !etag[0])
        return true;
    for (struct str rest = if_match; rest.data;)
        if (str_eq(str_trim(str_cut(&rest, ',')), str_from(etag)))
            return true;
    return false;
}
