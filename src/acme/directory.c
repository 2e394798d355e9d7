/* Members that are not known here are for others and left alone. */
#include "acme/directory.h"

#include "acme/ca_url.h"
#include "acme/quote.h"

/* A domain name. */
#define IDENTITY_SIZE_MAX 253

static bool identities_read(struct json_read *meta, struct arena *arena, struct acme_directory *directory)
{
    const json_t *all;
    if (!json_read_array(meta, "caaIdentities", JSON_OPTIONAL, ACME_CAA_IDENTITIES_COUNT_MAX, &all))
        return !meta->failed;
    for (size_t i = 0; i < json_array_size(all); i++) {
        struct str name;
        if (!json_read_item_string(meta, "caaIdentities", all, i, IDENTITY_SIZE_MAX, &name))
            return false;
        if (!arena_str(arena, name, &directory->caa_identities[directory->caa_identities_count]))
            return json_read_fail(meta, "caaIdentities", "does not fit into memory");
        directory->caa_identities_count++;
    }
    return true;
}

/* Names that are asked for in an order: printable, no blank. */
static bool is_profile_name(struct str name)
{
    for (size_t i = 0; i < name.size; i++)
        if (name.data[i] <= ' ' || name.data[i] >= 0x7f || name.data[i] == '"' || name.data[i] == '\\')
            return false;
    return name.size > 0 && name.size <= ACME_PROFILE_SIZE_MAX;
}

static bool profiles_read(struct json_read *meta, struct arena *arena, struct acme_directory *directory)
{
    const json_t *all;
    if (!json_read_object(meta, "profiles", JSON_OPTIONAL, &all))
        return !meta->failed;
    json_t *object = (json_t *)(uintptr_t)all; /* jansson wants a pointer it may change, and does not */
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        struct str name = str_from(json_object_iter_key(at));
        if (!is_profile_name(name))
            continue; /* cannot be asked for */
        if (directory->profiles_count == ACME_PROFILES_COUNT_MAX)
            return json_read_fail(meta, "profiles", "has more than %d members", ACME_PROFILES_COUNT_MAX);
        if (!arena_str(arena, name, &directory->profiles[directory->profiles_count]))
            return json_read_fail(meta, "profiles", "does not fit into memory");
        directory->profiles_count++;
    }
    return true;
}

/* Shown and never fetched, so it need not be https: there are CAs with data: and http: URLs here. */
static void terms_read(struct json_read *meta, struct arena *arena, struct acme_directory *directory)
{
    struct str url;
    char shown[512];
    if (!json_read_string(meta, "termsOfService", JSON_OPTIONAL, ACME_URL_SIZE_MAX, &url))
        return;
    quote_text(url, shown, sizeof shown);
    if (!arena_str(arena, str_from(shown), &directory->terms_url))
        (void)json_read_fail(meta, "termsOfService", "does not fit into memory");
}

static bool meta_read(const struct json_read *parent, const json_t *value, struct arena *arena,
                      struct acme_directory *directory)
{
    struct json_read meta;
    json_read_child(&meta, parent, "meta", -1, value);
    terms_read(&meta, arena, directory);
    (void)json_read_bool(&meta, "externalAccountRequired", JSON_OPTIONAL, &directory->external_account_required);
    return identities_read(&meta, arena, directory) && profiles_read(&meta, arena, directory) && !meta.failed;
}

static bool members_read(const json_t *body, struct arena *arena, struct acme_directory *directory, struct err *err)
{
    struct json_read read;
    const json_t *meta;
    json_read_begin(&read, "", body, err);
    (void)ca_url_read(&read, "newNonce", JSON_REQUIRED, arena, &directory->new_nonce);
    (void)ca_url_read(&read, "newAccount", JSON_REQUIRED, arena, &directory->new_account);
    (void)ca_url_read(&read, "newOrder", JSON_REQUIRED, arena, &directory->new_order);
    (void)ca_url_read(&read, "revokeCert", JSON_OPTIONAL, arena, &directory->revoke_cert);
    (void)ca_url_read(&read, "keyChange", JSON_OPTIONAL, arena, &directory->key_change);
    (void)ca_url_read(&read, "renewalInfo", JSON_OPTIONAL, arena, &directory->renewal_info);
    if (json_read_object(&read, "meta", JSON_OPTIONAL, &meta))
        return meta_read(&read, meta, arena, directory);
    return !read.failed;
}

bool acme_directory_read(struct str body, struct arena *arena, struct acme_directory *ret, struct err *err)
{
    json_t *value = NULL;
    struct acme_directory directory = {0};
    bool ok = json_parse(body, &value, err) && members_read(value, arena, &directory, err);
    json_decref(value);
    if (ok)
        *ret = directory;
    return ok;
}

bool acme_directory_has_profile(const struct acme_directory *directory, struct str name)
{
    for (size_t i = 0; i < directory->profiles_count; i++)
        if (str_eq(directory->profiles[i], name))
            return true;
    return false;
}
