/* From --password-file or from the terminal. */
#include "app/cli_admin_password.h"

#include "app/cli_passphrase.h"

#define OPTION "--password-file"

bool cli_admin_password(const struct cli *cli, const char *account, json_t *body, struct err *err)
{
    const char *path = cli_value(cli, "password-file");
    struct buf password;
    if (!(path ? cli_passphrase_read(path, OPTION, &password, err)
               : cli_passphrase_prompt_twice("New password of", account, "the account", OPTION, &password, err)))
        return false;
    struct str text = buf_str(&password);
    json_t *value = json_stringn(text.data, text.size);
    cli_passphrase_wipe(&password);
    if (!value)
        return err_field(err, path ? OPTION : "password", "it is not text in UTF-8");
    return json_object_set_new(body, "password", value) == 0 || err_memory(err);
}
