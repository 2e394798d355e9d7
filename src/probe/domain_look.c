/* One look after the other: the further ones go by what the first has seen. */
#include "probe/domain_look.h"

#include <stdlib.h>

#include "codec/url.h"
#include "os/clock.h"

struct domain_look {
    struct crowd *crowd;
    struct domain_look_request request;
    struct deadline deadline;
    struct preload_look *preload;
    struct site_look *site; /* NULL: not begun */
    struct net_look *net;   /* the same */
    const struct suffixes *suffixes;
    size_t waits_count; /* looks that are under way behind the first */
    bool is_broken;     /* memory ran out */
};

static void end_when_all_are_done(struct domain_look *look)
{
    if (!look->waits_count)
        look->request.on_done(look, look->request.context);
}

static void on_site(struct site_look *site, void *context)
{
    struct domain_look *look = context;
    (void)site;
    look->waits_count--;
    end_when_all_are_done(look);
}

static void begin_site(struct domain_look *look, const struct preload_seen *seen)
{
    const struct site_look_request request = {.domain = seen->domain,
                                              .roots_pem = look->request.preload.roots_pem,
                                              .https_port = look->request.preload.https_port,
                                              .request_ms = look->request.preload.request_ms,
                                              .deadline = look->deadline,
                                              .on_done = on_site,
                                              .context = look};
    look->site = site_look_begin(look->crowd, &request);
    look->is_broken = look->is_broken || !look->site;
    look->waits_count += look->site != NULL;
}

static void on_net(struct net_look *net, void *context)
{
    struct domain_look *look = context;
    (void)net;
    look->waits_count--;
    end_when_all_are_done(look);
}

static void begin_net(struct domain_look *look, const struct preload_seen *seen)
{
    const struct net_look_request request = {.domain = seen->domain,
                                             .roots_pem = look->request.preload.roots_pem,
                                             .https_port = look->request.preload.https_port,
                                             .request_ms = look->request.preload.request_ms,
                                             .deadline = look->deadline,
                                             .binding = look->request.binding,
                                             .on_done = on_net,
                                             .context = look};
    look->net = net_look_begin(look->crowd, look->suffixes, &request);
    look->is_broken = look->is_broken || !look->net;
    look->waits_count += look->net != NULL;
}

static void on_preload(struct preload_look *preload, void *context)
{
    struct domain_look *look = context;
    const struct preload_seen *seen = preload_look_seen(preload);
    look->is_broken = !seen;
    /* what is no name was asked of nobody, and the DNS cannot say anything of it */
    bool goes_on = seen && !look->request.rules_only && url_host_is_valid(seen->domain);
    if (goes_on && seen->https == PRELOAD_REACH_GOOD)
        begin_site(look, seen);
    if (goes_on)
        begin_net(look, seen);
    end_when_all_are_done(look);
}

struct domain_look *domain_look_begin(struct crowd *crowd, const struct suffixes *suffixes,
                                      const struct domain_look_request *request)
{
    struct preload_look_request preload = request->preload;
    struct domain_look *look = calloc(1, sizeof *look);
    if (!look)
        return NULL;
    look->crowd = crowd;
    look->request = *request;
    look->suffixes = suffixes;
    if (!preload.length_ms)
        preload.length_ms = (preload.request_ms ? preload.request_ms : FETCH_MS_MAX) * PRELOAD_LOOK_REQUESTS_COUNT;
    deadline_start(&look->deadline, preload.length_ms, preload.cancel);
    preload.on_done = on_preload;
    preload.context = look;
    look->preload = preload_look_begin(crowd, suffixes, &preload);
    if (look->preload)
        return look;
    free(look);
    return NULL;
}

static struct finding_list list_of(const struct preload_binding *binding)
{
    if (!binding)
        return (struct finding_list){0};
    return (struct finding_list){.is_known = true,
                                 .is_bound = binding->is_bound,
                                 .includes_subdomains = binding->include_subdomains,
                                 .entry = binding->entry};
}

bool domain_look_seen(const struct domain_look *look, struct finding_seen *ret)
{
    const struct site_seen *site = look->site ? site_look_seen(look->site) : NULL;
    if (look->is_broken || (look->site && !site))
        return false;
    *ret = (struct finding_seen){.preload = preload_look_seen(look->preload),
                                 .site = site,
                                 .net = look->net ? net_look_seen(look->net) : NULL,
                                 .list = list_of(look->request.binding),
                                 .our_field = STR(""),
                                 .now_s = clock_wall_s()};
    return true;
}

void domain_look_free(struct domain_look *look)
{
    if (!look)
        return;
    preload_look_free(look->preload);
    site_look_free(look->site);
    net_look_free(look->net);
    free(look);
}
