/* What the status says of it. */
#include "base/log.h"
#include "control/api_warnings.h"
#include "control/in_clear.h"

/* A site that is gone has its standing until the next hour. */
static bool warn(void *context, struct str site, enum notify_kind kind, const struct notify_standing *standing)
{
    if (kind != NOTIFY_IN_CLEAR || standing->severity < NOTIFY_WARNING || !standing->told_count)
        return true;
    if (str_eq(str_from(standing->stage), STR(NOTIFY_STAGE_FORM)))
        api_warn(context,
                 "%.*s: forms are sent over plain HTTP, where everybody on the way can read them. See \"strictgate "
                 "evidence %.*s\"",
                 STR_ARG(site), STR_ARG(site));
    else
        api_warn(context,
                 "%.*s: passwords or tokens are sent over plain HTTP, where everybody on the way can read them: give "
                 "the programs an address with https://, and change what was exposed. See \"strictgate evidence "
                 "%.*s\"",
                 STR_ARG(site), STR_ARG(site));
    return true;
}

void in_clear_warn(const struct core *core, struct jsonout *out)
{
    struct err err = {0};
    if (!store_standings(core->store, warn, out, &err))
        log_error("the status lacks what is sent in clear: %s", err.text);
}
