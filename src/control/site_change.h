/*
 * From a request to the site as it would become: what is given over what is there, certificate and wish carried over.
 * The result is a site of its own that nobody has seen yet; whoever wants it commits it.
 */
#ifndef CONTROL_SITE_CHANGE_H
#define CONTROL_SITE_CHANGE_H

#include <jansson.h>

#include "control/core.h"

/*
 * Folders of the site lie below one that the boot file allows, and no upstream of it is a socket of our own (whoever
 * may make sites is not for that reason let in there); else an error about `path`.
 */
NODISCARD bool site_change_check_targets(const struct core *core, const struct site *site, const char *path,
                                         struct err *err);
/*
 * Whether a change (NULL before: added, after: removed) makes the panel be at a name or not be there any more. Browsers
 * send the sessions of owners to whatever is served at such a name.
 */
bool site_change_is_of_panel(const struct site *before, const struct site *after);
/* The error of a change that would give a site another name. False. */
bool site_change_refuse_name(struct err *err);
/* What the patch names is changed, all else stays. One reference, the caller's. */
NODISCARD bool site_change_patch(struct core *core, const struct site *before, const json_t *patch, struct site **ret,
                                 struct err *err);
/* The site is as `json` says, what it leaves out has its default; only the certificate stays unless one is given. */
NODISCARD bool site_change_declare(struct core *core, const struct site *before, const json_t *json, const char *path,
                                   struct site **ret, struct err *err);

/* The site as an operator would write it, certificates by their ids (NULL: no site): what differences are told of. NULL
 * when memory ran out. */
json_t *site_change_json(const struct site *site);

#endif
