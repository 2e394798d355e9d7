/*
 * Zone transfers from the real servers that Debian has, Knot and BIND, with a key and without. Each is started on a
 * free port of 127.0.0.1 (in a network of the test's own where it may have one) with files of its own; where it is not
 * installed its test is skipped.
 */
#include "own_network.h"

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "dns/exchange.h"
#include "dns/transfer.h"

#define SECRET        "0123456789abcdef0123456789abcdef"
#define SECRET_BASE64 "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
/* More than one message holds, in either server's way to fill them. */
#define NAMES_COUNT 3000

struct real {
    const char *program;
    char directory[64];
    union os_address address;
    pid_t pid;
};

static bool is_installed(const char *program)
{
    return access(program, X_OK) == 0;
}

static uint16_t free_port(void)
{
    union os_address address;
    socklen_t size = sizeof address;
    struct err err = {0};
    int fd = -1;
    assert_true(os_address_parse(STR("127.0.0.1"), 0, &address) && os_listen_tcp(&address, &fd, &err));
    assert_int_equal(getsockname(fd, &address.any, &size), 0);
    (void)close(fd);
    return os_address_port(&address);
}

static void write_file(const struct real *real, const char *name, struct str text)
{
    char path[128];
    (void)snprintf(path, sizeof path, "%s/%s", real->directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text.data, 1, text.size, file), text.size);
    assert_int_equal(fclose(file), 0);
}

/* Two zones: one for who has the key, one for everybody. */
static void write_zones(const struct real *real)
{
    struct buf zone;
    buf_init(&zone, 1 << 20);
    (void)buf_put_str(&zone, STR("$TTL 60\n@ SOA ns1.example.net. admin.example.net. 2026112601 1 1 1 1\n"
                                 "@ NS ns1.example.net.\nclick CNAME u1.wl.sendgrid.net.\n*.dev A 192.0.2.9\n"
                                 "svc TYPE65 \\# 3 000100\n_dmarc TXT \"v=DMARC1\"\n"));
    write_file(real, "open.zone", buf_str(&zone));
    for (unsigned i = 0; i < NAMES_COUNT; i++)
        (void)buf_printf(&zone, "host%u A 192.0.2.%u\n", i, i % 250);
    assert_true(buf_ok(&zone));
    write_file(real, "keyed.zone", buf_str(&zone));
    buf_fini(&zone);
}

static void configure_knot(const struct real *real, uint16_t port)
{
    struct buf text;
    buf_init(&text, 8192);
    (void)buf_printf(
        &text,
        "server:\n    listen: 127.0.0.1@%u\n    rundir: %s\n    pidfile: %s/knot.pid\n"
        "log:\n  - target: stderr\n    any: error\n"
        "database:\n    storage: %s\n"
        "key:\n  - id: transfer\n    algorithm: hmac-sha256\n    secret: " SECRET_BASE64 "\n"
        "acl:\n  - id: keyed\n    key: transfer\n    action: transfer\n  - id: open\n    action: transfer\n"
        "zone:\n  - domain: keyed.example\n    file: %s/keyed.zone\n    acl: keyed\n"
        "  - domain: open.example\n    file: %s/open.zone\n    acl: open\n",
        (unsigned)port, real->directory, real->directory, real->directory, real->directory, real->directory);
    write_file(real, "server.conf", buf_str(&text));
    buf_fini(&text);
}

static void configure_bind(const struct real *real, uint16_t port)
{
    struct buf text;
    buf_init(&text, 8192);
    (void)buf_printf(
        &text,
        "options { directory \"%s\"; pid-file \"%s/named.pid\"; session-keyfile \"%s/session.key\";\n"
        "  listen-on port %u { 127.0.0.1; }; listen-on-v6 { none; }; recursion no; notify no;\n"
        "  dnssec-validation no; managed-keys-directory \"%s\"; };\n"
        "controls { };\n"
        "key transfer { algorithm hmac-sha256; secret \"" SECRET_BASE64 "\"; };\n"
        "zone \"keyed.example\" { type primary; file \"keyed.zone\"; allow-transfer { key transfer; }; };\n"
        "zone \"open.example\" { type primary; file \"open.zone\"; allow-transfer { any; }; };\n",
        real->directory, real->directory, real->directory, (unsigned)port, real->directory);
    write_file(real, "server.conf", buf_str(&text));
    buf_fini(&text);
}

