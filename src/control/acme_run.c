/*
 *     start ──▶ step ──request──▶ calling ──▶ step
 *                 │ ──prove────▶ stage ─────▶ step
 *                 │ ──wait─────▶ timer ─────▶ step
 *                 └─ done, failed ──▶ on_end
 */
#include "control/acme_run.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "control/acme_cas.h"
#include "control/panel_events.h"
#include "os/clock.h"

/* Names, URLs, one leaf, contacts. */
#define ROOM_SIZE_MAX ((size_t)256 * 1024)
/* A request of the engine: JWS around a CSR for a hundred names. */
#define REQUEST_SIZE_MAX ((size_t)256 * 1024)
/* Link fields of one answer: as many as a head may have. */
#define LINKS_COUNT_MAX HEAD_FIELDS_COUNT_MAX

static int64_t now_s(const struct acme_run *run)
{
    const struct core *core = run->acme->core;
    return core->read_clock(core).wall_s;
}

void acme_run_free(struct acme_run *run)
{
    acme_prove_down(&run->stage);
    timer_cancel(&run->acme->core->wheel, &run->timer);
    list_remove(&run->node);
    acme_job_free(run->job);
    key_free(run->account_key);
    key_free(run->next_key);
    key_free(run->certificate_key);
    buf_fini(&run->request);
    arena_fini(&run->room);
    ca_unref(run->input.ca);
    free(run);
}

static void end(struct acme_run *run, const struct acme_failure *failure)
{
    struct acme *acme = run->acme;
    acme_prove_down(&run->stage); /* the snapshot with the certificate is one without the proofs */
    list_remove(&run->node);      /* on_end sees it as over */
    acme->runs_count--;
    if (!run->dropped)
        run->input.on_end(run, failure);
    panel_events_changed(acme->core, run->input.site); /* a failure commits nothing */
    acme_run_free(run);
    acme_wake(acme);
}

static void end_internal(struct acme_run *run, const struct err *err)
{
    struct acme_failure failure = {.problem = "internal"};
    (void)snprintf(failure.words, sizeof failure.words, "Strictgate itself could not go on: %.400s.", err->text);
    (void)snprintf(failure.fix, sizeof failure.fix, "%s", err->fix);
    end(run, &failure);
}

static bool keep_account(struct acme_run *run, struct err *err)
{
    struct str url = acme_job_account_url(run->job);
    bool makes = run->input.kind == ACME_JOB_ACCOUNT || run->input.kind == ACME_JOB_OBTAIN;
    return !makes || url.size == 0 || acme_cas_keep_account(run->acme, run->input.ca, url, err);
}

static bool keep_order(struct acme_run *run, struct err *err)
{
    struct str url = acme_job_order_url(run->job);
    if (!run->input.on_order || str_eq(url, run->order_url))
        return true;
    return (arena_str(&run->room, url, &run->order_url) || err_memory(err)) &&
           run->input.on_order(run, run->order_url, err);
}

/* Into the log, and to pages that show the site. */
static void tell_phase(struct acme_run *run)
{
    const char *phase = acme_job_phase(run->job);
    if (phase == run->last_phase)
        return;
    run->last_phase = phase;
    panel_events_changed(run->acme->core, run->input.site);
    log_debug("%.*s%s%.*s: %s", STR_ARG(run->input.site), run->input.site.size ? " at " : "",
              STR_ARG(run->input.ca->name), phase);
}

static void go_on(struct acme_run *run);

static struct str field_or_empty(const struct https_answer *answer, struct str name)
{
    struct str value = https_field(answer, name);
    return value.data ? value : (struct str){NULL, 0};
}

static void take_answer(struct acme_run *run, const struct https_answer *answer)
{
    struct str links[LINKS_COUNT_MAX];
    size_t count = 0, at = 0;
    for (struct str link; count < LINKS_COUNT_MAX && (link = head_next(&answer->head, STR("Link"), &at)).data;)
        links[count++] = link;
    const struct acme_response response = {.status = answer->status,
                                           .content_type = field_or_empty(answer, STR("Content-Type")),
                                           .location = field_or_empty(answer, STR("Location")),
                                           .replay_nonce = field_or_empty(answer, STR("Replay-Nonce")),
                                           .retry_after = field_or_empty(answer, STR("Retry-After")),
                                           .links = links,
                                           .links_count = count,
                                           .body = buf_str(&answer->body)};
    acme_job_response(run->job, &response, now_s(run));
}

