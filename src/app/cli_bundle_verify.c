/* bundle verify: offline. */
#include <limits.h>
#include <stdio.h>

#include "app/bundle_check.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "os/file.h"

/* More than control writes. */
#define CONTENT_SIZE_MAX ((size_t)256 << 20)

static const char *const state_words[] = {
    [BUNDLE_FILE_GOOD] = "as it was signed",
    [BUNDLE_FILE_CHANGED] = "CHANGED after it was signed",
    [BUNDLE_FILE_MISSING] = "MISSING",
    [BUNDLE_FILE_FOREIGN] = "not part of what was signed",
};

static bool has_bad_file(const struct bundle_check *check)
{
    for (size_t i = 0; i < check->files_count; i++)
        if (check->files[i].state == BUNDLE_FILE_CHANGED || check->files[i].state == BUNDLE_FILE_MISSING)
            return true;
    return false;
}

static void write_signature(const struct bundle_check *check, bool is_right_key)
{
    if (!check->fingerprint[0])
        cli_text_printf(stdout, "", 0, "The public key of the bundle cannot be read.");
    else if (!is_right_key)
        cli_text_printf(stdout, "", 0, "The bundle has another key than the one of --fingerprint: %s.",
                        check->fingerprint);
    else if (!check->is_signed)
        cli_text_printf(stdout, "", 0,
                        "The signature does not fit%s: SHA256SUMS or SHA256SUMS.sig was changed, or another key than "
                        "%s has signed.",
                        has_bad_file(check) ? "" : " although all files do", check->fingerprint);
    else
        cli_text_printf(stdout, "", 0, "Signed with %s.", check->fingerprint);
}

/* Of what was signed: whose evidence it is, and from when. Nothing of a bundle that is not good. */
static void write_subject(const char *folder)
{
    char path[PATH_MAX], made[CLI_MOMENT_SIZE], since[CLI_MOMENT_SIZE], until[CLI_MOMENT_SIZE];
    struct buf content;
    int size = snprintf(path, sizeof path, "%s/evidence.json", folder);
    if (size < 0 || size >= (int)sizeof path || !file_read_plain(path, CONTENT_SIZE_MAX, &content, NULL))
        return;
    json_t *json = json_loadb(buf_str(&content).data, buf_str(&content).size, 0, NULL);
    const json_t *span = json_object_get(json, "span"), *facts = json_object_get(json, "made");
    if (json_is_object(facts))
        cli_text_printf(stdout, "", 4, "Evidence of %s from %s until %s, made at %s by %s.",
                        cli_json_text(json, "name", "?"), cli_moment_text(cli_json_text(span, "since", NULL), since),
                        cli_moment_text(cli_json_text(span, "until", NULL), until),
                        cli_moment_text(cli_json_text(facts, "at", NULL), made), cli_json_text(facts, "by", "?"));
    json_decref(json);
    buf_fini(&content);
}

static void write_text(const struct bundle_check *check, bool is_right_key, bool is_named)
{
    for (size_t i = 0; i < check->files_count; i++)
        cli_text_printf(stdout, "", 4, "%s: %s", check->files[i].name, state_words[check->files[i].state]);
    write_signature(check, is_right_key);
    if (!bundle_check_is_good(check) || !is_right_key)
        cli_text_printf(stdout, "", 0, "This is not what was signed: do not rely on it.");
    else if (!is_named)
        cli_text_printf(stdout, "", 0,
                        "That key came with the bundle: compare the fingerprint with the one that its makers gave you "
                        "by another way, or give it with --fingerprint or --key.");
    else
        cli_text_printf(stdout, "", 0, "It is as its makers signed it.");
}

/* NULL when memory ran out. */
static json_t *json_of(const struct bundle_check *check, bool is_good)
{
    json_t *files = json_array();
    for (size_t i = 0; i < check->files_count; i++)
        if (json_array_append_new(files, json_pack("{s:s, s:s}", "name", check->files[i].name, "state",
                                                   bundle_file_state_name(check->files[i].state))) != 0) {
            json_decref(files);
            return NULL;
        }
    return json_pack("{s:b, s:b, s:s, s:o}", "good", is_good, "signed", check->is_signed, "fingerprint_sha256",
                     check->fingerprint, "files", files);
}

static int write_json(const struct bundle_check *check, bool is_good)
{
    json_t *json = json_of(check, is_good);
    int status = json && cli_print_json(json) && is_good ? CLI_OK : CLI_FAILED;
    json_decref(json);
    return status;
}

/* As people copy it: in either case, with colons or blanks between. */
static bool fingerprint_is(const char *given, const char *fingerprint)
{
    size_t at = 0;
    for (; *given; given++) {
        if (*given == ':' || *given == ' ')
            continue;
        if (!fingerprint[at] || str_lower_char(*given) != fingerprint[at])
            return false;
        at++;
    }
    return at > 0 && !fingerprint[at];
}

int cli_bundle_verify(const struct cli *cli)
{
    struct bundle_check check;
    struct err err = {0};
    const char *key = cli_value(cli, "key"), *fingerprint = cli_value(cli, "fingerprint");
    if (!bundle_check(cli->operands[0], key, &check, &err))
        return cli_print_error(&err);
    bool is_right_key = !fingerprint || fingerprint_is(fingerprint, check.fingerprint);
    bool is_good = is_right_key && bundle_check_is_good(&check);
    if (cli_has(cli, "json"))
        return write_json(&check, is_good);
    if (is_good)
        write_subject(cli->operands[0]);
    write_text(&check, is_right_key, key || fingerprint);
    return is_good ? CLI_OK : CLI_FAILED;
}
