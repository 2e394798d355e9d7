/* cert show: rows of a title and its text, a block for each certificate. */
#include "app/cli_cert.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_look.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

/* Where the texts of the rows begin. */
#define ROW_WIDTH 16

/* A moment of the API; without one, `otherwise`. */
static void row_moment(FILE *out, const char *title, const json_t *object, const char *name, const char *otherwise)
{
    char moment[CLI_MOMENT_SIZE];
    const char *text = cli_json_text(object, name, NULL);
    cli_text_row(out, ROW_WIDTH, title, "%s", text ? cli_moment_text(text, moment) : otherwise);
}

static void row_names(FILE *out, const char *title, const json_t *list)
{
    struct arena room;
    struct str text = {NULL, 0};
    arena_init(&room, 65536);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        text = arena_printf(&room, "%.*s%s%s", STR_ARG(text), i ? ", " : "", name ? name : "?");
    }
    if (text.size)
        cli_text_row(out, ROW_WIDTH, title, "%.*s", STR_ARG(text));
    arena_fini(&room);
}

static void write_validity(FILE *out, const json_t *certificate)
{
    char from[CLI_MOMENT_SIZE], until[CLI_MOMENT_SIZE];
    cli_text_row(out, ROW_WIDTH, "  Valid", "%s to %s",
                 cli_moment_text(cli_json_text(certificate, "not_before", NULL), from),
                 cli_moment_text(cli_json_text(certificate, "not_after", NULL), until));
}

/* Those above the leaf, which the site's own lines describe. */
static void write_chain(FILE *out, const json_t *chain)
{
    for (size_t i = 1; i < json_array_size(chain); i++) {
        const json_t *one = json_array_get(chain, i);
        cli_text_row(out, ROW_WIDTH, i == 1 ? "  Chain" : "", "%s (%s), until %.10s, SHA-256 %s",
                     cli_json_text(one, "subject", "?"), cli_json_text(one, "key", "?"),
                     cli_json_text(one, "not_after", "?"), cli_json_text(one, "fingerprint_sha256", "?"));
    }
    cli_text_row(out, ROW_WIDTH, json_array_size(chain) > 1 ? "" : "  Chain", "%s%s",
                 json_array_size(chain) > 1 ? "issued by " : "the certificate alone, issued by ",
                 cli_json_text(json_array_get(chain, json_array_size(chain) - 1), "issuer", "?"));
}

/* The four dates. */
static void write_way(FILE *out, const json_t *certificate)
{
    char first[CLI_MOMENT_SIZE], last[CLI_MOMENT_SIZE], published[CLI_MOMENT_SIZE];
    const char *seen = cli_json_text(certificate, "seen_last", NULL);
    row_moment(out, "  Stored", certificate, "stored", "not known");
    if (json_is_string(json_object_get(certificate, "published")))
        cli_text_row(out, ROW_WIDTH, "  Published", "%s, generation %lld",
                     cli_moment_text(cli_json_text(certificate, "published", NULL), published),
                     (long long)cli_json_number(certificate, "generation", 0));
    else
        cli_text_row(out, ROW_WIDTH, "  Published", "before this was written down");
    row_moment(out, "  Acknowledged", certificate, "acknowledged", "not by every worker yet");
    if (seen)
        cli_text_row(out, ROW_WIDTH, "  Seen served", "first %s, last %s",
                     cli_moment_text(cli_json_text(certificate, "seen_first", NULL), first),
                     cli_moment_text(seen, last));
    else
        cli_text_row(out, ROW_WIDTH, "  Seen served", "not yet");
}

static void write_mismatch(FILE *out, const json_t *one)
{
    char since[CLI_MOMENT_SIZE];
    const char *place = cli_json_text(one, "place", "?");
    const char *moment = cli_moment_text(cli_json_text(one, "since", NULL), since);
    if (!json_is_string(json_object_get(one, "fingerprint_sha256"))) {
        cli_text_row(out, ROW_WIDTH, "  NOT served by", "%s, which %s; since %s", place, cli_json_text(one, "why", "?"),
                     moment);
        return;
    }
    cli_text_row(out, ROW_WIDTH, "  NOT served by", "%s since %s; there, for %s, is served:", place, moment,
                 cli_json_text(one, "name", "?"));
    cli_text_row(out, ROW_WIDTH, "", "%s, issued by %s, serial %s, until %.10s", cli_json_text(one, "subject", "?"),
                 cli_json_text(one, "issuer", "?"), cli_json_text(one, "serial", "?"),
                 cli_json_text(one, "not_after", "?"));
    cli_text_row(out, ROW_WIDTH, "", "SHA-256 %s", cli_json_text(one, "fingerprint_sha256", "?"));
}

