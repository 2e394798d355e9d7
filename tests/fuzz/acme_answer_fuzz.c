/*
 * Any answers of a CA into any step of any job: it must end, in a result or in words, whatever comes; every URL it asks
 * for is https and capped, every proof has a token that can be a file's name, a chain comes only with DONE.
 *
 *     input: KIND, then for each request one byte: below 128 a good answer, else what follows is the answer:
 *     STATUS TYPE FIELDS SIZE SIZE BODY…      behind the input there are no more answers
 */
#include <stdio.h>
#include <stdlib.h>

#include "acme/job.h"
#include "crypto/localca.h"

#define CA "https://ca.test"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_hold(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "%s\n", what);
    abort();
}
#define must(condition) must_hold((condition), #condition)

/* Made once: keys, and a certificate for the name that is ordered. */
static struct world {
    struct key *account, *other, *certificate;
    struct buf chain;
} * world_of_run(void)
{
    static struct world world;
    struct buf root, root_key, leaf_key;
    const struct str names[] = {STR("a.test"), STR("*.b.test")};
    if (world.account)
        return &world;
    buf_init(&root, 65536);
    buf_init(&root_key, 65536);
    buf_init(&leaf_key, 65536);
    buf_init(&world.chain, 65536);
    must(localca_make_root(STR("fuzz"), 1768478400, &root, &root_key, NULL));
    must(localca_issue(buf_str(&root), buf_str(&root_key), names, 2, 1768478400, &world.chain, &leaf_key, NULL));
    world.certificate = key_load(buf_str(&leaf_key), NULL, NULL);
    world.account = key_generate(KEY_ECDSA, NULL);
    world.other = key_generate(KEY_ECDSA, NULL);
    must(world.account && world.other && world.certificate);
    buf_fini(&root);
    buf_fini(&root_key);
    buf_fini(&leaf_key);
    return &world;
}

static const char directory[] = "{\"newNonce\":\"" CA "/nonce\",\"newAccount\":\"" CA "/account\",\"newOrder\":\"" CA
                                "/order\",\"revokeCert\":\"" CA "/revoke\",\"keyChange\":\"" CA
                                "/roll\",\"renewalInfo\":\"" CA "/ari\",\"meta\":{\"profiles\":{\"short\":\"\"}}}";
static const char account[] = "{\"status\":\"valid\"}";
#define ORDER(status, more)                                                                                            \
    "{\"status\":\"" status                                                                                            \
    "\",\"identifiers\":[{\"type\":\"dns\",\"value\":\"a.test\"},{\"type\":\"dns\",\"value\":\"*."                     \
    "b.test\"}],\"authorizations\":[\"" CA "/authz/1\",\"" CA "/authz/2\"],\"finalize\":\"" CA "/finalize\"" more "}"
#define AUTHORIZATION(status, name, more)                                                                              \
    "{\"status\":\"" status "\",\"identifier\":{\"type\":\"dns\",\"value\":\"" name "\"}" more                         \
    ",\"challenges\":[{\"type\":\"dns-01\",\"status\":\"pending\",\"url\":\"" CA                                       \
    "/challenge\",\"token\":\"abcdefghijklmnopqrstuvwxyz\"}]}"
static const char window[] =
    "{\"suggestedWindow\":{\"start\":\"2026-02-01T00:00:00Z\",\"end\":\"2026-02-02T00:00:00Z\"}}";

/* What a good CA says; `asked` counts the questions about one thing, so that it goes on. */
static struct str good_body(const struct acme_request *request, unsigned asked)
{
    static const struct {
        const char *url, *first, *then;
    } answers[] = {
        {CA "/directory", directory, directory},
        {CA "/account", account, account},
        {CA "/order/1", ORDER("ready", ""), ORDER("valid", ",\"certificate\":\"" CA "/certificate\"")},
        {CA "/order", ORDER("pending", ""), ORDER("pending", "")},
        {CA "/authz/1", AUTHORIZATION("pending", "a.test", ""), AUTHORIZATION("valid", "a.test", "")},
        {CA "/authz/2", AUTHORIZATION("pending", "b.test", ",\"wildcard\":true"),
         AUTHORIZATION("valid", "b.test", ",\"wildcard\":true")},
        {CA "/finalize", ORDER("processing", ""), ORDER("processing", "")},
        {CA "/ari", window, window},
    };
    if (str_starts(request->url, STR(CA "/certificate")))
        return buf_str(&world_of_run()->chain);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (str_starts(request->url, str_from(answers[i].url)))
            return str_from(asked ? answers[i].then : answers[i].first);
    return STR("{}");
}

static struct acme_response good(const struct acme_request *request, unsigned asked)
{
    static const struct str link = STR_INIT("<" CA "/certificate/2>;rel=\"alternate\"");
    bool is_chain = request->accept.size > 0;
    return (struct acme_response){
        .status = 200,
        .content_type = is_chain ? STR("application/pem-certificate-chain") : STR("application/json"),
        .location = str_eq(request->url, STR(CA "/order")) ? STR(CA "/order/1") : STR(CA "/account/1"),
        .replay_nonce = STR("nonce"),
        .links = &link,
        .links_count = 1,
        .body = good_body(request, asked)};
}

struct input {
    const uint8_t *at, *end;
};

static uint8_t take(struct input *input)
{
    return input->at < input->end ? *input->at++ : 0;
}

