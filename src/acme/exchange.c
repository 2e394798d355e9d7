/* The states are few; each try is counted, so that no CA keeps us here. */
#include "acme/exchange.h"

#include <stdio.h>

#include "acme/quote.h"
#include "acme/retry_after.h"
#include "crypto/jws.h"

static const char *const state_names[EXCHANGE_STATES_COUNT] = {
    [EXCHANGE_IDLE] = "idle", [EXCHANGE_PAUSE] = "pause", [EXCHANGE_NONCE] = "nonce", [EXCHANGE_SEND] = "send"};

static const uint64_t allowed[EXCHANGE_STATES_COUNT] = {
    [EXCHANGE_IDLE] = SM_TO(EXCHANGE_PAUSE),
    [EXCHANGE_PAUSE] = SM_TO(EXCHANGE_NONCE) | SM_TO(EXCHANGE_SEND) | SM_TO(EXCHANGE_IDLE),
    [EXCHANGE_NONCE] = SM_TO(EXCHANGE_SEND) | SM_TO(EXCHANGE_PAUSE) | SM_TO(EXCHANGE_IDLE),
    [EXCHANGE_SEND] = SM_TO(EXCHANGE_PAUSE) | SM_TO(EXCHANGE_IDLE),
};

const struct sm_model exchange_model = {
    .name = "acme exchange", .states = state_names, .states_count = EXCHANGE_STATES_COUNT, .allowed = allowed};

void acme_exchange_init(struct exchange *exchange, const char *id, uint64_t random)
{
    *exchange = (struct exchange){.random = random};
    sm_init(&exchange->sm, &exchange_model, id, EXCHANGE_IDLE);
    buf_init(&exchange->payload, EXCHANGE_PAYLOAD_SIZE_MAX);
    buf_init(&exchange->body, EXCHANGE_BODY_SIZE_MAX);
}

void acme_exchange_fini(struct exchange *exchange)
{
    buf_fini(&exchange->payload);
    buf_fini(&exchange->body);
}

static void pause_for(struct exchange *exchange, int64_t pause_s, int64_t now_s)
{
    exchange->pause_s = pause_s;
    exchange->until_s = now_s + pause_s;
    sm_move(&exchange->sm, EXCHANGE_PAUSE);
}

void acme_exchange_begin(struct exchange *exchange, const struct exchange_ask *ask, int64_t pause_s, int64_t now_s)
{
    exchange->ask = *ask;
    exchange->tries = exchange->bad_nonces = 0;
    exchange->was_lost = false;
    pause_for(exchange, pause_s, now_s);
}

bool acme_exchange_waits_for_response(const struct exchange *exchange)
{
    return exchange->sm.state == EXCHANGE_NONCE || exchange->sm.state == EXCHANGE_SEND;
}

/* The nonce is used up by this. */
static bool body_sign(struct exchange *exchange, struct err *err)
{
    const struct exchange_ask *ask = &exchange->ask;
    const struct jws_header header = {.kid = ask->kid,
                                      .jwk = ask->kid.size > 0 ? NULL : ask->key,
                                      .nonce = str_make(exchange->nonce, exchange->nonce_size),
                                      .url = ask->url};
    buf_clear(&exchange->body);
    bool ok = jws_sign(ask->key, &header, buf_str(&exchange->payload), &exchange->body, err);
    exchange->nonce_size = 0;
    return ok;
}

/* From the pause to the request. */
static bool go_on(struct exchange *exchange, struct err *err)
{
    if (exchange->ask.key && exchange->nonce_size == 0) {
        sm_move(&exchange->sm, EXCHANGE_NONCE);
        return true;
    }
    if (exchange->ask.key && !body_sign(exchange, err))
        return false;
    sm_move(&exchange->sm, EXCHANGE_SEND);
    return true;
}