static void on_answer(struct acme_wire_call *call)
{
    struct acme_run *run = container_of(call, struct acme_run, call);
    run->calling = false;
    if (!run->dropped && call->answer.outcome == HTTPS_OK)
        take_answer(run, &call->answer);
    else if (!run->dropped)
        acme_job_no_response(run->job, call->answer.why, now_s(run));
    https_answer_fini(&call->answer);
    go_on(run);
}

/* The engine's views live until the next call of it, the wire's until the answer: these are copies. */
static bool copy_request(struct acme_run *run, const struct acme_request *wanted, struct https_request *ret)
{
    buf_clear(&run->request);
    if (!buf_put_str(&run->request, wanted->url) || !buf_put_str(&run->request, wanted->accept) ||
        !buf_put_str(&run->request, wanted->body))
        return false;
    struct str all = buf_str(&run->request);
    *ret = (struct https_request){.method = wanted->post   ? HTTPS_POST
                                            : wanted->head ? HTTPS_HEAD
                                                           : HTTPS_GET,
                                  .url = str_part(all, 0, wanted->url.size),
                                  .body = str_after(all, wanted->url.size + wanted->accept.size),
                                  .roots_pem = run->input.ca->roots_pem,
                                  .body_size_max = wanted->answer_size + 1,
                                  .limit_ms = ACME_WIRE_LIMIT_MS};
    return true;
}

static bool set_fields(struct acme_run *run, const struct acme_request *wanted, struct https_request *request)
{
    struct head_field *fields = arena_alloc(&run->room, 2 * sizeof *fields);
    if (!fields)
        return false;
    if (wanted->post)
        fields[request->fields_count++] = (struct head_field){STR("Content-Type"), STR("application/jose+json")};
    if (wanted->accept.size)
        fields[request->fields_count++] =
            (struct head_field){STR("Accept"), str_part(buf_str(&run->request), wanted->url.size, wanted->accept.size)};
    request->fields = fields;
    return true;
}

static void perform(struct acme_run *run, const struct acme_request *wanted)
{
    struct err err = {0};
    struct https_request request;
    if (!copy_request(run, wanted, &request) || !set_fields(run, wanted, &request)) {
        end_internal(run, (err_memory(&err), &err));
        return;
    }
    run->calling = true;
    run->call.request = request;
    run->call.lane = run->input.ca->name;
    run->call.on_done = on_answer;
    acme_wire_ask(run->acme->wire, &run->call);
}

static void on_proved(struct acme_stage *stage, const char *problem)
{
    struct acme_run *run = container_of(stage, struct acme_run, stage);
    if (!run->dropped && problem)
        acme_job_not_proved(run->job, problem, now_s(run));
    else if (!run->dropped)
        acme_job_proved(run->job, now_s(run));
    go_on(run);
}

static void on_time(struct timer *timer)
{
    go_on(container_of(timer, struct acme_run, timer));
}

static void wait_until(struct acme_run *run, int64_t until_s)
{
    int64_t wait_s = until_s - now_s(run);
    timer_set(&run->acme->core->wheel, &run->timer, clock_monotonic_ms() + (wait_s > 0 ? wait_s * 1000 : 0));
}

static void take_step(struct acme_run *run)
{
    struct acme_step step;
    acme_job_step(run->job, now_s(run), &step);
    switch (step.kind) {
    case ACME_STEP_REQUEST: perform(run, &step.request); break;
    case ACME_STEP_PROVE: acme_prove_up(run->acme->proving, &run->stage, step.proofs, step.proofs_count); break;
    case ACME_STEP_WAIT: wait_until(run, step.until_s); break;
    case ACME_STEP_DONE: end(run, NULL); break;
    case ACME_STEP_FAILED: end(run, step.failure); break;
    }
}

/* What must survive is durable before anything else happens. */
static void go_on(struct acme_run *run)
{
    struct err err = {0};
    if (run->dropped) {
        end(run, NULL);
        return;
    }
    tell_phase(run);
    if (!keep_account(run, &err) || !keep_order(run, &err))
        end_internal(run, &err);
    else
        take_step(run);
}

static bool keep_text(struct acme_run *run, struct str *text)
{
    return arena_str(&run->room, *text, text);
}

static bool keep_names(struct acme_run *run)
{
    size_t count = run->input.names_count;
    struct str *names = arena_alloc(&run->room, (count + 1) * sizeof *names);
    enum acme_challenge_kind *kinds = arena_alloc(&run->room, (run->input.challenges_count + 1) * sizeof *kinds);
    if (!names || !kinds)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!arena_str(&run->room, run->input.names[i], &names[i]))
            return false;
    for (size_t i = 0; i < run->input.challenges_count; i++)
        kinds[i] = run->input.challenges[i];
    run->input.names = names;
    run->input.challenges = kinds;
    return true;
}