static struct acme_response any(struct input *input, struct str *link)
{
    static const unsigned statuses[] = {200, 201, 400, 403, 404, 429, 500, 503, 302, 0, 409, 204};
    static const char *const types[] = {
        "application/json",     "application/problem+json", "application/pem-certificate-chain", "text/html", "",
        "application/json; a=b"};
    static const char *const locations[] = {CA "/order/1", "", "http://ca.test/", CA "/account/9"};
    static const char *const pauses[] = {"", "5", "99999999", "Thu, 15 Jan 2026 12:02:00 GMT"};
    struct acme_response response = {0};
    response.status = statuses[take(input) % (sizeof statuses / sizeof *statuses)];
    response.content_type = str_from(types[take(input) % (sizeof types / sizeof *types)]);
    uint8_t fields = take(input);
    size_t size = (size_t)take(input) << 8;
    size += take(input);
    size_t left = (size_t)(input->end - input->at);
    response.location = str_from(locations[fields & 3]);
    response.retry_after = str_from(pauses[fields >> 2 & 3]);
    response.replay_nonce = fields & 16 ? STR("nonce") : fields & 32 ? STR("no nonce") : STR("");
    response.body = str_make(input->at, size < left ? size : left);
    input->at += response.body.size;
    *link = response.body; /* the parser of fields gets its share */
    response.links = link;
    response.links_count = fields >> 6 & 1;
    return response;
}

static void must_be_sound(const struct acme_step *step)
{
    if (step->kind == ACME_STEP_REQUEST) {
        must(str_eq_nocase(str_part(step->request.url, 0, 8), STR("https://")) && step->request.url.size <= 2400);
        must(step->request.post == (step->request.body.size > 0) && !(step->request.post && step->request.head));
    }
    for (size_t i = 0; step->kind == ACME_STEP_PROVE && i < step->proofs_count; i++) {
        struct str token = step->proofs[i].token;
        must(step->proofs[i].content.size > 0 && step->proofs[i].name.size > 0);
        for (size_t k = 0; k < token.size; k++)
            must(str_is_digit(token.data[k]) || token.data[k] == '-' || token.data[k] == '_' ||
                 (str_lower_char(token.data[k]) >= 'a' && str_lower_char(token.data[k]) <= 'z'));
    }
    if (step->kind == ACME_STEP_FAILED)
        must(step->failure->words[0] && step->failure->problem[0] &&
             memchr(step->failure->words, 0, sizeof step->failure->words));
}

static void answer(struct acme_job *job, struct input *input, const struct acme_request *request, unsigned asked,
                   int64_t now_s)
{
    struct acme_response response;
    struct str link;
    if (input->at == input->end) {
        acme_job_no_response(job, "is silent", now_s);
        return;
    }
    response = take(input) < 128 ? good(request, asked) : any(input, &link);
    acme_job_response(job, &response, now_s);
}

static void drive(struct acme_job *job, struct input *input)
{
    struct acme_step step;
    int64_t now_s = 1768478400;
    bool proved = false;
    unsigned orders_read = 0;
    for (unsigned i = 0; i < 20000; i++) {
        acme_job_step(job, now_s, &step);
        must_be_sound(&step);
        must(step.kind == ACME_STEP_DONE || acme_job_chain_pem(job).size == 0);
        if (step.kind == ACME_STEP_DONE || step.kind == ACME_STEP_FAILED)
            return;
        if (step.kind == ACME_STEP_WAIT) {
            must(step.until_s > now_s);
            now_s = step.until_s;
        } else if (step.kind == ACME_STEP_PROVE) {
            proved = true;
            acme_job_proved(job, now_s);
        } else {
            bool is_order = str_starts(step.request.url, STR(CA "/order/1"));
            answer(job, input, &step.request, is_order ? orders_read++ : proved, now_s);
        }
    }
    must_hold(false, "the job does not end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct world *world = world_of_run();
    struct input input = {data, data + size};
    const struct str names[] = {STR("a.test"), STR("*.b.test")};
    const enum acme_challenge_kind challenges[] = {ACME_DNS_01, ACME_HTTP_01};
    uint8_t kind = take(&input);
    const struct acme_ca ca = {.directory_url = STR(CA "/directory"),
                               .terms_agreed = true,
                               .profile = kind & 64 ? STR("short") : STR(""),
                               .preferred_root = kind & 128 ? STR("nobody") : STR("")};
    const struct acme_job_input job_input = {.kind =
                                                 (enum acme_job_kind)(kind % 5), /* RENEWAL_INFO has a target below */
                                             .ca = &ca,
                                             .account_key = world->account,
                                             .new_account_key = world->other,
                                             .certificate_key = world->certificate,
                                             .names = names,
                                             .names_count = 2,
                                             .challenges = challenges,
                                             .challenges_count = 2,
                                             .account_url = kind & 8 ? STR(CA "/account/1") : STR(""),
                                             .order_url = kind & 16 ? STR(CA "/order/1") : STR(""),
                                             .replaces = kind & 32 ? STR("a.b") : STR(""),
                                             .certificate_der = STR("\x30")};
    struct acme_job *job = NULL;
    must(acme_job_new(&job_input, &job, NULL));
    drive(job, &input);
    acme_job_free(job);
    /* Renewal information needs no job to be asked for. */
    struct arena arena;
    struct acme_window got;
    arena_init(&arena, 65536);
    if (acme_renewal_info_read(str_make(data, size), STR("5"), 1768478400, &arena, &got, NULL))
        must(got.start_s < got.end_s && got.look_again_s == 1768478400 + ACME_LOOK_AGAIN_S_MIN);
    arena_fini(&arena);
    return 0;
}
