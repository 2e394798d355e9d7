/* Reading with caps, and the choice among the ways a CA would take. */
#include "acme/authorization.h"

#include <stdio.h>

#include "acme/ca_url.h"

/* RFC 8555 section 8: at least 128 bits of entropy, 22 characters; real ones have 43. It becomes a file's name. */
#define TOKEN_SIZE_MIN 22
#define TOKEN_SIZE_MAX 256

static bool is_token(struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = str_lower_char(text.data[i]);
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-' && c != '_')
            return false;
    }
    return text.size >= TOKEN_SIZE_MIN;
}

static bool token_read(struct json_read *read, struct arena *arena, struct str *ret)
{
    struct str token;
    if (!json_read_string(read, "token", JSON_REQUIRED, TOKEN_SIZE_MAX, &token))
        return false;
    if (!is_token(token))
        return json_read_fail(read, "token", "is not Base64url of at least 128 bits");
    return arena_str(arena, token, ret) || json_read_fail(read, "token", "does not fit into memory");
}

static bool error_read(struct json_read *read, struct arena *arena, struct challenge *challenge)
{
    const json_t *error;
    if (!json_read_object(read, "error", JSON_OPTIONAL, &error))
        return !read->failed;
    challenge->error = arena_alloc(arena, sizeof *challenge->error);
    if (!challenge->error)
        return json_read_fail(read, "error", "does not fit into memory");
    problem_of_json(error, challenge->error);
    return true;
}

static bool members_read(struct json_read *read, struct arena *arena, struct challenge *challenge)
{
    static const char *const states[] = {"pending", "processing", "valid", "invalid"};
    size_t status = 0;
    (void)json_read_choice(read, "status", JSON_REQUIRED, states, 4, &status);
    challenge->status = (enum challenge_status)status;
    (void)ca_url_read(read, "url", JSON_REQUIRED, arena, &challenge->url);
    return token_read(read, arena, &challenge->token) && error_read(read, arena, challenge);
}

/* One of the list; those of a kind not known here are not looked into. */
static bool challenge_read(struct json_read *parent, int index, const json_t *value, struct arena *arena,
                           struct authorization *authorization)
{
    struct json_read read;
    struct str kind;
    struct challenge challenge = {0};
    json_read_child(&read, parent, "challenges", index, value);
    if (!json_read_string(&read, "type", JSON_REQUIRED, ACME_PROBLEM_SIZE, &kind))
        return false;
    if (!acme_challenge_kind_parse(kind, &challenge.kind))
        return true;
    if (!members_read(&read, arena, &challenge))
        return false;
    authorization->challenges[authorization->challenges_count++] = challenge;
    return true;
}

static bool challenges_read(struct json_read *read, struct arena *arena, struct authorization *authorization)
{
    const json_t *all;
    if (!json_read_array(read, "challenges", JSON_REQUIRED, AUTHORIZATION_CHALLENGES_COUNT_MAX, &all))
        return false;
    for (size_t i = 0; i < json_array_size(all); i++)
        if (!challenge_read(read, (int)i, json_array_get(all, i), arena, authorization))
            return false;
    return true;
}

bool authorization_read(const json_t *body, struct arena *arena, struct authorization *ret, struct err *err)
{
    static const char *const states[] = {"pending", "valid", "invalid", "deactivated", "expired", "revoked"};
    struct json_read read;
    struct authorization authorization = {0};
    const json_t *identifier = NULL;
    size_t status = 0;
    json_read_begin(&read, "", body, err);
    (void)json_read_choice(&read, "status", JSON_REQUIRED, states, sizeof states / sizeof *states, &status);
    authorization.status = (enum authorization_status)status;
    (void)json_read_bool(&read, "wildcard", JSON_OPTIONAL, &authorization.is_of_wildcard);
    if (!json_read_object(&read, "identifier", JSON_REQUIRED, &identifier) ||
        !identifier_read(&read, "identifier", -1, identifier, arena, &authorization.identifier) ||
        !challenges_read(&read, arena, &authorization))
        return false;
    if (authorization.identifier.is_wildcard)
        return json_read_fail(&read, "identifier", "has a wildcard, which RFC 8555 does not know there");
    *ret = authorization;
    return true;
}

