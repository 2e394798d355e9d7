/*
 * A question to a browser's passkey and its answer, as the API has them: for signing in, and for proving that a session
 * is still its account's. Making passkeys is in api_account_passkeys.c.
 */
#ifndef CONTROL_PASSKEY_ANSWER_H
#define CONTROL_PASSKEY_ANSWER_H

#include <jansson.h>

#include "base/buf.h"
#include "control/core.h"
#include "control/passkey_place.h"
#include "store/jsonout.h"

/* What is asked for, where, and of whom. */
struct passkey_question {
    enum challenge_use use;
    struct str whose; /* what the challenge is bound to; empty: nobody in particular */
    struct passkey_place place;
};

/* What a browser's authenticator has made of it. */
struct passkey_answer {
    struct buf id, client_data, authenticator_data, signature;
};

/* A new challenge, as members of an open object. */
NODISCARD bool passkey_question_write(struct core *core, const struct passkey_question *question, struct jsonout *out,
                                      struct err *err);
void passkey_answer_init(struct passkey_answer *answer);
void passkey_answer_fini(struct passkey_answer *answer);
/* ERR_INPUT with the member that is not as it must be. */
NODISCARD bool passkey_answer_read(const json_t *json, struct passkey_answer *ret, struct err *err);
/*
 * The passkey that is known by this id here, and has signed what we asked; its use is noted and the challenge spent.
 * ERR_DENIED when anything about it is not right. It must have been made at this very origin: on localhost all ports
 * are of one rp id, and the origin that we expect follows from Host, which whoever asks chooses. Else a program on
 * another port could have its own page ask for the passkey, and bring us the answer with its own Host.
 */
NODISCARD bool passkey_answer_verify(struct core *core, const struct passkey_question *question,
                                     const struct passkey_answer *answer, struct account_passkey *ret, struct err *err);

#endif
