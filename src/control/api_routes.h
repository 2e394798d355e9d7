/* What the routes of the admin API do; called by api.c alone. */
#ifndef CONTROL_API_ROUTES_H
#define CONTROL_API_ROUTES_H

#include "control/api.h"

typedef void api_handler(struct core *core, const struct api_request *request, struct api_reply *reply);

api_handler api_sites_list, api_sites_add, api_site_get, api_site_change, api_site_remove; /* api_sites.c */
api_handler api_hsts_put, api_hsts_delete;                                                 /* api_hsts.c */
api_handler api_settings_get, api_settings_change, api_reload, api_local_ca;               /* api_settings.c */
api_handler api_status_get, api_metrics_get;                                               /* api_status.c */

/* Commits; on success the reply waits for the generation. `changed` is used up. False when the reply is an error
 * already. */
bool api_commit(struct core *core, struct state *changed, struct api_reply *reply);

#endif
