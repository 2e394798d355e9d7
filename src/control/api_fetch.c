/* The errand, and what it brings back: a text in PEM for each certificate of the request. */
#include "control/api_fetch.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "control/certificate_request.h"
#include "control/findings.h"
#include "os/clock.h"
#include "outbound/intermediates.h"

struct fetch_later {
    struct api_later later;
    struct intake intake;
    struct findings_roots roots;
    struct intermediates how;
    size_t had[INTAKE_COUNT_MAX]; /* certificates in each chain before */
    struct err err;
};

static void note_fetch(void *context, struct str issuer, struct str url)
{
    (void)context;
    log_info("fetching the certificate of %.*s from %.*s", STR_ARG(issuer), STR_ARG(url));
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct fetch_later *l = container_of(errand, struct fetch_later, later.errand);
    for (size_t i = 0; i < l->intake.count; i++) {
        struct err rest;
        if (!intermediates_fetch(&l->how, l->intake.certs[i], deadline, &rest, &l->err))
            return;
        if (rest.code)
            log_info("the chain stays as long as it is: %s", rest.text);
    }
}

/* What is in the chain now, and was not. */
static json_t *fetched_text(const struct cert *cert, size_t had)
{
    struct buf pem;
    buf_init(&pem, (size_t)INTERMEDIATES_FETCHES_COUNT_MAX * CERT_FILE_SIZE_MAX);
    bool fine = cert_chain_to_pem_from(cert, had, &pem);
    json_t *text = fine ? json_stringn(pem.size ? buf_str(&pem).data : "", pem.size) : NULL;
    buf_fini(&pem);
    return text;
}

static json_t *fetched_texts(const struct fetch_later *l)
{
    json_t *texts = json_array();
    for (size_t i = 0; texts && i < l->intake.count; i++)
        if (json_array_append_new(texts, fetched_text(l->intake.certs[i], l->had[i])) != 0) {
            json_decref(texts);
            return NULL;
        }
    return texts;
}

static void write(struct api_later *later, struct api_reply *reply)
{
    struct fetch_later *l = container_of(later, struct fetch_later, later);
    struct err err = l->err;
    if (err.code) { /* the other side is at fault, or what it is asked for: not this one */
        err.code = err.code == ERR_SYSTEM ? ERR_CONFLICT : err.code;
        (void)snprintf(err.field, sizeof err.field, "fetch_intermediates");
        api_fail(reply, &err);
        return;
    }
    reply->fetched = fetched_texts(l);
    if (reply->fetched)
        return;
    (void)err_memory(&err);
    api_fail(reply, &err);
}

static void free_later(struct api_later *later)
{
    struct fetch_later *l = container_of(later, struct fetch_later, later);
    intake_fini(&l->intake);
    trust_free(l->roots.trust);
    free(l);
}

static bool anything_is_missing(const struct fetch_later *l)
{
    for (size_t i = 0; i < l->intake.count; i++)
        if (intermediates_are_missing(&l->how, l->intake.certs[i]))
            return true;
    return false;
}

/* False: there is nothing to fetch. A request that cannot be read is left to its route, which says why. */
static bool prepare(struct core *core, const struct site *site, const struct api_request *request,
                    struct fetch_later *l, struct err *err)
{
    const json_t *private_too = json_object_get(request->json, "fetch_private");
    struct err why = {0};
    if (!certificate_intake(core, site, request->json, "", &l->intake, &why) || !findings_roots(core, &l->roots, err))
        return false;
    l->how = (struct intermediates){.trust = l->roots.trust,
                                    .now_s = clock_wall_s(),
                                    .private_too = json_is_true(private_too),
                                    .on_fetch = note_fetch};
    for (size_t i = 0; i < l->intake.count; i++)
        l->had[i] = cert_chain_count(l->intake.certs[i]);
    return anything_is_missing(l);
}

bool api_fetch_first(struct core *core, const struct site *site, const struct api_request *request,
                     struct api_reply *reply)
{
    struct err err = {0};
    if (request->context.fetched || !json_is_true(json_object_get(request->json, "fetch_intermediates")))
        return false;
    struct fetch_later *l = calloc(1, sizeof *l);
    if (!l) {
        (void)err_memory(&err);
        api_fail(reply, &err);
        return true;
    }
    if (prepare(core, site, request, l, &err)) {
        l->later = (struct api_later){
            .errand = {.limit_ms = INTERMEDIATES_MS_MAX, .is_slow = true, .work = work, .on_done = api_later_done},
            .write = write,
            .free = free_later,
            .asks_again = true};
        reply->later = &l->later;
        return true;
    }
    free_later(&l->later);
    if (err.code)
        api_fail(reply, &err);
    return err.code != ERR_NONE;
}
