/* One table of options that are texts, and what is not one. */
#include "app/cli_notify_request.h"

#include <stdio.h>
#include <unistd.h>

#include "app/cli_client.h"
#include "app/cli_passphrase.h"
#include "app/site_file.h"
#include "crypto/wipe.h"
#include "os/file.h"

/* A password and a line feed. */
#define SECRET_SIZE_MAX 514

_Static_assert(CLI_NOTIFY_SECRET_SIZE == CLI_KEY_SIZE, "a made secret is a key of cli_key_make");

static const struct {
    const char *option, *member;
} texts[] = {
    {"kind", "kind"}, {"severity", "severity"}, {"host", "host"},         {"security", "security"},
    {"user", "user"}, {"from", "from"},         {"facility", "facility"}, {"url", "url"},
};

static bool set(json_t *json, const char *member, json_t *take_value, struct err *err)
{
    return json_object_set_new(json, member, take_value) == 0 || err_memory(err);
}

static json_t *text_of(const char *option, const char *value, struct err *err)
{
    char field[40];
    json_t *json = json_string(value);
    if (!json) {
        (void)snprintf(field, sizeof field, "--%s", option);
        (void)err_field(err, field, "it is not text in UTF-8");
    }
    return json;
}

static bool put_texts(const struct cli *cli, json_t *json, struct err *err)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *value = cli_value(cli, texts[i].option);
        json_t *text = value ? text_of(texts[i].option, value, err) : NULL;
        if (value && (!text || !set(json, texts[i].member, text, err)))
            return false;
    }
    return true;
}

static bool put_list(const struct cli *cli, const char *option, const char *member, json_t *json, struct err *err)
{
    size_t at = 0;
    const char *value;
    json_t *list = cli_has(cli, option) ? json_array() : NULL;
    if (!list)
        return true;
    while ((value = cli_next(cli, option, &at))) {
        json_t *text = text_of(option, value, err);
        if (!text || json_array_append_new(list, text) != 0) {
            json_decref(list);
            return false;
        }
    }
    return set(json, member, list, err);
}

static bool put_number(const struct cli *cli, const char *option, const char *member, uint64_t max, json_t *json,
                       struct err *err)
{
    char field[40];
    uint64_t number;
    const char *value = cli_value(cli, option);
    if (!value)
        return true;
    if (str_to_u64(str_from(value), max, &number))
        return set(json, member, json_integer((json_int_t)number), err);
    (void)snprintf(field, sizeof field, "--%s", option);
    return err_field(err, field, "a whole number up to %llu is needed, not \"%.60s\"", (unsigned long long)max, value);
}

/* What takes something away, beside what gives it: the last one would win, and nobody knows which that is. */
static bool check_switches(const struct cli *cli, struct err *err)
{
    static const struct {
        const char *gives, *takes;
    } pairs[] = {{"digest-hour", "no-digest"},
                 {"ca", "no-ca"},
                 {"event", "all-events"},
                 {"user", "no-user"},
                 {"password-file", "no-user"}};
    char field[40];
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        if (!cli_has(cli, pairs[i].gives) || !cli_has(cli, pairs[i].takes))
            continue;
        (void)snprintf(field, sizeof field, "--%s", pairs[i].takes);
        (void)err_field(err, field, "--%s is given as well", pairs[i].gives);
        return err_fix(err, "give one of the two");
    }
    return true;
}

static bool put_switches(const struct cli *cli, json_t *json, struct err *err)
{
    return (!cli_has(cli, "no-digest") || set(json, "digest_hour", json_null(), err)) &&
           (!cli_has(cli, "no-ca") || set(json, "roots_pem", json_null(), err)) &&
           (!cli_has(cli, "all-events") || set(json, "events", json_null(), err)) &&
           (!cli_has(cli, "no-user") ||
            (set(json, "user", json_null(), err) && set(json, "password", json_string(""), err))) &&
           (!cli_has(cli, "resume") || set(json, "paused", json_false(), err));
}

static bool put_roots(const struct cli *cli, json_t *json, struct err *err)
{
    const char *path = cli_value(cli, "ca");
    json_t *pem = path ? site_file_text("--ca", path, SITE_FILE_PEM, err) : NULL;
    return !path || (pem && set(json, "roots_pem", pem, err));
}

/* ---- secrets: never an option's value, which every user of the machine could see ---- */

static bool put_secret(json_t *json, const char *member, struct str secret, struct err *err)
{
    while (secret.size && (secret.data[secret.size - 1] == '\n' || secret.data[secret.size - 1] == '\r'))
        secret.size--;
    json_t *text = json_stringn(secret.data ? secret.data : "", secret.size);
    if (!text)
        return err_field(err, member, "it is not text in UTF-8");
    return set(json, member, text, err);
}

static bool put_secret_file(const struct cli *cli, const char *option, const char *member, json_t *json,
                            struct err *err)
{
    struct buf text;
    struct err why = {0};
    char field[40];
    const char *path = cli_value(cli, option);
    if (!path)
        return true;
    (void)snprintf(field, sizeof field, "--%s", option);
    if (!file_read(path, SECRET_SIZE_MAX, &text, &why)) {
        (void)err_field(err, field, "%s", why.text);
        return err_fix(err, "name a file with the secret in it, and nothing else");
    }
    bool fine = put_secret(json, member, buf_str(&text), err);
    wipe_bytes(text.data, text.capacity);
    buf_fini(&text);
    return fine;
}

static bool put_password(const struct cli *cli, json_t *json, struct err *err)
{
    struct buf typed;
    if (cli_value(cli, "password-file"))
        return put_secret_file(cli, "password-file", "password", json, err);
    if (!cli_value(cli, "user") || !isatty(STDIN_FILENO))
        return true; /* control says whether one is needed */
    if (!cli_passphrase_ask(STDIN_FILENO, "the mail account", &typed, err))
        return false;
    bool fine = put_secret(json, "password", buf_str(&typed), err);
    cli_passphrase_wipe(&typed);
    return fine;
}

static bool put_signature_key(const struct cli *cli, bool adds, json_t *json,
                              char ret_made[static CLI_NOTIFY_SECRET_SIZE], struct err *err)
{
    const char *kind = cli_value(cli, "kind");
    ret_made[0] = '\0';
    if (cli_value(cli, "secret-file"))
        return put_secret_file(cli, "secret-file", "secret", json, err);
    if (!adds || !kind || strcmp(kind, "webhook") != 0)
        return true;
    return cli_key_make(ret_made, err) && put_secret(json, "secret", str_from(ret_made), err);
}

bool cli_notify_request(const struct cli *cli, bool adds, json_t **ret,
                        char ret_made_secret[static CLI_NOTIFY_SECRET_SIZE], struct err *err)
{
    json_t *json = json_object();
    if (!json)
        return err_memory(err);
    if (check_switches(cli, err) && put_texts(cli, json, err) && put_list(cli, "to", "to", json, err) &&
        put_list(cli, "event", "events", json, err) && put_number(cli, "port", "port", 65535, json, err) &&
        put_number(cli, "digest-hour", "digest_hour", 23, json, err) && put_switches(cli, json, err) &&
        put_roots(cli, json, err) && put_password(cli, json, err) &&
        put_signature_key(cli, adds, json, ret_made_secret, err)) {
        *ret = json;
        return true;
    }
    json_decref(json);
    return false;
}
