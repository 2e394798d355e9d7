/* run, check-config. */
#include <stdio.h>
#include <unistd.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/supervisor.h"
#include "control/override.h"
#include "os/clock.h"

/* Options of a command line that name paths. */
#define ROOM_SIZE_MAX 65536
/* Who is bound, with the longest name or a whole error. */
#define BOUND_LINE_SIZE 600

/* It is to stand in the audit log, which is given as JSON. */
static bool is_utf8(const char *text)
{
    json_t *json = json_string(text);
    json_decref(json);
    return json != NULL;
}

/* All three options or none. */
static bool read_override(const struct cli *cli, struct listener_override *ret, struct err *err)
{
    const char *guard = cli_value(cli, "override");
    *ret = (struct listener_override){.reason = cli_value(cli, "reason"), .confirm = cli_value(cli, "confirm")};
    if (!guard && !ret->reason && !ret->confirm)
        return true;
    if (!guard || !ret->reason || !ret->confirm || str_trim(str_from(ret->reason)).size == 0)
        return err_set(err, ERR_INPUT, "--override, --reason and --confirm go together, and none of them is empty");
    if (strlen(ret->reason) > OVERRIDE_REASON_SIZE_MAX || !is_utf8(ret->reason))
        return err_field(err, "--reason", "it is not text in UTF-8 of at most %d bytes", OVERRIDE_REASON_SIZE_MAX);
    if (strcmp(guard, LISTENER_GUARD_NAME) == 0)
        return true;
    (void)err_field(err, "--override", "at a start there is no guard \"%.100s\"", guard);
    return err_fix(err, "use " LISTENER_GUARD_NAME);
}

int cli_run(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    struct setup_origin origin;
    struct listener_override override;
    arena_init(&room, ROOM_SIZE_MAX);
    int status = cli_origin(cli, &room, &origin, &err) && read_override(cli, &override, &err)
                     ? supervisor_run(&origin, &override)
                     : cli_print_error(&err);
    arena_fini(&room);
    return status;
}

static const char *protocol_name(enum gateway_protocol protocol)
{
    static const char *const names[] = {
        [GATEWAY_HTTP] = "http", [GATEWAY_HTTPS] = "https", [GATEWAY_BOTH] = "http and https"};
    return names[protocol];
}

static void print_endpoint(const struct boot_listener *listener, const struct boot_endpoint *endpoint)
{
    char ip[OS_ADDRESS_TEXT_SIZE];
    (void)printf("  %-14s ", protocol_name(listener->protocol));
    switch (endpoint->kind) {
    case BOOT_ENDPOINT_TCP:
        (void)printf("%.*s port %u", STR_ARG(os_address_text(&endpoint->address, ip)),
                     os_address_port(&endpoint->address));
        break;
    case BOOT_ENDPOINT_UNIX: (void)printf("unix:%s mode %04o", endpoint->path, (unsigned)endpoint->unix_mode); break;
    case BOOT_ENDPOINT_FD: (void)printf("passed socket %s", endpoint->fd_name); break;
    }
    (void)printf("%s\n", listener->proxy_protocol ? ", PROXY protocol" : "");
}

/* A program that cannot be executed is found here, not when a certificate is due. */
static void print_hook(const char *what, const char *path)
{
    if (path)
        (void)printf("  %-14s %s%s\n", what, path, access(path, X_OK) == 0 ? "" : " (cannot be executed)");
}

static void print_hooks(const struct boot *boot)
{
    print_hook("hook for DNS", boot->hooks[HOOK_DNS]);
    print_hook("notify hook", boot->hooks[HOOK_NOTIFY]);
    if (boot->hooks[HOOK_DNS] || boot->hooks[HOOK_NOTIFY])
        (void)printf("  %-14s %u s for a hook\n", "time limit", (unsigned)boot->hook_limit_s);
}

static void print_panel(const struct boot_panel *panel)
{
    char ip[OS_ADDRESS_TEXT_SIZE];
    if (panel->is_off)
        (void)printf("  %-14s off, but for DATA/panel.sock\n", "admin panel");
    else
        (void)printf("  %-14s %.*s port %u\n", "admin panel", STR_ARG(os_address_text(&panel->endpoint.address, ip)),
                     os_address_port(&panel->endpoint.address));
}

static void print_boot(const struct boot *boot, const char *bound)
{
    (void)printf("%s: no errors\n", boot->file ? boot->file : "no boot file, defaults");
    for (size_t i = 0; i < boot->listeners_count; i++)
        for (size_t j = 0; j < boot->listeners[i].endpoints_count; j++)
            print_endpoint(&boot->listeners[i], &boot->listeners[i].endpoints[j]);
    if (boot->user)
        (void)printf("  %-14s %s\n", "user", boot->user);
    if (boot->workers_count)
        (void)printf("  %-14s %u\n", "workers", (unsigned)boot->workers_count);
    else
        (void)printf("  %-14s one a processor\n", "workers");
    for (size_t i = 0; i < boot->static_roots_count; i++)
        (void)printf("  %-14s %s\n", "files below", boot->static_roots[i]);
    print_hooks(boot);
    print_panel(&boot->panel);
    (void)printf("  %-14s %s\n", "data", boot->data_directory);
    (void)printf("  %-14s %s\n", "access log", boot->access_log ? boot->access_log : "off");
    (void)printf("  %-14s %s\n", "browsers bound", bound);
}

/*
 * What is known of browsers that are bound, in words; false when the boot file would be refused for it. That it cannot
 * be read is no fault of the boot file.
 */
static bool check_bound(const struct boot *boot, const struct listener_override *override,
                        char room[static BOUND_LINE_SIZE], struct err *err)
{
    struct bound bound;
    struct err reason = {0};
    char date[BOUND_DATE_SIZE];
    int64_t now_s = clock_wall_s();
    (void)snprintf(room, BOUND_LINE_SIZE, "nobody by HSTS");
    if (!bound_load(boot->data_directory, &bound, &reason)) {
        (void)snprintf(room, BOUND_LINE_SIZE, "not known: %s", reason.text);
        return true;
    }
    if (bound_holds(&bound, now_s))
        (void)snprintf(room, BOUND_LINE_SIZE, "to HTTPS on port %u for %s until %s%s", bound.https_port,
                       bound.name.text, bound_date(&bound, date), bound.is_open ? " or later" : "");
    if (listener_guard_check(boot, &bound, now_s, err))
        return true;
    return override->reason && listener_guard_confirms(override, &bound, err);
}

int cli_check_config(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    struct setup_origin origin;
    struct listener_override override;
    struct setup *setup = NULL;
    char bound[BOUND_LINE_SIZE];
    arena_init(&room, ROOM_SIZE_MAX);
    bool fine = cli_origin(cli, &room, &origin, &err) && read_override(cli, &override, &err) &&
                setup_load(&origin, &setup, &err) && check_bound(setup->boot, &override, bound, &err);
    if (fine)
        print_boot(setup->boot, bound);
    setup_free(setup);
    arena_fini(&room);
    if (!fine)
        (void)cli_print_error(&err);
    return fine ? CLI_OK : CLI_USAGE;
}
