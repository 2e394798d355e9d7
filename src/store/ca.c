/* Certificate authorities: their life, and reading and writing them as JSON. */
#include "store/ca.h"

#include <stdio.h>
#include <stdlib.h>

#include "acme/ca_url.h"
#include "codec/base64.h"
#include "crypto/cert.h"
#include "crypto/key.h"
#include "crypto/wipe.h"
#include "store/members.h"

/* Roots, texts and keys. */
#define CA_ARENA_SIZE_MAX ((size_t)1 << 20)
/* PKCS#8 of an RSA key with 4096 bits, in Base64. */
#define KEY_TEXT_SIZE_MAX 8192

static const char *const members_operator[] = {"name",      "directory",  "contacts",  "terms_agreed",
                                               "eab_kid",   "eab_key",    "profile",   "preferred_root",
                                               "roots_pem", "preference", "rehearsal", NULL};
static const char *const members_stored[] = {"name",        "directory",      "contacts",  "terms_agreed", "eab_kid",
                                             "profile",     "preferred_root", "roots_pem", "preference",   "rehearsal",
                                             "account_url", "added",          NULL};
static const char *const members_secret[] = {"eab_key", "account_key", "next_key", NULL};

bool ca_name_is_valid(struct str name)
{
    for (size_t i = 0; i < name.size; i++) {
        char c = str_lower_char(name.data[i]);
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && (i == 0 || (c != '-' && c != '_' && c != '.')))
            return false;
    }
    return name.size > 0 && name.size <= CA_NAME_SIZE_MAX;
}

static struct ca *ca_new(void)
{
    struct ca *ca = calloc(1, sizeof *ca);
    if (!ca)
        return NULL;
    arena_init(&ca->arena, CA_ARENA_SIZE_MAX);
    ca->references = 1;
    ca->preference = CA_PREFERENCE_DEFAULT;
    return ca;
}

struct ca *ca_ref(struct ca *ca)
{
    ca->references++;
    return ca;
}

static void wipe(struct str secret)
{
    if (secret.size)
        wipe_bytes((void *)(uintptr_t)secret.data, secret.size);
}

void ca_unref(struct ca *ca)
{
    if (!ca || --ca->references > 0)
        return;
    wipe(ca->eab_key);
    wipe(ca->account_key);
    wipe(ca->next_key);
    arena_fini(&ca->arena);
    free(ca);
}

static bool keep(struct ca *ca, struct str text, struct str *ret)
{
    return arena_str(&ca->arena, text, ret);
}

static bool copy_contacts(struct ca *ca, const struct ca *from)
{
    ca->contacts = arena_alloc(&ca->arena, (from->contacts_count + 1) * sizeof *ca->contacts);
    ca->contacts_count = from->contacts_count;
    for (size_t i = 0; ca->contacts && i < from->contacts_count; i++)
        if (!keep(ca, from->contacts[i], &ca->contacts[i]))
            return false;
    return ca->contacts != NULL;
}

static struct ca *ca_copy(const struct ca *from)
{
    struct ca *ca = ca_new();
    if (!ca)
        return NULL;
    ca->terms_agreed = from->terms_agreed;
    ca->preference = from->preference;
    ca->rehearsal = from->rehearsal;
    ca->added_s = from->added_s;
    if (keep(ca, from->name, &ca->name) && keep(ca, from->directory_url, &ca->directory_url) &&
        copy_contacts(ca, from) && keep(ca, from->eab_kid, &ca->eab_kid) && keep(ca, from->eab_key, &ca->eab_key) &&
        keep(ca, from->profile, &ca->profile) && keep(ca, from->preferred_root, &ca->preferred_root) &&
        keep(ca, from->roots_pem, &ca->roots_pem) && keep(ca, from->account_url, &ca->account_url) &&
        keep(ca, from->account_key, &ca->account_key) && keep(ca, from->next_key, &ca->next_key))
        return ca;
    ca_unref(ca);
    return NULL;
}

struct ca *ca_with_account(const struct ca *ca, struct str account_url, struct str account_key, struct str next_key)
{
    struct ca *copy = ca_copy(ca);
    if (!copy)
        return NULL;
    wipe(copy->account_key);
    wipe(copy->next_key);
    copy->account_key = copy->next_key = (struct str){NULL, 0};
    if (keep(copy, account_url, &copy->account_url) && keep(copy, account_key, &copy->account_key) &&
        keep(copy, next_key, &copy->next_key))
        return copy;
    ca_unref(copy);
    return NULL;
}

