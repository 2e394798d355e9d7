/* {"cas": ["letsencrypt"], "challenges": ["http-01"], "key": "ecdsa"} and back. */
#include "store/site_auto.h"

#include <stdio.h>

#include "store/ca.h"
#include "store/members.h"

static const char *const members[] = {"cas", "challenges", "key", NULL};

static bool read_ca(const json_t *json, const char *field, struct arena *arena, struct site_auto *wish, struct err *err)
{
    struct str name =
        json_is_string(json) ? str_make(json_string_value(json), json_string_length(json)) : (struct str){NULL, 0};
    if (!ca_name_is_valid(name))
        return err_field(err, field, "the name of a certificate authority is needed here");
    for (size_t i = 0; i < wish->cas_count; i++)
        if (str_eq(wish->cas[i], name))
            return err_field(err, field, "%.*s is there twice", STR_ARG(name));
    if (!arena_str(arena, name, &wish->cas[wish->cas_count]))
        return err_memory(err);
    wish->cas_count++;
    return true;
}

static bool read_cas(const json_t *json, const char *path, struct arena *arena, struct site_auto *wish, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, path, "cas", SITE_AUTO_CAS_COUNT_MAX, &list, &count, err))
        return false;
    if (count && !(wish->cas = arena_alloc(arena, count * sizeof *wish->cas)))
        return err_memory(err);
    for (size_t i = 0; i < count; i++) {
        char field[MEMBERS_PATH_SIZE];
        (void)snprintf(field, sizeof field, "%scas[%zu]", path, i);
        if (!read_ca(json_array_get(list, i), field, arena, wish, err))
            return false;
    }
    return true;
}

static bool has_challenge(const struct site_auto *wish, enum acme_challenge_kind kind)
{
    for (size_t i = 0; i < wish->challenges_count; i++)
        if (wish->challenges[i] == kind)
            return true;
    return false;
}

static bool read_challenge(const json_t *json, const char *field, struct site_auto *wish, struct err *err)
{
    enum acme_challenge_kind kind;
    if (!json_is_string(json) ||
        !acme_challenge_kind_parse(str_make(json_string_value(json), json_string_length(json)), &kind)) {
        (void)err_field(err, field, "there is no such challenge");
        return err_fix(err, "one of http-01, tls-alpn-01, dns-01");
    }
    if (has_challenge(wish, kind))
        return err_field(err, field, "%s is there twice", acme_challenge_kind_name(kind));
    wish->challenges[wish->challenges_count++] = kind;
    return true;
}

static bool read_challenges(const json_t *json, const char *path, struct site_auto *wish, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, path, "challenges", ACME_CHALLENGE_KINDS_COUNT, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char field[MEMBERS_PATH_SIZE];
        (void)snprintf(field, sizeof field, "%schallenges[%zu]", path, i);
        if (!read_challenge(json_array_get(list, i), field, wish, err))
            return false;
    }
    if (count == 0)
        wish->challenges[wish->challenges_count++] = ACME_HTTP_01; /* needs nothing but what the gateway does anyway */
    return true;
}

static bool read_key(const json_t *json, const char *path, struct site_auto *wish, struct err *err)
{
    static const char *const kinds[] = {
        [CERT_SIDE_ECDSA] = "ecdsa", [CERT_SIDE_RSA] = "rsa", [CERT_SIDES_COUNT] = NULL};
    uint32_t kind = CERT_SIDE_ECDSA; /* every browser of the last ten years takes it, and it costs least */
    if (!members_choice(json, path, "key", kinds, &kind, err))
        return false;
    wish->key = (enum cert_side)kind;
    return true;
}

bool site_auto_read(const json_t *object, const char *path, struct arena *arena, struct site_auto *ret, struct err *err)
{
    const json_t *json = json_object_get(object, "acme");
    struct site_auto wish = {.wanted = true};
    char at[MEMBERS_PATH_SIZE];
    (void)snprintf(at, sizeof at, "%sacme.", path);
    if (!json || json_is_null(json)) {
        *ret = (struct site_auto){.wanted = false};
        return true;
    }
    if (!members_only(json, at, members, err) || !read_cas(json, at, arena, &wish, err) ||
        !read_challenges(json, at, &wish, err) || !read_key(json, at, &wish, err))
        return false;
    *ret = wish;
    return true;
}

void site_auto_write(const struct site_auto *wish, struct jsonout *out)
{
    if (!wish->wanted)
        return;
    jsonout_object(out, "acme");
    jsonout_array(out, "cas");
    for (size_t i = 0; i < wish->cas_count; i++)
        jsonout_str(out, NULL, wish->cas[i]);
    jsonout_array_end(out);
    jsonout_array(out, "challenges");
    for (size_t i = 0; i < wish->challenges_count; i++)
        jsonout_str(out, NULL, str_from(acme_challenge_kind_name(wish->challenges[i])));
    jsonout_array_end(out);
    jsonout_str(out, "key", str_from(cert_side_name(wish->key)));
    jsonout_object_end(out);
}

bool site_auto_copy(const struct site_auto *wish, struct arena *arena, struct site_auto *ret)
{
    struct site_auto copy = *wish;
    copy.cas = wish->cas_count ? arena_alloc(arena, wish->cas_count * sizeof *copy.cas) : NULL;
    if (wish->cas_count && !copy.cas)
        return false;
    for (size_t i = 0; i < wish->cas_count; i++)
        if (!arena_str(arena, wish->cas[i], &copy.cas[i]))
            return false;
    *ret = copy;
    return true;
}
