#include "app/cli_question.h"

#include "os/file.h"

/* The store of roots of a large organisation. */
#define ROOTS_SIZE_MAX ((size_t)1 << 20)
/* Of one request: who waits longer for a page has left. */
#define TIMEOUT_S_MAX 60

static bool read_policy(const struct cli *cli, struct cli_question *q, struct err *err)
{
    const char *typed = cli_value(cli, "policy");
    for (unsigned policy = 0; typed && policy <= PRELOAD_POLICY_BULK_18_WEEKS; policy++)
        if (strcmp(typed, preload_policy_name((enum preload_policy)policy)) == 0) {
            q->policy = (enum preload_policy)policy;
            return true;
        }
    return !typed || err_field(err, "--policy", "it is bulk-1-year or bulk-18-weeks");
}

/* NAME:ADDRESS; an IPv6 address with or without brackets. */
static bool read_host(const char *typed, struct crowd_host *ret, struct err *err)
{
    struct str rest = str_from(typed), name = str_cut(&rest, ':');
    socklen_t size;
    if (str_starts(rest, STR("[")) && str_ends(rest, STR("]")))
        rest = str_part(rest, 1, rest.size - 2);
    if (name.size && rest.data && endpoint_parse_ip(rest, 0, &ret->address, &size)) {
        ret->name = name;
        return true;
    }
    (void)err_field(err, "--resolve", "\"%.200s\" is not NAME:ADDRESS", typed);
    return err_fix(err, "as in --resolve example.org:192.0.2.7");
}

static bool read_hosts(const struct cli *cli, struct cli_question *q, struct err *err)
{
    size_t at = 0;
    const char *typed;
    while ((typed = cli_next(cli, "resolve", &at))) {
        if (q->hosts_count == CLI_QUESTION_HOSTS_COUNT_MAX)
            return err_field(err, "--resolve", "there are more than %d", CLI_QUESTION_HOSTS_COUNT_MAX);
        if (!read_host(typed, &q->hosts[q->hosts_count++], err))
            return false;
    }
    return true;
}

static bool read_timeout(const struct cli *cli, struct cli_question *q, struct err *err)
{
    const char *typed = cli_value(cli, "timeout");
    uint64_t seconds = 0;
    if (typed && (!str_to_u64(str_from(typed), TIMEOUT_S_MAX, &seconds) || seconds == 0))
        return err_field(err, "--timeout", "it is a number of seconds from 1 to %d", TIMEOUT_S_MAX);
    q->request_ms = (uint32_t)seconds * 1000;
    return true;
}

static bool read_roots(const struct cli *cli, struct cli_question *q, struct err *err)
{
    size_t at = 0;
    const char *path;
    struct err why = {0};
    buf_init(&q->roots, ROOTS_SIZE_MAX);
    while ((path = cli_next(cli, "root", &at))) {
        struct buf one;
        bool fine = file_read(path, ROOTS_SIZE_MAX, &one, &why);
        if (!fine)
            return err_field(err, "--root", "%s", why.text);
        fine = buf_put_str(&q->roots, buf_str(&one)) && buf_put_char(&q->roots, '\n');
        buf_fini(&one);
        if (!fine)
            return err_field(err, "--root", "they are more than %zu bytes", ROOTS_SIZE_MAX);
    }
    return true;
}

/* As the gateway keeps it: DATA/preload.list. */
static bool read_list(const struct cli *cli, struct cli_question *q, struct err *err)
{
    const char *path = cli_value(cli, "preload-list");
    struct err why = {0};
    buf_init(&q->list, PRELOAD_LIST_SIZE_MAX);
    if (!path)
        return true;
    if (file_read(path, PRELOAD_LIST_SIZE_MAX, &q->list, &why) &&
        preload_list_open(buf_str(&q->list), &q->preload, &why))
        return true;
    (void)err_field(err, "--preload-list", "%s", why.text);
    return err_fix(err, "name the file that \"strictgate preload update\" made: preload.list in the data directory");
}

bool cli_question_read(const struct cli *cli, struct cli_question *ret, struct err *err)
{
    *ret = (struct cli_question){.removal = cli_has(cli, "removal"), .rules_only = cli_has(cli, "rules-only")};
    if (read_policy(cli, ret, err) && read_timeout(cli, ret, err) && read_hosts(cli, ret, err) &&
        read_roots(cli, ret, err) && read_list(cli, ret, err))
        return true;
    cli_question_fini(ret);
    return false;
}

void cli_question_fini(struct cli_question *question)
{
    buf_fini(&question->roots);
    buf_fini(&question->list);
}