static bool serves(const struct real *real, const char *zone)
{
    struct dns_name name;
    struct deadline deadline;
    struct dns_answer answer;
    assert_true(dns_name_from(str_from(zone), &name));
    deadline_start(&deadline, 1000, NULL);
    if (!dns_question(&real->address, &name, DNS_SOA, false, &deadline, &answer, NULL))
        return false;
    bool is_answered = answer.message.rcode == DNS_NOERROR && answer.message.counts[DNS_ANSWER] == 1;
    dns_answer_fini(&answer);
    return is_answered;
}

/* A copy of the program: where AppArmor confines the packaged one it may read no file of ours. */
static void copy_program(const struct real *real)
{
    char path[128], room[65536];
    size_t size;
    (void)snprintf(path, sizeof path, "%s/server", real->directory);
    FILE *from = fopen(real->program, "rb"), *to = fopen(path, "wb");
    assert_non_null(from);
    assert_non_null(to);
    while ((size = fread(room, 1, sizeof room, from)) > 0)
        assert_int_equal(fwrite(room, 1, size, to), size);
    assert_int_equal(fclose(to), 0);
    (void)fclose(from);
    assert_int_equal(chmod(path, 0700), 0);
}

static void run(const struct real *real)
{
    char path[128], log[128], program[128];
    (void)snprintf(program, sizeof program, "%s/server", real->directory);
    (void)snprintf(path, sizeof path, "%s/server.conf", real->directory);
    (void)snprintf(log, sizeof log, "%s/log", real->directory);
    if (freopen(log, "w", stderr))
        (void)execl(program, program, "-c", path, strstr(real->program, "named") ? "-g" : NULL, (char *)NULL);
    _exit(127);
}

/* False: it ended at once, since somebody else has taken the port. */
static bool real_try(struct real *real, void (*configure)(const struct real *real, uint16_t port))
{
    uint16_t port = free_port();
    const int64_t until_ms = deadline_now_ms() + 60000;
    assert_true(os_address_parse(STR("127.0.0.1"), port, &real->address));
    configure(real, port);
    real->pid = fork();
    assert_true(real->pid >= 0);
    if (real->pid == 0)
        run(real);
    while (!serves(real, "keyed.example") || !serves(real, "open.example")) {
        assert_true(deadline_now_ms() < until_ms);
        (void)usleep(50000);
        if (waitpid(real->pid, NULL, WNOHANG) != 0) {
            real->pid = 0;
            return false;
        }
    }
    return true;
}

static void real_start(struct real *real, const char *program,
                       void (*configure)(const struct real *real, uint16_t port))
{
    *real = (struct real){.program = program, .directory = "/tmp/strictgate-transfer-XXXXXX"};
    assert_non_null(mkdtemp(real->directory));
    write_zones(real);
    copy_program(real);
    for (int tries = 0; tries < 5; tries++)
        if (real_try(real, configure))
            return;
    fail_msg("%s ends at once", program);
}

static int remove_one(const char *path, const struct stat *ignored, int type, struct FTW *where)
{
    (void)ignored;
    (void)type;
    (void)where;
    return remove(path);
}

