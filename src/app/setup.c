/* Loading, opening, comparing. */
#include "app/setup.h"

#include <stdlib.h>
#include <unistd.h>

#include "app/panel_socket.h"
#include "os/file.h"

/* One worker a processor that this process may run on. */
static uint32_t processors_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1)
        return 1;
    return count > BOOT_WORKERS_COUNT_MAX ? BOOT_WORKERS_COUNT_MAX : (uint32_t)count;
}

static bool parse(const struct setup_origin *origin, struct buf *text, struct boot **ret, struct buf *payload,
                  struct err *err)
{
    struct boot_source source = {0};
    if (origin->file) {
        struct err reason = {0};
        if (!file_read(origin->file, BOOT_TEXT_SIZE_MAX, text, &reason)) {
            reason.code = ERR_INPUT; /* whatever ails it, the file named is not one to start from */
            if (err)
                *err = reason;
            return false;
        }
        source.file = str_from(origin->file);
        source.text = buf_str(text);
    }
    for (size_t i = 0; i < origin->overrides_count; i++)
        if (!boot_source_override(&source, origin->overrides[i], err))
            return false;
    if (payload && !boot_source_pack(&source, payload, err))
        return false;
    return boot_parse(&source, ret, err);
}

bool setup_parse(const struct setup_origin *origin, struct boot **ret, struct buf *payload, struct err *err)
{
    struct buf text = {0};
    bool good = parse(origin, &text, ret, payload, err);
    buf_fini(&text);
    return good;
}

bool setup_load(const struct setup_origin *origin, struct setup **ret, struct err *err)
{
    struct setup *setup = calloc(1, sizeof *setup);
    if (!setup)
        return err_memory(err);
    setup->access_log_fd = -1;
    setup->panel_fd = -1;
    buf_init(&setup->payload, CHANNEL_PAYLOAD_SIZE_MAX + 1);
    if (!setup_parse(origin, &setup->boot, &setup->payload, err) || !account_find(setup->boot, &setup->user, err)) {
        setup_free(setup);
        return false;
    }
    setup->workers_count = setup->boot->workers_count ? setup->boot->workers_count : processors_count();
    *ret = setup;
    return true;
}

bool setup_open(struct setup *setup, const struct activation *activation, const struct datadir *datadir,
                const struct setup *old, struct err *err)
{
    const struct panel_socket_old kept = {old ? &old->boot->panel : NULL, old ? old->panel_fd : -1};
    return sockets_open(setup->boot, activation, old ? &old->sockets : NULL, &setup->sockets, err) &&
           panel_socket_open(setup->boot, &kept, &setup->panel_fd, err) &&
           datadir_open_access_log(datadir, setup->boot, &setup->access_log_fd, err);
}

void setup_close_panel(struct setup *setup)
{
    if (setup->panel_fd >= 0)
        (void)close(setup->panel_fd);
    setup->panel_fd = -1;
}

void setup_free(struct setup *setup)
{
    if (!setup)
        return;
    sockets_close(&setup->sockets);
    setup_close_panel(setup);
    if (setup->access_log_fd >= 0)
        (void)close(setup->access_log_fd);
    buf_fini(&setup->payload);
    boot_free(setup->boot);
    free(setup);
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_endpoint(const struct boot_endpoint *a, const struct boot_endpoint *b)
{
    return a->kind == b->kind && memcmp(&a->address, &b->address, sizeof a->address) == 0 &&
           same_text(a->path, b->path) && same_text(a->fd_name, b->fd_name) && a->unix_mode == b->unix_mode;
}

static bool same_listener(const struct boot_listener *a, const struct boot_listener *b)
{
    if (!same_text(a->name, b->name) || a->protocol != b->protocol || a->proxy_protocol != b->proxy_protocol ||
        a->trusted_count != b->trusted_count || a->endpoints_count != b->endpoints_count)
        return false;
    if (a->trusted_count && memcmp(a->trusted, b->trusted, a->trusted_count * sizeof *a->trusted) != 0)
        return false;
    for (size_t i = 0; i < a->endpoints_count; i++)
        if (!same_endpoint(&a->endpoints[i], &b->endpoints[i]))
            return false;
    return true;
}

static bool same_listeners(const struct boot *a, const struct boot *b)
{
    if (a->listeners_count != b->listeners_count)
        return false;
    for (size_t i = 0; i < a->listeners_count; i++)
        if (!same_listener(&a->listeners[i], &b->listeners[i]))
            return false;
    return true;
}

static bool same_static_roots(const struct boot *a, const struct boot *b)
{
    if (a->static_roots_count != b->static_roots_count)
        return false;
    for (size_t i = 0; i < a->static_roots_count; i++)
        if (!same_text(a->static_roots[i], b->static_roots[i]))
            return false;
    return true;
}

/* Control is told which there are. */
static bool same_hooks(const struct boot *a, const struct boot *b)
{
    for (size_t i = 0; i < HOOK_KINDS_COUNT; i++)
        if (!same_text(a->hooks[i], b->hooks[i]))
            return false;
    return true;
}

/* What both children were told at their start. */
static bool same_for_both(const struct setup *old, const struct setup *new)
{
    const struct boot *a = old->boot, *b = new->boot;
    return a->http_port == b->http_port && a->https_port == b->https_port && a->log_level == b->log_level &&
           a->log_format == b->log_format && old->workers_count == new->workers_count &&
           old->user.uid == new->user.uid && old->user.gid == new->user.gid &&same_static_roots(a, b);
}

bool setup_compare(const struct setup *old, const struct setup *new, unsigned *ret_changes, struct err *err)
{
    if (!same_text(old->boot->data_directory, new->boot->data_directory)) {
        (void)err_set(err, ERR_INPUT, "%s: Data Directory: it cannot change while the gateway runs (%s, now %s)",
                      new->boot->file ? new->boot->file : "defaults", old->boot->data_directory,
                      new->boot->data_directory);
        return err_fix(err, "restart strictgate");
    }
    unsigned changes = 0;
    if (!same_for_both(old, new))
        changes |= SETUP_CHANGE_GATEWAY | SETUP_CHANGE_CONTROL;
    if (!same_hooks(old->boot, new->boot))
        changes |= SETUP_CHANGE_CONTROL;
    if (!same_listeners(old->boot, new->boot) || old->boot->access_log_format != new->boot->access_log_format)
        changes |= SETUP_CHANGE_GATEWAY;
    *ret_changes = changes;
    return true;
}

bool setup_panel_differs(const struct setup *old, const struct setup *new)
{
    if ((old->panel_fd >= 0) != (new->panel_fd >= 0))
        return true;
    return new->panel_fd >= 0 && !same_endpoint(&old->boot->panel.endpoint, &new->boot->panel.endpoint);
}