/* A member that is given replaces what is there. */
static bool read_text(struct ca *ca, const json_t *json, const char *name, size_t size_max, struct str *ret,
                      struct err *err)
{
    struct str text = {NULL, 0};
    if (!json_object_get(json, name))
        return true;
    return members_str(json, "", name, size_max, &text, err) && (keep(ca, text, ret) || err_memory(err));
}

static bool is_contact(struct str text)
{
    size_t at = str_find(text, '@');
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] <= ' ' || text.data[i] == 0x7f || text.data[i] == ',' || text.data[i] == '?')
            return false; /* RFC 8555 section 7.3: one address, no header fields */
    return at > 0 && at + 1 < text.size;
}

static bool read_contact(struct ca *ca, const json_t *json, const char *field, struct err *err)
{
    struct str text =
        json_is_string(json) ? str_make(json_string_value(json), json_string_length(json)) : (struct str){NULL, 0};
    if (str_starts(text, STR("mailto:")))
        text = str_after(text, 7);
    if (!is_contact(text) || text.size > CA_CONTACT_SIZE_MAX) {
        (void)err_field(err, field, "an e-mail address is needed here");
        return err_fix(err, "write each as name@example.org, without a display name");
    }
    ca->contacts[ca->contacts_count] = arena_printf(&ca->arena, "mailto:%.*s", STR_ARG(text));
    return ca->contacts[ca->contacts_count++].data || err_memory(err);
}

static bool read_contacts(struct ca *ca, const json_t *json, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!json_object_get(json, "contacts"))
        return true;
    if (!members_array(json, "", "contacts", CA_CONTACTS_COUNT_MAX, &list, &count, err))
        return false;
    ca->contacts_count = 0;
    ca->contacts = arena_alloc(&ca->arena, (count + 1) * sizeof *ca->contacts);
    if (!ca->contacts)
        return err_memory(err);
    for (size_t i = 0; i < count; i++) {
        char field[MEMBERS_PATH_SIZE];
        (void)snprintf(field, sizeof field, "contacts[%zu]", i);
        if (!read_contact(ca, json_array_get(list, i), field, err))
            return false;
    }
    return true;
}

static bool read_directory(struct ca *ca, const json_t *json, struct err *err)
{
    if (!read_text(ca, json, "directory", CA_URL_SIZE_MAX, &ca->directory_url, err))
        return false;
    struct err why = {0};
    if (ca_url_check(ca->directory_url, &why))
        return true;
    if (ca->directory_url.size == 0)
        (void)err_field(err, "directory", "the URL of the authority's ACME directory is needed");
    else
        (void)err_field(err, "directory", "the URL of the authority's ACME directory %s", why.text);
    return err_fix(err, "it begins with https://; the authority's documentation names it");
}

/* CAs print them with either alphabet, with and without padding; a file ends in a line feed. */
static bool decode_key(struct str text, struct buf *out)
{
    struct buf url;
    buf_init(&url, KEY_TEXT_SIZE_MAX);
    while (text.size && strchr(" \t\r\n", text.data[text.size - 1]))
        text.size--;
    while (text.size && text.data[text.size - 1] == '=')
        text.size--;
    for (size_t i = 0; i < text.size; i++)
        (void)buf_put_char(&url, text.data[i] == '+' ? '-' : text.data[i] == '/' ? '_' : text.data[i]);
    bool fine = buf_ok(&url) && base64_decode(BASE64_URL, buf_str(&url), out) && buf_str(out).size > 0;
    key_wipe(&url);
    return fine;
}

static bool read_secret(struct ca *ca, const json_t *json, const char *name, size_t size_max, struct str *ret,
                        struct err *err)
{
    struct str text = {NULL, 0};
    struct buf bytes;
    if (!members_str(json, "", name, size_max, &text, err))
        return false;
    if (text.size == 0)
        return true;
    buf_init(&bytes, size_max);
    bool decoded = decode_key(text, &bytes);
    bool kept = decoded && keep(ca, buf_str(&bytes), ret);
    key_wipe(&bytes);
    if (!decoded) {
        (void)err_field(err, name, "the key is no Base64 text");
        return err_fix(err, "give it as the authority's account page shows it, and nothing else");
    }
    return kept || err_memory(err);
}

