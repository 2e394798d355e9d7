/* A line for each site, and indented below it a line for each member. */
#include "app/cli_changes.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/cli_output.h"
#include "app/cli_text.h"

/* "    redirect: temporary -> permanent" up to this width; longer values have a line each. */
#define LINE_WIDTH CLI_WIDTH
/* Room for "routes[123].upstreams[123].weight". */
#define PATH_SIZE 200
/* Of an upstream's member in a list in a route in a list; deeper differences are told as they are. */
#define DEPTH_MAX 6

/* A text as it is (of a certificate its size), anything else as JSON, nothing as "-". The caller frees. */
static char *value_text(const json_t *value)
{
    if (!value || json_is_null(value))
        return strdup("-");
    if (json_is_string(value) && str_starts(str_from(json_string_value(value)), STR("-----BEGIN "))) {
        char *text = NULL;
        return asprintf(&text, "(PEM, %zu bytes)", json_string_length(value)) < 0 ? NULL : text;
    }
    if (json_is_string(value))
        return strdup(json_string_value(value));
    return json_dumps(value, JSON_ENCODE_ANY); /* with blanks, to be wrapped at */
}

static bool is_nothing(const json_t *value)
{
    return !value || json_is_null(value) || (json_is_string(value) && json_string_length(value) == 0) ||
           (json_is_array(value) && json_array_size(value) == 0);
}

static void write_both(FILE *out, const char *member, const char *before, const char *after)
{
    if (strlen(member) + strlen(before) + strlen(after) + sizeof "      :  -> " - 1 <= LINE_WIDTH) {
        cli_text_printf(out, "    ~ ", 8, "%s: %s -> %s", member, before, after);
        return;
    }
    cli_text_printf(out, "    - ", 8, "%s: %s", member, before);
    cli_text_printf(out, "    + ", 8, "%s: %s", member, after);
}

static void write_values(FILE *out, const char *member, const json_t *before, const json_t *after)
{
    if (is_nothing(before) && is_nothing(after))
        return;
    char *from = value_text(before), *to = value_text(after);
    if (!from || !to)
        cli_text_line(out, "    ~ ", member);
    else if (is_nothing(before))
        cli_text_printf(out, "    + ", 8, "%s: %s", member, to);
    else if (is_nothing(after))
        cli_text_printf(out, "    - ", 8, "%s: %s", member, from);
    else
        write_both(out, member, from, to);
    free(from);
    free(to);
}

static void write_difference(FILE *out, const char *member, const json_t *before, const json_t *after, int depth);

/* Members of two objects: what both have and differs, what only one of them has. */
static void write_members(FILE *out, const char *path, const json_t *before, const json_t *after, int depth)
{
    const char *name;
    json_t *value;
    char member[PATH_SIZE];
    json_object_foreach((json_t *)(uintptr_t)before, name, value)
    {
        (void)snprintf(member, sizeof member, "%s.%s", path, name);
        write_difference(out, member, value, json_object_get(after, name), depth);
    }
    json_object_foreach((json_t *)(uintptr_t)after, name, value)
    {
        (void)snprintf(member, sizeof member, "%s.%s", path, name);
        if (!json_object_get(before, name))
            write_difference(out, member, NULL, value, depth);
    }
}

/* Only what differs within: of two objects, of two lists of the same length. */
static void write_difference(FILE *out, const char *member, const json_t *before, const json_t *after, int depth)
{
    bool lists = json_is_array(before) && json_is_array(after) && json_array_size(before) == json_array_size(after);
    char element[PATH_SIZE];
    if (before && after && json_equal(before, after))
        return;
    if (depth == 0 || (!lists && !(json_is_object(before) && json_is_object(after)))) {
        write_values(out, member, before, after);
        return;
    }
    if (!lists) {
        write_members(out, member, before, after, depth - 1);
        return;
    }
    for (size_t i = 0; i < json_array_size(before); i++) {
        (void)snprintf(element, sizeof element, "%s[%zu]", member, i);
        write_difference(out, element, json_array_get(before, i), json_array_get(after, i), depth - 1);
    }
}

static char sign_of(const char *act)
{
    if (strcmp(act, "add") == 0)
        return '+';
    return strcmp(act, "remove") == 0 ? '-' : '~';
}

static const struct {
    const char *list, *what;
} lists[] = {{"notify_channels", "notification channel"},
             {"cas", "certificate authority"},
             {"dns_zones", "DNS zone"},
             {"private_roots", "private root"}};

/* Of a root the fingerprint says less than its subject. */
static const char *name_of(const json_t *change)
{
    const json_t *differences = json_object_get(change, "differences");
    for (size_t i = 0; i < json_array_size(differences); i++) {
        const json_t *one = json_array_get(differences, i);
        if (strcmp(cli_json_text(one, "member", ""), "subject") == 0)
            return cli_json_text(one, "before", cli_json_text(one, "after", "?"));
    }
    return cli_json_text(change, "name", "?");
}

static void write_title(FILE *out, const json_t *change)
{
    const char *list = cli_json_text(change, "list", NULL);
    for (size_t i = 0; list && i < sizeof lists / sizeof *lists; i++)
        if (strcmp(list, lists[i].list) == 0) {
            cli_text_printf(out, "", 2, "%s %s", lists[i].what, name_of(change));
            return;
        }
    cli_text_line(out, "", cli_json_text(change, "site", "settings"));
}

/* Of a site that goes, its name is enough; of one that comes, what is not said with it. */
static void write_change(FILE *out, const json_t *change)
{
    const json_t *differences = json_object_get(change, "differences");
    const char sign = sign_of(cli_json_text(change, "act", "?"));
    (void)fprintf(out, "%c ", sign);
    write_title(out, change);
    for (size_t i = 0; sign != '-' && i < json_array_size(differences); i++) {
        const json_t *one = json_array_get(differences, i);
        const char *member = cli_json_text(one, "member", "?");
        if (strcmp(member, "name") != 0)
            write_difference(out, member, json_object_get(one, "before"), json_object_get(one, "after"), DEPTH_MAX);
    }
}

void cli_changes_write(FILE *out, const json_t *changes)
{
    for (size_t i = 0; i < json_array_size(changes); i++)
        write_change(out, json_array_get(changes, i));
}

void cli_changes_write_hsts(FILE *out, const char *site, bool changes, const struct hsts_wish *before,
                            const struct hsts_wish *after, const char *note)
{
    char from[CLI_WISH_SIZE], to[CLI_WISH_SIZE];
    if (changes) {
        cli_text_line(out, "~ ", site);
        cli_text_printf(out, "    ~ ", 8, "hsts: %s -> %s", cli_wish_text(before, from), cli_wish_text(after, to));
    }
    if (note)
        cli_text_printf(out, "note: ", 6, "%s: %s", site, note);
}