static struct acme_request request_of(const struct exchange *exchange)
{
    const struct exchange_ask *ask = &exchange->ask;
    if (exchange->sm.state == EXCHANGE_NONCE)
        return (struct acme_request){.head = true, .url = exchange->new_nonce_url};
    return (struct acme_request){.post = ask->key != NULL,
                                 .url = ask->url,
                                 .body = ask->key ? buf_str(&exchange->body) : (struct str){0},
                                 .accept = ask->accept,
                                 .answer_size = ask->answer_size};
}

bool acme_exchange_step(struct exchange *exchange, int64_t now_s, struct acme_step *ret, struct err *err)
{
    if (exchange->sm.state == EXCHANGE_PAUSE) {
        /* A clock that was set back does not make the wait longer than it was meant to be. */
        if (exchange->until_s > now_s + exchange->pause_s)
            exchange->until_s = now_s + exchange->pause_s;
        if (now_s < exchange->until_s) {
            *ret = (struct acme_step){.kind = ACME_STEP_WAIT, .until_s = exchange->until_s};
            return true;
        }
        if (!go_on(exchange, err)) {
            sm_move(&exchange->sm, EXCHANGE_IDLE);
            return false;
        }
    }
    *ret = (struct acme_step){.kind = ACME_STEP_REQUEST, .request = request_of(exchange)};
    return true;
}

/* RFC 8555 section 6.5.1: what is not Base64url is ignored. */
static void nonce_take(struct exchange *exchange, struct str nonce)
{
    if (nonce.size == 0 || nonce.size > sizeof exchange->nonce)
        return;
    for (size_t i = 0; i < nonce.size; i++) {
        char c = str_lower_char(nonce.data[i]);
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-' && c != '_')
            return;
    }
    memcpy(exchange->nonce, nonce.data, nonce.size);
    exchange->nonce_size = nonce.size;
}

/* 2, 8, 32 seconds, and up to half as much again so that many do not come back together. */
static int64_t backoff_s(const struct exchange *exchange)
{
    int64_t pause_s = EXCHANGE_BACKOFF_S;
    for (unsigned i = 1; i < exchange->tries; i++)
        pause_s *= 4;
    return pause_s + (int64_t)((exchange->random >> exchange->tries) % (uint64_t)(pause_s / 2 + 1));
}

static enum exchange_result failed(struct exchange *exchange)
{
    sm_move(&exchange->sm, EXCHANGE_IDLE);
    return EXCHANGE_FAILED;
}

/* Trouble of the moment: once more, if that is not too often yet. */
static bool try_again(struct exchange *exchange, int64_t pause_s, int64_t now_s)
{
    if (++exchange->tries >= EXCHANGE_TRIES_MAX)
        return false;
    int64_t least_s = backoff_s(exchange);
    pause_for(exchange, pause_s > least_s ? pause_s : least_s, now_s);
    return true;
}