static int real_stop(void **state)
{
    struct real *real = *state;
    if (real->pid > 0) {
        (void)kill(real->pid, SIGTERM);
        (void)waitpid(real->pid, NULL, 0);
    }
    if (real->directory[0])
        (void)nftw(real->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    test_free(real);
    return 0;
}

static int real_new(void **state)
{
    *state = test_calloc(1, sizeof(struct real));
    return 0;
}

struct counted {
    unsigned addresses_count, aliases_count, services_count, others_count;
};

static bool count(void *context, const struct dns_transfer_record *record, struct err *err)
{
    struct counted *counted = context;
    (void)err;
    if (str_eq(record->type, STR("A")))
        counted->addresses_count++;
    else if (str_eq(record->type, STR("CNAME")) && str_eq(record->target, STR("u1.wl.sendgrid.net")))
        counted->aliases_count++;
    else if (str_eq(record->type, STR("HTTPS")))
        counted->services_count++;
    else
        counted->others_count++;
    return true;
}

/* With the key of this name and secret, or none. */
static bool transfer(const struct real *real, const char *zone, const char *key_name, const char *secret,
                     struct counted *counted, struct dns_transferred *ret, struct err *err)
{
    struct tsig_key key = {.algorithm = MAC_SHA256, .secret = str_from(secret)};
    struct dns_transfer wanted = {.server = real->address, .key = key_name ? &key : NULL};
    struct deadline deadline;
    const struct dns_transfer_to to = {.on_record = count, .context = counted};
    *counted = (struct counted){0};
    *err = (struct err){0};
    assert_true(dns_name_from(str_from(zone), &wanted.zone));
    if (key_name)
        assert_true(dns_name_from(str_from(key_name), &key.name));
    deadline_start(&deadline, 60000, NULL);
    return dns_transfer(&wanted, &deadline, (int64_t)time(NULL), &to, ret, err);
}

/* In one of two ways: releases of a server differ. */
static void refused_either(const struct real *real, const char *zone, const char *key_name, const char *secret,
                           const char *words, const char *others)
{
    struct counted counted;
    struct dns_transferred transferred;
    struct err err;
    assert_false(transfer(real, zone, key_name, secret, &counted, &transferred, &err));
    if (!strstr(err.text, words) && !strstr(err.text, others))
        fail_msg("%s: \"%s\", not \"%s\"", real->program, err.text, words);
    assert_int_equal(counted.addresses_count, 0);
}

static void refused(const struct real *real, const char *zone, const char *key_name, const char *secret,
                    const char *words)
{
    refused_either(real, zone, key_name, secret, words, words);
}

static void zones_are_given_to_whom_they_are_for(const struct real *real)
{
    struct counted counted;
    struct dns_transferred transferred;
    struct err err;
    if (!transfer(real, "keyed.example", "transfer", SECRET, &counted, &transferred, &err))
        fail_msg("%s: %s", real->program, err.text);
    assert_int_equal(counted.addresses_count, NAMES_COUNT + 1);
    assert_int_equal(counted.aliases_count, 1);
    assert_int_equal(counted.services_count, 1);
    assert_int_equal(counted.others_count, 1);
    assert_int_equal(transferred.serial, 2026112601);
    assert_int_equal(transferred.records_count, NAMES_COUNT + 5);
    if (!transfer(real, "open.example", NULL, "", &counted, &transferred, &err))
        fail_msg("%s: %s", real->program, err.text);
    assert_int_equal(counted.addresses_count, 1);
    assert_int_equal(transferred.records_count, 5);
}

static void knot(void **state)
{
    struct real *real = *state;
    if (!is_installed("/usr/sbin/knotd"))
        skip();
    real_start(real, "/usr/sbin/knotd", configure_knot);
    zones_are_given_to_whom_they_are_for(real);
    refused(real, "keyed.example", NULL, "", "does not let anybody have it without a key (NOTAUTH)");
    /* Knot 3.4 leaves out the TSIG error of RFC 8945 section 5.2.1. */
    refused_either(real, "keyed.example", "other", SECRET, "knows no key other with hmac-sha256 (BADKEY)",
                   "does not let the key other have it (NOTAUTH)");
    refused(real, "keyed.example", "transfer", "another secret", "has another secret for the key transfer (BADSIG)");
    refused(real, "missing.example", NULL, "", "(NOTAUTH)");
}

static void bind9(void **state)
{
    struct real *real = *state;
    if (!is_installed("/usr/sbin/named"))
        skip();
    real_start(real, "/usr/sbin/named", configure_bind);
    zones_are_given_to_whom_they_are_for(real);
    refused(real, "keyed.example", NULL, "",
            "does not let this machine have the zone keyed.example without a key (REFUSED)");
    refused(real, "keyed.example", "other", SECRET, "knows no key other with hmac-sha256 (BADKEY)");
    refused(real, "keyed.example", "transfer", "another secret", "has another secret for the key transfer (BADSIG)");
    refused(real, "missing.example", NULL, "", "(NOTAUTH)");
}

static int set_up(void **state)
{
    (void)state;
    own_network();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(knot, real_new, real_stop),
        cmocka_unit_test_setup_teardown(bind9, real_new, real_stop),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