/* Both, or neither; giving an empty "eab_kid" takes the binding away, and another one has another key. */
static bool read_binding(struct ca *ca, const json_t *json, struct err *err)
{
    const struct str was_kid = ca->eab_kid;
    if (!read_text(ca, json, "eab_kid", CA_EAB_KID_SIZE_MAX, &ca->eab_kid, err) ||
        !read_secret(ca, json, "eab_key", CA_EAB_KEY_SIZE_MAX, &ca->eab_key, err))
        return false;
    bool is_key_given = json_object_get(json, "eab_key") != NULL;
    if (was_kid.size && ca->eab_kid.size && !str_eq(was_kid, ca->eab_kid) && !is_key_given) {
        (void)err_field(err, "eab_key", "another key id has another key");
        return err_fix(err, "give the key that the authority shows with this key id");
    }
    if (ca->eab_kid.size == 0 && !is_key_given) {
        wipe(ca->eab_key);
        ca->eab_key = (struct str){NULL, 0};
    }
    if ((ca->eab_kid.size > 0) == (ca->eab_key.size > 0))
        return true;
    (void)err_field(err, ca->eab_kid.size ? "eab_key" : "eab_kid", "the key id and the key belong together");
    return err_fix(err, "give both as the authority's account page shows them");
}

static bool read_rest(struct ca *ca, const json_t *json, struct err *err)
{
    return read_text(ca, json, "profile", CA_WORD_SIZE_MAX, &ca->profile, err) &&
           read_text(ca, json, "preferred_root", CA_WORD_SIZE_MAX, &ca->preferred_root, err) &&
           read_text(ca, json, "roots_pem", CA_ROOTS_SIZE_MAX, &ca->roots_pem, err) &&
           members_bool(json, "", "terms_agreed", &ca->terms_agreed, err) &&
           members_bool(json, "", "rehearsal", &ca->rehearsal, err) &&
           members_u32(json, "", "preference", 0, CA_PREFERENCE_MAX, &ca->preference, err);
}

static bool read_name(struct ca *ca, const json_t *json, const struct ca *before, struct err *err)
{
    struct str name = {NULL, 0};
    if (!members_str(json, "", "name", CA_URL_SIZE_MAX, &name, err))
        return false;
    if (before)
        return !json_object_get(json, "name") || str_eq(name, before->name) ||
               err_field(err, "name", "the name of a certificate authority cannot be changed");
    if (!ca_name_is_valid(name)) {
        (void)err_field(err, "name", "a name is made of letters, digits, \"-\", \"_\" and \".\", at most %d",
                        CA_NAME_SIZE_MAX);
        return err_fix(err, "for example letsencrypt, or own-ca");
    }
    return keep(ca, name, &ca->name) || err_memory(err);
}

/* Certificates only: cert_load gets through them all and then misses a key. */
static bool check_roots(const struct ca *ca, struct err *err)
{
    enum cert_fault fault = CERT_FAULT_NONE;
    if (ca->roots_pem.size == 0)
        return true;
    struct cert *cert = cert_load(ca->roots_pem, (struct str){NULL, 0}, &fault, NULL);
    cert_free(cert);
    if (fault == CERT_FAULT_NO_KEY)
        return true;
    (void)err_field(err, "roots_pem", "this is not a list of certificates in PEM form");
    return err_fix(err, "give the root that signed the authority's own certificate, without a private key");
}

