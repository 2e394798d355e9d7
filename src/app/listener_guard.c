/* The boot file against what browsers were told. */
#include "app/listener_guard.h"

#include <stdio.h>

/* Of a name of 253 bytes what fits into an error together with all else. */
#define NAME_SHOWN 160

static void say_loss(const struct boot *boot, const struct bound *bound, char *room, size_t room_size)
{
    uint16_t port = boot_served_https_port(boot);
    if (port)
        (void)snprintf(room, room_size, "HTTPS would move from port %u to port %u", bound->https_port, port);
    else
        (void)snprintf(room, room_size, "there would be no HTTPS on port %u any more", bound->https_port);
}

bool listener_guard_check(const struct boot *boot, const struct bound *bound, int64_t now_s, struct err *err)
{
    char loss[80], date[BOUND_DATE_SIZE];
    struct err reason = {0};
    struct str name = str_part(name_str(&bound->name), 0, NAME_SHOWN);
    /* Port 0: it was closed by an override already, and nothing can be lost. */
    if (!bound_holds(bound, now_s) || !bound->https_port || boot_served_https_port(boot) == bound->https_port)
        return true;
    say_loss(boot, bound, loss, sizeof loss);
    (void)err_set(&reason, ERR_INPUT,
                  "%s, but browsers were told to accept nothing but HTTPS for %.*s until %s (" LISTENER_GUARD_NAME ")",
                  loss, STR_ARG(name), bound->until_s > now_s ? bound_date(bound, date) : "they are released");
    (void)err_fix(&reason,
                  "release them (strictgate hsts release) and wait, or start with --override " LISTENER_GUARD_NAME
                  " --reason TEXT --confirm NAME");
    return boot_error(boot->file, boot->https_line, boot->https_key, &reason, err);
}

bool listener_guard_confirms(const struct listener_override *override, const struct bound *bound, struct err *err)
{
    struct name name;
    if (name_read(str_from(override->confirm), "confirm", &name, NULL) &&
        str_eq(name_str(&name), name_str(&bound->name)))
        return true;
    (void)err_set(err, ERR_INPUT, "command line: --confirm: browsers are bound to %.*s, and that is not the name typed",
                  STR_ARG(name_str(&bound->name)));
    return err_fix(err, "type the name again");
}
