/* From options to members. */
#include "app/cli_ca.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/cli_passphrase.h"
#include "app/site_file.h"

static bool put(json_t *body, const char *member, json_t *take_value, struct err *err)
{
    return json_object_set_new(body, member, take_value) == 0 || err_memory(err);
}

static bool put_text(const struct cli *cli, const char *option, const char *member, json_t *body, struct err *err)
{
    const char *value = cli_value(cli, option);
    char field[64];
    (void)snprintf(field, sizeof field, "--%s", option);
    json_t *text = value ? json_string(value) : NULL;
    if (value && !text)
        return err_field(err, field, "it is not text in UTF-8");
    return !value || put(body, member, text, err);
}

static bool put_contacts(const struct cli *cli, json_t *body, struct err *err)
{
    size_t at = 0;
    if (cli_count(cli, "contact") == 0)
        return true;
    json_t *list = json_array();
    for (const char *value; list && (value = cli_next(cli, "contact", &at));)
        if (json_array_append_new(list, json_string(value)) != 0) {
            json_decref(list);
            return err_field(err, "--contact", "it is not text in UTF-8");
        }
    return list ? put(body, "contacts", list, err) : err_memory(err);
}

static bool put_roots(const struct cli *cli, json_t *body, struct err *err)
{
    const char *path = cli_value(cli, "roots");
    json_t *pem = path ? site_file_text("--roots", path, SITE_FILE_PEM, err) : NULL;
    return !path || (pem && put(body, "roots_pem", pem, err));
}

static bool ask_key(json_t *body, struct err *err)
{
    struct buf typed;
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        (void)err_field(err, "--eab-kid",
                        "the key that goes with it is missing, and there is no terminal to ask for it");
        return err_fix(err, "put it into a file that only you can read, and name that with --eab-key-file");
    }
    bool fine = cli_passphrase_ask(fd, "the account there (the key of --eab-kid)", &typed, err);
    (void)close(fd);
    if (!fine)
        return false;
    json_t *key = json_stringn(buf_str(&typed).data, buf_str(&typed).size);
    cli_passphrase_wipe(&typed);
    return key ? put(body, "eab_key", key, err) : err_memory(err);
}

/* From its file, or asked for: never an option's value, which every user of the machine could see. */
static bool put_binding(const struct cli *cli, json_t *body, struct err *err)
{
    const char *path = cli_value(cli, "eab-key-file"), *kid = cli_value(cli, "eab-kid");
    if (!path) /* an empty id takes the binding away, and needs no key */
        return !kid || !*kid || ask_key(body, err);
    json_t *key = site_file_text("--eab-key-file", path, SITE_FILE_PAGE, err);
    return key && put(body, "eab_key", key, err);
}

static bool put_preference(const struct cli *cli, json_t *body, struct err *err)
{
    const char *text = cli_value(cli, "preference");
    uint64_t number;
    if (!text)
        return true;
    if (!str_to_u64(str_from(text), 1000, &number))
        return err_field(err, "--preference", "a number from 0 to 1000 is needed here");
    return put(body, "preference", json_integer((json_int_t)number), err);
}

static bool put_switch(const struct cli *cli, const char *option, const char *member, json_t *body, struct err *err)
{
    return !cli_has(cli, option) || put(body, member, json_true(), err);
}

static bool fill(const struct cli *cli, bool is_new, json_t *body, struct err *err)
{
    return (!is_new || put(body, "name", json_string(cli->operands[0]), err)) &&
           put_text(cli, "directory", "directory", body, err) && put_contacts(cli, body, err) &&
           put_switch(cli, "agree-terms", "terms_agreed", body, err) &&
           put_text(cli, "eab-kid", "eab_kid", body, err) && put_binding(cli, body, err) &&
           put_text(cli, "profile", "profile", body, err) &&
           put_text(cli, "preferred-root", "preferred_root", body, err) && put_roots(cli, body, err) &&
           put_preference(cli, body, err) && put_switch(cli, "rehearsal", "rehearsal", body, err);
}

bool cli_ca_request(const struct cli *cli, bool is_new, json_t **ret, struct err *err)
{
    json_t *body = json_object();
    if (body && fill(cli, is_new, body, err)) {
        *ret = body;
        return true;
    }
    json_decref(body);
    return body ? false : err_memory(err);
}
