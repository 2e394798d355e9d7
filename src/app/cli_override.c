/* Three options, one member. */
#include "app/cli_override.h"

static bool put_guards(const struct cli *cli, json_t *list)
{
    size_t at = 0;
    const char *guard;
    while ((guard = cli_next(cli, "override", &at)))
        if (json_array_append_new(list, json_string(guard)) != 0)
            return false;
    return true;
}

static bool put_text(json_t *override, const char *member, const char *dashed, const char *text, struct err *err)
{
    json_t *value = json_string(text);
    if (!value)
        return err_field(err, dashed, "it is not text in UTF-8");
    return json_object_set_new(override, member, value) == 0 || err_memory(err);
}

static bool put(const struct cli *cli, const char *reason, const char *confirm, json_t *request, struct err *err)
{
    json_t *override = json_object(), *guards = json_array();
    bool fine = (override && guards && put_guards(cli, guards) && json_object_set(override, "guards", guards) == 0) ||
                err_memory(err);
    fine = fine && put_text(override, "reason", "--reason", reason, err) &&
           put_text(override, "confirm", "--confirm", confirm, err) &&
           (json_object_set(request, "override", override) == 0 || err_memory(err));
    json_decref(guards);
    json_decref(override);
    return fine;
}

bool cli_override_put(const struct cli *cli, json_t *request, struct err *err)
{
    static const char *const options[] = {"override", "reason", "confirm"};
    static const char *const dashed[] = {"--override", "--reason", "--confirm"};
    const char *reason = cli_value(cli, "reason"), *confirm = cli_value(cli, "confirm");
    if (cli_has(cli, "replace-working") && json_object_set_new(request, "replace_working", json_true()) != 0)
        return err_memory(err);
    if (!cli_has(cli, "override") && !reason && !confirm)
        return true;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (!cli_has(cli, options[i])) {
            (void)err_field(err, dashed[i], "it is missing: --override, --reason and --confirm go together");
            return err_fix(err, "name the guards, say why, and type the site's name again");
        }
    return put(cli, reason, confirm, request, err);
}
