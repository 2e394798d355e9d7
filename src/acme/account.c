/* JSON by hand: the members are few and known. */
#include "acme/account.h"

#include "crypto/jwk.h"
#include "crypto/jws.h"

/* An account URL and a JWK. */
#define KEY_CHANGE_SIZE_MAX ((size_t)16 * 1024)

static bool contacts_put(const struct str *contacts, size_t contacts_count, struct buf *out)
{
    bool ok = buf_put_str(out, STR("\"contact\":["));
    for (size_t i = 0; ok && i < contacts_count; i++)
        ok = (i == 0 || buf_put_char(out, ',')) && json_write_string(contacts[i], out);
    return ok && buf_put_char(out, ']');
}

/* The account's public key, signed with the external account's secret. */
static bool binding_put(const struct account_binding *binding, const struct key *key, struct str new_account_url,
                        struct buf *out, struct err *err)
{
    struct buf jwk;
    const struct jws_header header = {.kid = binding->kid, .url = new_account_url};
    buf_init(&jwk, JWK_SIZE_MAX);
    bool ok = jwk_write(key, &jwk, err) && (buf_put_str(out, STR(",\"externalAccountBinding\":")) || err_memory(err)) &&
              jws_mac(binding->secret, &header, buf_str(&jwk), out, err);
    buf_fini(&jwk);
    return ok;
}

bool account_write_new(const struct str *contacts, size_t contacts_count, bool terms_agreed,
                       const struct account_binding *binding, const struct key *key, struct str new_account_url,
                       struct buf *out, struct err *err)
{
    bool ok = buf_printf(out, "{\"termsOfServiceAgreed\":%s", terms_agreed ? "true" : "false") &&
              (contacts_count == 0 || (buf_put_char(out, ',') && contacts_put(contacts, contacts_count, out)));
    if (!ok)
        return err_memory(err);
    if (binding && !binding_put(binding, key, new_account_url, out, err))
        return false;
    return buf_put_char(out, '}') || err_memory(err);
}

bool account_write_existing(struct buf *out)
{
    return buf_put_str(out, STR("{\"onlyReturnExisting\":true}"));
}

bool account_write_contacts(const struct str *contacts, size_t contacts_count, struct buf *out)
{
    return buf_put_char(out, '{') && contacts_put(contacts, contacts_count, out) && buf_put_char(out, '}');
}

bool account_write_deactivate(struct buf *out)
{
    return buf_put_str(out, STR("{\"status\":\"deactivated\"}"));
}

bool account_write_key_change(struct str account_url, struct str key_change_url, const struct key *old_key,
                              const struct key *new_key, struct buf *out, struct err *err)
{
    struct buf inner;
    const struct jws_header header = {.jwk = new_key, .url = key_change_url};
    buf_init(&inner, KEY_CHANGE_SIZE_MAX);
    bool ok = (buf_put_str(&inner, STR("{\"account\":")) && json_write_string(account_url, &inner) &&
               buf_put_str(&inner, STR(",\"oldKey\":"))) ||
              err_memory(err);
    ok = ok && jwk_write(old_key, &inner, err) && (buf_put_char(&inner, '}') || err_memory(err)) &&
         jws_sign(new_key, &header, buf_str(&inner), out, err);
    buf_fini(&inner);
    return ok;
}

static bool has_contact(const json_t *all, struct str contact)
{
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *item = json_array_get(all, i);
        if (json_is_string(item) && str_eq(str_make(json_string_value(item), json_string_length(item)), contact))
            return true;
    }
    return false;
}

static bool same_contacts(const json_t *all, const struct str *contacts, size_t contacts_count)
{
    if (json_array_size(all) != contacts_count)
        return false;
    for (size_t i = 0; i < contacts_count; i++)
        if (!has_contact(all, contacts[i]))
            return false;
    return true;
}

bool account_read(const json_t *body, const struct str *contacts, size_t contacts_count, struct account *ret,
                  struct err *err)
{
    static const char *const states[] = {"valid", "deactivated", "revoked"};
    struct json_read read;
    size_t status;
    const json_t *all = NULL;
    json_read_begin(&read, "", body, err);
    if (!json_read_choice(&read, "status", JSON_REQUIRED, states, 3, &status))
        return false;
    if (!json_read_array(&read, "contact", JSON_OPTIONAL, SIZE_MAX, &all) && read.failed)
        return false;
    *ret = (struct account){.is_valid = status == 0, .has_same_contacts = same_contacts(all, contacts, contacts_count)};
    return true;
}
