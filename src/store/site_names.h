/* Words that reading and writing of sites share; for store/ only. */
#ifndef STORE_SITE_NAMES_H
#define STORE_SITE_NAMES_H

#include "store/site.h"

extern const char *const site_redirect_names[];    /* by enum snap_redirect, ends with NULL */
extern const char *const site_credentials_names[]; /* by enum site_credentials, ends with NULL */
extern const char *const site_source_names[];      /* by enum site_source, ends with NULL */
extern const char *const site_reports_names[];     /* false, true; ends with NULL */

#endif
