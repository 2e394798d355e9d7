/* One fetch of a look, with the question for its addresses: begun, counted, ended. */
#include <stdio.h>

#include "probe/net_look_parts.h"

#define USER_AGENT "strictgate-check/" STRICTGATE_VERSION

static void on_fetched(struct crowd_fetch *fetch)
{
    struct net_leg *leg = (struct net_leg *)((char *)fetch - offsetof(struct net_leg, fetch));
    leg->in_flight = false;
    leg->on_end(leg);
    if (!leg->in_flight) /* it was not begun anew */
        fetch_result_fini(&fetch->result);
    net_look_ended(leg->look);
}

void net_leg_fetch(struct net_leg *leg, struct fetch_request request)
{
    struct net_look *look = leg->look;
    leg->fetch = (struct crowd_fetch){.on_fetched = on_fetched, .deadline = look->request.deadline};
    request.addresses = leg->question.addresses;
    request.addresses_count = leg->question.addresses_count;
    request.user_agent = USER_AGENT;
    request.tls = true;
    request.host = str_from(leg->host);
    request.port = request.port ? request.port : net_look_port(look);
    request.path = STR("/");
    request.limit_ms = look->request.request_ms;
    request.roots_pem = look->request.roots_pem;
    leg->fetch.request = request;
    leg->in_flight = true;
    look->pending++;
    crowd_fetch(look->crowd, &leg->fetch);
}

void net_leg_init(struct net_leg *leg, struct net_look *look, size_t index, struct str host,
                  void (*on_end)(struct net_leg *leg))
{
    *leg = (struct net_leg){.look = look, .index = index, .on_end = on_end};
    (void)snprintf(leg->host, sizeof leg->host, "%.*s", STR_ARG(host));
}

void net_leg_find(struct net_leg *leg, void (*on_found)(struct crowd_question *question))
{
    leg->question.on_found = on_found;
    leg->look->pending++;
    crowd_find(leg->look->crowd, str_from(leg->host), net_look_port(leg->look), &leg->question);
}

struct net_leg *net_leg_of(struct crowd_question *question)
{
    return (struct net_leg *)((char *)question - offsetof(struct net_leg, question));
}

void net_leg_take(struct net_leg *leg, const struct net_leg *from)
{
    leg->question.addresses_count = from->question.addresses_count;
    memcpy(leg->question.addresses, from->question.addresses, sizeof leg->question.addresses);
}