static bool is_of_the_moment(unsigned status)
{
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

/* Whether the refusal is waited out here. */
static bool waits_out(struct exchange *exchange, const struct problem *problem, int64_t wait_s, int64_t now_s)
{
    if (problem_is(problem, "badNonce") && problem->status == 400) {
        if (++exchange->bad_nonces > EXCHANGE_BAD_NONCES_MAX)
            return false;
        pause_for(exchange, 0, now_s);
        return true;
    }
    return is_of_the_moment(problem->status) && wait_s <= EXCHANGE_SHORT_WAIT_S && try_again(exchange, wait_s, now_s);
}

/* A refusal that stands. One of newNonce says nothing about what was to be asked. */
static enum exchange_result stands(struct exchange *exchange, const struct problem *problem,
                                   struct acme_failure *ret_failure)
{
    bool was_nonce = exchange->sm.state == EXCHANGE_NONCE;
    sm_move(&exchange->sm, EXCHANGE_IDLE);
    if (!was_nonce)
        return EXCHANGE_REFUSED;
    problem_to_failure(problem, "refused to give a nonce", false, ret_failure);
    return EXCHANGE_FAILED;
}

static enum exchange_result refused(struct exchange *exchange, const struct acme_response *response, int64_t now_s,
                                    struct problem *ret_problem, struct acme_failure *ret_failure)
{
    int64_t wait_s = 0;
    problem_of_answer(response->status, response->content_type, response->body, ret_problem);
    if (retry_after_parse(response->retry_after, now_s, &wait_s))
        ret_problem->retry_s = now_s + wait_s;
    /* Without a word on when, a rate limit is not worth trying within seconds. */
    else if (response->status == 429 || problem_is(ret_problem, "rateLimited"))
        wait_s = EXCHANGE_SHORT_WAIT_S + 1;
    if (response->status >= 500 && exchange->sm.state == EXCHANGE_SEND)
        exchange->was_lost = true;
    if (waits_out(exchange, ret_problem, wait_s, now_s))
        return EXCHANGE_AGAIN;
    return stands(exchange, ret_problem, ret_failure);
}

void acme_exchange_malformed(const char *doing, const char *why, struct acme_failure *ret)
{
    *ret = (struct acme_failure){.problem = "malformed_answer", .try_other_ca = true};
    (void)snprintf(ret->words, sizeof ret->words, "The CA was asked to %s, and its answer %s.", doing, why);
    (void)snprintf(ret->fix, sizeof ret->fix,
                   "Check the CA's directory URL, and that nothing in between answers in its place.");
}

static enum exchange_result malformed(struct exchange *exchange, const char *doing, const char *why,
                                      struct acme_failure *ret)
{
    acme_exchange_malformed(doing, why, ret);
    return failed(exchange);
}

/* The answer to newNonce (section 7.2). */
static enum exchange_result nonce_answered(struct exchange *exchange, struct acme_failure *ret)
{
    struct err err = {0};
    if (exchange->nonce_size == 0)
        return malformed(exchange, "give a nonce", "has no Replay-Nonce that can be used", ret);
    if (!body_sign(exchange, &err)) {
        *ret = (struct acme_failure){.problem = "internal"};
        (void)snprintf(ret->words, sizeof ret->words, "%s", err.text);
        return failed(exchange);
    }
    sm_move(&exchange->sm, EXCHANGE_SEND);
    return EXCHANGE_AGAIN;
}

enum exchange_result acme_exchange_response(struct exchange *exchange, const struct acme_response *response,
                                            int64_t now_s, const char *doing, struct problem *ret_problem,
                                            struct acme_failure *ret_failure)
{
    nonce_take(exchange, response->replay_nonce);
    if (response->status >= 400 && response->status < 600)
        return refused(exchange, response, now_s, ret_problem, ret_failure);
    if (response->status >= 300 && response->status < 400)
        return malformed(exchange, doing, "is a redirect, which ACME does not know", ret_failure);
    if (response->status < 200 || response->status >= 600)
        return malformed(exchange, doing, "has an HTTP status that is none", ret_failure);
    if (exchange->sm.state == EXCHANGE_NONCE)
        return nonce_answered(exchange, ret_failure);
    if (response->body.size > exchange->ask.answer_size)
        return malformed(exchange, doing, "is larger than any such answer is", ret_failure);
    sm_move(&exchange->sm, EXCHANGE_IDLE);
    return EXCHANGE_ANSWERED;
}

enum exchange_result acme_exchange_no_response(struct exchange *exchange, const char *why, int64_t now_s,
                                               struct acme_failure *ret_failure)
{
    char shown[160];
    exchange->was_lost = exchange->was_lost || exchange->sm.state == EXCHANGE_SEND;
    if (try_again(exchange, 0, now_s))
        return EXCHANGE_AGAIN;
    quote_text(str_from(why), shown, sizeof shown);
    *ret_failure = (struct acme_failure){.problem = "unreachable", .try_other_ca = true};
    (void)snprintf(ret_failure->words, sizeof ret_failure->words, "The CA cannot be reached: it %s.", shown);
    (void)snprintf(ret_failure->fix, sizeof ret_failure->fix,
                   "Check the CA's directory URL and that this machine may connect to it (firewall, proxy, DNS).");
    return failed(exchange);
}