/* The certificate's key is not among what is copied: it becomes a key, and its bytes stay the caller's. */
static bool keep_input(struct acme_run *run, struct err *err)
{
    struct acme_run_input *input = &run->input;
    const struct ca *ca = input->ca;
    run->about = (struct acme_ca){.directory_url = ca->directory_url,
                                  .contacts = ca->contacts,
                                  .contacts_count = ca->contacts_count,
                                  .terms_agreed = ca->terms_agreed,
                                  .eab_kid = ca->eab_kid,
                                  .eab_key = ca->eab_key,
                                  .profile = ca->profile,
                                  .preferred_root = ca->preferred_root};
    return (keep_text(run, &input->site) && keep_text(run, &input->order_url) && keep_text(run, &input->replaces) &&
            keep_text(run, &input->certificate_der) && keep_names(run)) ||
           err_memory(err);
}

static bool load_key(struct str der, struct key **ret, struct err *err)
{
    if (der.size)
        *ret = key_load(der, NULL, err);
    return der.size == 0 || *ret;
}

static bool make_job(struct acme_run *run, struct err *err)
{
    const struct acme_run_input *input = &run->input;
    const struct ca *ca = input->ca;
    struct str certificate_key = input->certificate_key;
    run->input.certificate_key = (struct str){NULL, 0};
    if (!keep_input(run, err) || !load_key(ca->account_key, &run->account_key, err) ||
        !load_key(input->kind == ACME_JOB_ROLL_KEY ? ca->next_key : (struct str){NULL, 0}, &run->next_key, err) ||
        !load_key(certificate_key, &run->certificate_key, err))
        return false;
    run->order_url = input->order_url;
    const struct acme_job_input job = {
        .kind = input->kind,
        .ca = &run->about,
        .account_key = run->account_key,
        .account_url = ca->account_url,
        .names = input->names,
        .names_count = input->names_count,
        .certificate_key = run->certificate_key,
        .challenges = input->challenges,
        .challenges_count = input->challenges_count,
        .order_url = input->order_url,
        .replaces = input->replaces,
        .certificate_der = input->certificate_der,
        .reason = input->reason,
        .new_account_key = run->next_key,
        .random = str_hash(input->site) ^ (uint64_t)clock_monotonic_ms(),
    };
    return acme_job_new(&job, &run->job, err);
}

bool acme_run_start(struct acme *acme, const struct acme_run_input *input, struct acme_run **ret, struct err *err)
{
    struct acme_run *run = calloc(1, sizeof *run);
    if (!run)
        return err_memory(err);
    run->acme = acme;
    run->input = *input;
    run->input.ca = ca_ref(input->ca);
    run->stage.on_done = on_proved;
    list_init(&run->node);
    timer_init(&run->timer, on_time);
    arena_init(&run->room, ROOM_SIZE_MAX);
    buf_init(&run->request, REQUEST_SIZE_MAX);
    if (!make_job(run, err)) {
        acme_run_free(run);
        return false;
    }
    list_add_tail(&acme->runs, &run->node);
    acme->runs_count++;
    timer_set(&acme->core->wheel, &run->timer, clock_monotonic_ms());
    *ret = run;
    return true;
}

void acme_run_drop(struct acme_run *run)
{
    run->dropped = true;
    acme_prove_down(&run->stage);
    if (!run->calling)
        timer_set(&run->acme->core->wheel, &run->timer, clock_monotonic_ms());
}

struct acme_run *acme_run_find(const struct acme *acme, enum acme_job_kind kind, struct str site, bool rehearsal)
{
    for (struct list *at = acme->runs.next; at != &acme->runs; at = at->next) {
        struct acme_run *run = container_of(at, struct acme_run, node);
        if (run->input.kind == kind && run->input.rehearsal == rehearsal && str_eq(run->input.site, site))
            return run;
    }
    return NULL;
}

struct acme_run *acme_run_find_account(const struct acme *acme, struct str ca)
{
    for (struct list *at = acme->runs.next; at != &acme->runs; at = at->next) {
        struct acme_run *run = container_of(at, struct acme_run, node);
        if (run->input.site.size == 0 && str_eq(run->input.ca->name, ca))
            return run;
    }
    return NULL;
}

bool acme_run_uses(const struct acme *acme, struct str ca)
{
    for (struct list *at = acme->runs.next; at != &acme->runs; at = at->next) {
        const struct acme_run *run = container_of(at, struct acme_run, node);
        if (run->input.kind != ACME_JOB_RENEWAL_INFO && str_eq(run->input.ca->name, ca))
            return true;
    }
    return false;
}