static bool can_prove(enum acme_challenge_kind kind, const struct authorization *authorization)
{
    if (authorization->is_of_wildcard)
        return kind == ACME_DNS_01;
    return !authorization->identifier.is_address || kind != ACME_DNS_01;
}

static const struct challenge *find(const struct authorization *authorization, enum acme_challenge_kind kind)
{
    for (size_t i = 0; i < authorization->challenges_count; i++)
        if (authorization->challenges[i].kind == kind && authorization->challenges[i].status != CHALLENGE_INVALID)
            return &authorization->challenges[i];
    return NULL;
}

static bool has_kind(const enum acme_challenge_kind *kinds, size_t kinds_count, enum acme_challenge_kind kind)
{
    for (size_t i = 0; i < kinds_count; i++)
        if (kinds[i] == kind)
            return true;
    return false;
}

static const struct challenge *looked_at(const struct authorization *authorization,
                                         const enum acme_challenge_kind *allowed, size_t allowed_count)
{
    for (size_t i = 0; i < authorization->challenges_count; i++) {
        const struct challenge *challenge = &authorization->challenges[i];
        if (challenge->status == CHALLENGE_PROCESSING && has_kind(allowed, allowed_count, challenge->kind))
            return challenge;
    }
    return NULL;
}

static void list_add(char *list, size_t list_size, enum acme_challenge_kind kind)
{
    size_t used = strlen(list);
    (void)snprintf(list + used, list_size - used, "%s%s", used ? ", " : "", acme_challenge_kind_name(kind));
}

static void explain(const struct authorization *authorization, const enum acme_challenge_kind *allowed,
                    size_t allowed_count, struct err *err)
{
    char offered[160] = "", wanted[64] = "", room[IDENTIFIER_SIZE_MAX + 3];
    struct str name = authorization_name(authorization, room);
    for (size_t i = 0; i < authorization->challenges_count; i++)
        list_add(offered, sizeof offered, authorization->challenges[i].kind);
    for (size_t i = 0; i < allowed_count; i++)
        list_add(wanted, sizeof wanted, allowed[i]);
    (void)err_set(err, ERR_INPUT, "\"%.*s\" cannot be proved: the CA would take %s, and this CA's settings allow %s.",
                  STR_ARG(name), offered[0] ? offered : "nothing that is known here", wanted);
    if (authorization->is_of_wildcard)
        (void)err_fix(err, "A wildcard is proved by dns-01 only: set up dns-01, or name the hosts one by one.");
    else
        (void)err_fix(err, "Allow one of the challenges the CA takes.");
}

const struct challenge *authorization_choose(const struct authorization *authorization,
                                             const enum acme_challenge_kind *allowed, size_t allowed_count,
                                             struct err *err)
{
    const struct challenge *found = looked_at(authorization, allowed, allowed_count);
    for (size_t i = 0; i < allowed_count && !found; i++)
        if (can_prove(allowed[i], authorization))
            found = find(authorization, allowed[i]);
    if (!found)
        explain(authorization, allowed, allowed_count, err);
    return found;
}

const struct challenge *authorization_failed(const struct authorization *authorization)
{
    for (size_t i = 0; i < authorization->challenges_count; i++)
        if (authorization->challenges[i].error)
            return &authorization->challenges[i];
    return NULL;
}

struct str authorization_name(const struct authorization *authorization, char room[static IDENTIFIER_SIZE_MAX + 3])
{
    struct str base = identifier_base(&authorization->identifier);
    int size =
        snprintf(room, IDENTIFIER_SIZE_MAX + 3, "%s%.*s", authorization->is_of_wildcard ? "*." : "", STR_ARG(base));
    return str_make(room, size > 0 ? (size_t)size : 0);
}