/* Both go to the authority, and are shown. */
static bool check_words(const struct ca *ca, struct err *err)
{
    const struct {
        const char *name;
        struct str text;
    } words[] = {{"profile", ca->profile}, {"preferred_root", ca->preferred_root}, {"eab_kid", ca->eab_kid}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (size_t k = 0; k < words[i].text.size; k++)
            if ((unsigned char)words[i].text.data[k] < ' ' || words[i].text.data[k] == 0x7f) {
                (void)err_field(err, words[i].name, "it has a line's end or another control character in it");
                return err_fix(err, "give it on one line, as the authority writes it");
            }
    return true;
}

/* An account is one at its directory. */
static void forget_account(struct ca *ca)
{
    wipe(ca->account_key);
    wipe(ca->next_key);
    ca->account_url = ca->account_key = ca->next_key = (struct str){NULL, 0};
}

bool ca_read(const json_t *json, const struct ca *before, struct ca **ret, struct err *err)
{
    struct ca *ca = before ? ca_copy(before) : ca_new();
    if (!ca)
        return err_memory(err);
    if (!members_only(json, "", members_operator, err) || !read_name(ca, json, before, err) ||
        !read_directory(ca, json, err) || !read_contacts(ca, json, err) || !read_binding(ca, json, err) ||
        !read_rest(ca, json, err) || !check_roots(ca, err) || !check_words(ca, err)) {
        ca_unref(ca);
        return false;
    }
    if (before && !str_eq(before->directory_url, ca->directory_url))
        forget_account(ca);
    *ret = ca;
    return true;
}

void ca_write_members(const struct ca *ca, struct jsonout *out)
{
    jsonout_str(out, "name", ca->name);
    jsonout_str(out, "directory", ca->directory_url);
    jsonout_array(out, "contacts");
    for (size_t i = 0; i < ca->contacts_count; i++)
        jsonout_str(out, NULL, ca->contacts[i]);
    jsonout_array_end(out);
    jsonout_bool(out, "terms_agreed", ca->terms_agreed);
    jsonout_str(out, "eab_kid", ca->eab_kid);
    jsonout_str(out, "profile", ca->profile);
    jsonout_str(out, "preferred_root", ca->preferred_root);
    jsonout_str(out, "roots_pem", ca->roots_pem);
    jsonout_u64(out, "preference", ca->preference);
    jsonout_bool(out, "rehearsal", ca->rehearsal);
}

void ca_write_stored(const struct ca *ca, struct jsonout *out)
{
    jsonout_object(out, NULL);
    ca_write_members(ca, out);
    jsonout_str(out, "account_url", ca->account_url);
    jsonout_i64(out, "added", ca->added_s);
    jsonout_object_end(out);
}

static void write_secret(struct jsonout *out, const char *key, struct str secret)
{
    struct buf text;
    buf_init(&text, KEY_TEXT_SIZE_MAX);
    if (secret.size && base64_encode(BASE64_URL, secret, &text))
        jsonout_str(out, key, buf_str(&text));
    key_wipe(&text);
}

void ca_write_secrets(const struct ca *ca, struct jsonout *out)
{
    jsonout_object(out, NULL);
    write_secret(out, "eab_key", ca->eab_key);
    write_secret(out, "account_key", ca->account_key);
    write_secret(out, "next_key", ca->next_key);
    jsonout_object_end(out);
}

static bool read_secrets(struct ca *ca, struct str text, struct err *err)
{
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
    bool fine = members_only(json, "", members_secret, err) &&
                read_secret(ca, json, "eab_key", KEY_TEXT_SIZE_MAX, &ca->eab_key, err) &&
                read_secret(ca, json, "account_key", KEY_TEXT_SIZE_MAX, &ca->account_key, err) &&
                read_secret(ca, json, "next_key", KEY_TEXT_SIZE_MAX, &ca->next_key, err);
    json_decref(json);
    return fine;
}

static bool read_content(struct ca *ca, const json_t *json, struct err *err)
{
    /* A directory that would not be taken any more fails where it is asked, and keeps nobody from starting. */
    return members_only(json, "", members_stored, err) && read_name(ca, json, NULL, err) &&
           read_text(ca, json, "directory", CA_URL_SIZE_MAX, &ca->directory_url, err) && read_contacts(ca, json, err) &&
           read_text(ca, json, "eab_kid", CA_EAB_KID_SIZE_MAX, &ca->eab_kid, err) && read_rest(ca, json, err) &&
           read_text(ca, json, "account_url", CA_URL_SIZE_MAX, &ca->account_url, err) &&
           members_i64(json, "", "added", 0, INT64_MAX / 2, &ca->added_s, err);
}

bool ca_read_stored(struct str content, struct str secrets, struct ca **ret, struct err *err)
{
    struct ca *ca = ca_new();
    json_t *json = json_loadb(content.data, content.size, JSON_REJECT_DUPLICATES, NULL);
    bool fine = ca ? read_content(ca, json, err) && read_secrets(ca, secrets, err) : err_memory(err);
    json_decref(json);
    if (fine)
        *ret = ca;
    else
        ca_unref(ca);
    return fine;
}
