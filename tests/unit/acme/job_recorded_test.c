/* Jobs against what a real CA said: the recordings of tests/unit/acme/recorded (see record.c), played back. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "recorded.h"

#define FILE_SIZE_MAX ((size_t)256 * 1024)
#define LINKS_MAX     4

struct player {
    char *bytes;
    struct str rest;
    int64_t now_s;
    /* The answer at hand. */
    struct str method, url, links[LINKS_MAX];
    struct acme_response response;
};

static void player_open(struct player *player, const char *name)
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/unit/acme/recorded/%s", STRICTGATE_SOURCE, name);
    FILE *file = fopen(path, "rb");
    *player = (struct player){.bytes = malloc(FILE_SIZE_MAX)};
    assert_non_null(file);
    assert_non_null(player->bytes);
    player->rest = str_make(player->bytes, fread(player->bytes, 1, FILE_SIZE_MAX, file));
    assert_int_equal(fclose(file), 0);
    struct str line = str_cut(&player->rest, '\n');
    uint64_t now_s = 0;
    assert_true(str_starts(line, STR("now ")) && str_to_u64(str_after(line, 4), INT64_MAX, &now_s));
    player->now_s = (int64_t)now_s;
}

/* One line's value taken in; the answer is whole with its body. */
static bool line_take(struct player *player, struct str name, struct str value)
{
    struct acme_response *response = &player->response;
    uint64_t number = 0;
    if (str_eq(name, STR("content-type")))
        response->content_type = value;
    else if (str_eq(name, STR("location")))
        response->location = value;
    else if (str_eq(name, STR("replay-nonce")))
        response->replay_nonce = value;
    else if (str_eq(name, STR("retry-after")))
        response->retry_after = value;
    else if (str_eq(name, STR("link")) && response->links_count < LINKS_MAX)
        player->links[response->links_count++] = value;
    else if (str_eq(name, STR("status")) && str_to_u64(value, 999, &number))
        response->status = (unsigned)number;
    else if (str_eq(name, STR("body")) && str_to_u64(value, player->rest.size, &number)) {
        response->body = str_part(player->rest, 0, (size_t)number);
        player->rest = str_after(player->rest, (size_t)number + 1);
        return true;
    } else {
        player->method = name;
        player->url = value;
    }
    return false;
}

/* Reads up to the end of the next answer. */
static void player_next(struct player *player)
{
    player->response = (struct acme_response){.links = player->links};
    for (bool is_whole = false; !is_whole;) {
        struct str value = str_cut(&player->rest, '\n'), name = str_cut(&value, ' ');
        assert_true(name.size > 0);
        is_whole = line_take(player, name, value);
    }
}

static void play_request(struct player *player, struct acme_job *job, const struct acme_request *request)
{
    player_next(player);
    assert_str(player->url, request->url);
    assert_str(player->method, request->head ? STR("HEAD") : request->post ? STR("POST") : STR("GET"));
    acme_job_response(job, &player->response, player->now_s);
}

/* Plays all of it; the last step's kind. */
static enum acme_step_kind play(struct player *player, struct acme_job *job, size_t *ret_proofs_count)
{
    struct acme_step step;
    for (;;) {
        acme_job_step(job, player->now_s, &step);
        if (step.kind == ACME_STEP_REQUEST)
            play_request(player, job, &step.request);
        else if (step.kind == ACME_STEP_WAIT)
            player->now_s = step.until_s;
        else if (step.kind == ACME_STEP_PROVE) {
            *ret_proofs_count = step.proofs_count;
            acme_job_proved(job, player->now_s);
        } else
            return step.kind;
    }
}

static void real_cas_grant_what_was_recorded(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t proofs_count;
        const char *notice;
    } cases[] = {
        {"account", 0, ""},
        {"obtain", 2, "The CA offers no chain to a root called \"no such root\"; the chain it prefers was taken."},
        {"roll", 0, ""},
        {"deactivate", 0, ""},
        {"caddy", 1, "The CA offers no chain to a root called \"no such root\"; the chain it prefers was taken."},
    };
    char account[128] = "";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct recorded recorded;
        struct player player;
        struct acme_job *job = NULL;
        size_t proofs_count = 0;
        recorded_init(&recorded, cases[i].name);
        if (strcmp(cases[i].name, "caddy") != 0) /* the others are one account's life */
            recorded.input.account_url = str_from(account);
        player_open(&player, cases[i].name);
        assert_true(acme_job_new(&recorded.input, &job, NULL));
        assert_int_equal(play(&player, job, &proofs_count), ACME_STEP_DONE);
        assert_int_equal(player.rest.size, 0);
        assert_int_equal(proofs_count, cases[i].proofs_count);
        assert_str(acme_job_notice(job), str_from(cases[i].notice));
        assert_true(str_starts(acme_job_account_url(job), STR(RECORDED_ORIGIN)));
        (void)snprintf(account, sizeof account, "%.*s", STR_ARG(acme_job_account_url(job)));
        assert_int_equal(acme_job_chain_pem(job).size > 0, recorded.input.kind == ACME_JOB_OBTAIN);
        acme_job_free(job);
        free(player.bytes);
        recorded_fini(&recorded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(real_cas_grant_what_was_recorded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
