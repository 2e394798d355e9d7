/* ACME challenges of a snapshot being built: sorted, so that the reader can search by halves. */
#include "snapshot/builder.h"

#include <stdlib.h>

static int challenge_order(const void *left, const void *right)
{
    const struct build_challenge *const *l = left, *const *r = right;
    return snapshot_token_order((*l)->token, (*r)->token);
}

static bool add_challenge(struct builder *b, const struct build_challenge *challenge, struct snap_challenge *row,
                          struct err *err)
{
    const char *wrong;
    if ((wrong = snapshot_rule_token(challenge->token)))
        return builder_refuse(err, "token", challenge->token, wrong);
    if ((wrong = snapshot_rule_text(challenge->content)))
        return builder_refuse(err, "key authorization", challenge->content, wrong);
    row->token = intern_put(&b->bytes, challenge->token, false);
    row->content = intern_put(&b->bytes, challenge->content, false);
    return true;
}

bool builder_add_challenges(struct builder *b, struct err *err)
{
    size_t count = b->input->challenges_count;
    const struct build_challenge **sorted = malloc((count + 1) * sizeof *sorted);
    bool ok = true;
    if (!sorted)
        return err_memory(err);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &b->input->challenges[i];
    qsort(sorted, count, sizeof *sorted, challenge_order);
    for (size_t i = 0; ok && i < count; i++) {
        if (i > 0 && str_eq(sorted[i - 1]->token, sorted[i]->token))
            ok = err_set(err, ERR_CONFLICT, "two challenges have the token \"%.*s\"", STR_ARG(sorted[i]->token));
        else
            ok = add_challenge(b, sorted[i], &b->challenges[i], err);
    }
    free(sorted);
    return ok;
}

/* One name as it is stored, to be sorted by. */
struct stored_name {
    struct str name; /* a view of room */
    uint32_t certificate;
    char room[SNAP_NAME_SIZE_MAX + 3];
};

static int name_order(const void *left, const void *right)
{
    const struct stored_name *const *l = left, *const *r = right;
    return snapshot_token_order((*l)->name, (*r)->name);
}

static bool store_name(const struct build_alpn_challenge *challenge, struct stored_name *ret, struct err *err)
{
    const char *wrong = NULL;
    if (!snapshot_name_store(challenge->name, ret->room, &ret->name))
        wrong = "is longer than a name can be";
    else
        wrong = snapshot_rule_name(ret->name, false);
    if (wrong)
        return builder_refuse(err, "name of a challenge", challenge->name, wrong);
    if (challenge->certificate == SNAPSHOT_NONE)
        return builder_refuse(err, "name of a challenge", challenge->name, "comes without a certificate");
    ret->certificate = challenge->certificate;
    return true;
}

static bool fill_alpn_challenges(struct builder *b, const struct stored_name *const *sorted, size_t count,
                                 struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && str_eq(sorted[i - 1]->name, sorted[i]->name))
            return err_set(err, ERR_CONFLICT, "two challenges by TLS have the name \"%.*s\"", STR_ARG(sorted[i]->name));
        b->alpn_challenges[i].name = intern_put(&b->bytes, sorted[i]->name, false);
        b->alpn_challenges[i].certificate = builder_certificate_row(b, sorted[i]->certificate);
    }
    return true;
}

bool builder_add_alpn_challenges(struct builder *b, struct err *err)
{
    size_t count = b->input->alpn_challenges_count;
    struct stored_name *names = malloc((count + 1) * sizeof *names);
    const struct stored_name **sorted = malloc((count + 1) * sizeof *sorted);
    bool ok = names && sorted ? true : err_memory(err);
    for (size_t i = 0; ok && i < count; i++) {
        ok = store_name(&b->input->alpn_challenges[i], &names[i], err);
        sorted[i] = &names[i];
    }
    if (ok) {
        qsort(sorted, count, sizeof *sorted, name_order);
        ok = fill_alpn_challenges(b, sorted, count, err);
    }
    free(sorted);
    free(names);
    return ok;
}
