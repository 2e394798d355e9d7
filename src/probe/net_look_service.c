/* What can be asked once it is known who answers, and what the HTTPS records say: versions of TLS, ports, targets. */
#include "probe/net_look_parts.h"

/* Once the handshake is done, the version is taken, whatever comes behind it. */
static void on_version(struct net_leg *leg)
{
    struct net_look *look = leg->look;
    struct net_tls *tls = &look->seen.tls;
    const struct fetch_result *result = &leg->fetch.result;
    if (result->outcome == FETCH_OK || result->tls_version[0])
        tls->offers[leg->index] = NET_OFFER_TAKEN;
    else if (result->outcome == FETCH_TLS_FAILED || result->outcome == FETCH_NO_ANSWER)
        tls->offers[leg->index] = NET_OFFER_REFUSED;
    if (leg->index == NET_TLS_1_2)
        tls->cipher_1_2 = net_text(&look->room, str_from(result->cipher));
}

/* At the first address that answered: the others are to be like it, which is judged by their answers. */
static void versions_begin(struct net_look *look)
{
    static const enum fetch_version versions[NET_VERSIONS_COUNT] = {[NET_TLS_1_0] = FETCH_VERSION_1_0,
                                                                    [NET_TLS_1_1] = FETCH_VERSION_1_1,
                                                                    [NET_TLS_1_2] = FETCH_VERSION_1_2,
                                                                    [NET_TLS_1_3] = FETCH_VERSION_1_3};
    size_t at = 0;
    while (at < look->seen.addresses_count && look->seen.addresses[at].answer != NET_GOOD &&
           look->seen.addresses[at].answer != NET_UNTRUSTED)
        at++;
    if (at == look->seen.addresses_count)
        return;
    for (size_t i = 0; i < NET_VERSIONS_COUNT; i++) {
        struct net_leg *leg = &look->versions[i];
        net_leg_init(leg, look, i, look->seen.domain, on_version);
        net_leg_take(leg, &look->addresses[at]);
        /* The suite of TLS 1.2 is told only behind a request. */
        net_leg_fetch(leg, (struct fetch_request){.verify = FETCH_VERIFY_NOT,
                                                  .method = "HEAD",
                                                  .handshake_only = i != NET_TLS_1_2,
                                                  .version = versions[i]});
    }
}

static void on_port(struct net_leg *leg)
{
    struct net_look *look = leg->look;
    struct net_service *service = &look->seen.https.services[leg->index];
    const struct fetch_result *result = &leg->fetch.result;
    service->port_asked = result->outcome != FETCH_BROKEN && !deadline_is_over(&look->request.deadline);
    if (service->port_asked && result->outcome != FETCH_OK)
        service->port_silent = net_text(&look->room, str_from(result->why));
}

static void port_begin(struct net_look *look, size_t i)
{
    struct net_leg *leg = &look->ports[i];
    const struct net_service *service = &look->seen.https.services[i];
    net_leg_init(leg, look, i, look->seen.domain, on_port);
    net_leg_take(leg, &look->name);
    net_leg_fetch(leg,
                  (struct fetch_request){.verify = FETCH_VERIFY_NOT, .handshake_only = true, .port = service->port});
}

/* Where some addresses were left out, a hint may be one of them. */
static void compare(struct net_look *look, size_t i, const struct crowd_question *question)
{
    if (question->addresses_count && !question->more_count && !question->is_given)
        look->seen.https.services[i].stray_hint =
            net_records_stray(&look->hints[i], question->addresses, question->addresses_count, &look->room);
}

static void on_target(struct crowd_question *question)
{
    struct net_leg *leg = net_leg_of(question);
    leg->look->seen.https.services[leg->index].target_missing = question->is_missing;
    compare(leg->look, leg->index, question);
    net_look_ended(leg->look);
}

static void service_begin(struct net_look *look, size_t i)
{
    struct net_service *service = &look->seen.https.services[i];
    if (service->target.size) {
        net_leg_init(&look->targets[i], look, i, service->target, NULL);
        net_leg_find(&look->targets[i], on_target);
    } else if (!service->is_alias) {
        compare(look, i, &look->name.question);
        if (service->has_port && service->port && service->port != net_look_port(look) && look->seen.addresses_count)
            port_begin(look, i);
    }
}

void net_look_services(struct net_look *look)
{
    versions_begin(look);
    for (size_t i = 0; i < look->seen.https.services_count; i++)
        service_begin(look, i);
}
