/* run, check-config. */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/supervisor.h"

/* Options of a command line that name paths. */
#define ROOM_SIZE_MAX 65536

int cli_run(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    struct setup_origin origin;
    arena_init(&room, ROOM_SIZE_MAX);
    int status = cli_origin(cli, &room, &origin, &err) ? supervisor_run(&origin) : cli_print_error(&err);
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

static void print_boot(const struct boot *boot)
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
    (void)printf("  %-14s %s\n", "data", boot->data_directory);
    (void)printf("  %-14s %s\n", "access log", boot->access_log ? boot->access_log : "off");
}

int cli_check_config(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    struct setup_origin origin;
    struct setup *setup;
    arena_init(&room, ROOM_SIZE_MAX);
    int status = CLI_OK;
    if (cli_origin(cli, &room, &origin, &err) && setup_load(&origin, &setup, &err)) {
        print_boot(setup->boot);
        setup_free(setup);
    } else {
        (void)cli_print_error(&err);
        status = CLI_USAGE;
    }
    arena_fini(&room);
    return status;
}
