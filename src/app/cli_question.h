/* What "check" and "scan" are asked alike: by which rules, by which roots, and where names are. */
#ifndef APP_CLI_QUESTION_H
#define APP_CLI_QUESTION_H

#include "app/cli.h"
#include "base/buf.h"
#include "hsts/preload_list.h"
#include "hsts/preload_rules.h"
#include "probe/crowd.h"

/* More given addresses in one call than anybody types. */
#define CLI_QUESTION_HOSTS_COUNT_MAX 64

struct cli_question {
    bool removal;    /* --removal */
    bool rules_only; /* --rules-only, of "check" */
    enum preload_policy policy;
    struct crowd_host hosts[CLI_QUESTION_HOSTS_COUNT_MAX]; /* --resolve; names of argv */
    size_t hosts_count;
    struct buf roots; /* PEM of --root */
    struct buf list;  /* of --preload-list, of "check"; empty: there is none */
    struct preload_list preload;
    uint32_t request_ms; /* --timeout; 0: what is usual */
};

/* The caller ends *ret with cli_question_fini when it is true. */
NODISCARD bool cli_question_read(const struct cli *cli, struct cli_question *ret, struct err *err);
void cli_question_fini(struct cli_question *question);

#endif