static void write_certificate(FILE *out, const json_t *certificate)
{
    const json_t *mismatches = json_object_get(certificate, "mismatches");
    if (!json_is_string(json_object_get(certificate, "id"))) {
        cli_cert_write_problems(out, certificate, "notice", "");
        return;
    }
    bool in_drawer = cli_json_bool(certificate, "drawer");
    (void)fprintf(out, "\n%s certificate%s\n", cli_cert_side(certificate), in_drawer ? " in the drawer" : "");
    cli_text_row(out, ROW_WIDTH, "  Subject", "%s", cli_json_text(certificate, "subject", "?"));
    cli_text_row(out, ROW_WIDTH, "  Key", "%s", cli_json_text(certificate, "key", "?"));
    row_names(out, "  Names", json_object_get(certificate, "names"));
    write_validity(out, certificate);
    cli_text_row(out, ROW_WIDTH, "  Days left", "%lld", (long long)cli_json_number(certificate, "days_left", 0));
    cli_text_row(out, ROW_WIDTH, "  Serial", "%s", cli_json_text(certificate, "serial", "?"));
    cli_text_row(out, ROW_WIDTH, "  SHA-256", "%s", cli_json_text(certificate, "fingerprint_sha256", "?"));
    write_chain(out, json_object_get(certificate, "chain"));
    if (in_drawer)
        row_moment(out, "  Stored", certificate, "stored", "not known");
    else
        write_way(out, certificate);
    for (size_t i = 0; i < json_array_size(mismatches); i++)
        write_mismatch(out, json_array_get(mismatches, i));
    row_moment(out, "  Next renewal", certificate, "renewal_due", "by hand, before it ends");
    cli_cert_write_problems(out, certificate, "notice", "");
}

static void write_promise(FILE *out, const json_t *site)
{
    char until[CLI_MOMENT_SIZE];
    const char *bound = cli_json_text(site, "bound_until", NULL);
    if (bound)
        cli_text_row(out, ROW_WIDTH, "Promise", "browsers insist on HTTPS until %s (%lld days)",
                     cli_moment_text(bound, until), (long long)cli_json_number(site, "bound_days_left", 0));
    else
        cli_text_row(out, ROW_WIDTH, "Promise", "none: no browser insists on HTTPS");
    cli_text_row(out, ROW_WIDTH, "Renewals", "%lld of 2 were seen served",
                 (long long)cli_json_number(site, "renewals_seen", 0));
}

void cli_cert_write_site(FILE *out, const json_t *site)
{
    char looked[CLI_MOMENT_SIZE];
    const json_t *certificates = json_object_get(site, "certificates");
    const char *moment = cli_json_text(site, "looked", NULL), *look = cli_json_text(site, "look", NULL);
    cli_text_row(out, ROW_WIDTH, "Site", "%s", cli_json_text(site, "site", "?"));
    cli_text_row(out, ROW_WIDTH, "Source", "%s", cli_json_text(site, "source", "?"));
    write_promise(out, site);
    row_names(out, "Listeners", json_object_get(site, "listeners"));
    if (moment)
        cli_text_row(out, ROW_WIDTH, "Last look", "%s: %s", cli_moment_text(moment, looked), look ? look : "?");
    else
        cli_text_row(out, ROW_WIDTH, "Last look", "none since it was changed, or since control was started");
    for (size_t i = 0; i < json_array_size(certificates); i++)
        write_certificate(out, json_array_get(certificates, i));
}

int cli_cert_show(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply;
    bool look = cli_has(cli, "look");
    arena_init(&room, 65536);
    const struct cli_request request = {
        .method = "GET",
        .path = cli_site_path(&room, cli->operands[0], look ? "/certificates?look=true" : "/certificates"),
        .timeout_s = look ? CLI_TIMEOUT_LOOK_S : 0};
    if (look)
        cli_look_tell(cli->operands[0]);
    int status = request.path ? cli_send(cli, &request, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        cli_cert_write_site(stdout, reply.json);
    cli_reply_fini(&reply);
    return status;
}
