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
