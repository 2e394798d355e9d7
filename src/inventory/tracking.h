/*
 * Names of ours that lead to services which send mail, and count who opens it and follows its links. Many of them
 * answer such a name over plain HTTP only, unless somebody paid or asked for more: with includeSubDomains every link in
 * every mail that was ever sent breaks, in browsers that know the site. Whoever owns the mail finds out from customers.
 */
#ifndef INVENTORY_TRACKING_H
#define INVENTORY_TRACKING_H

#include "base/str.h"

/* The name of the service that a CNAME leads to ("SendGrid"); NULL: none of those known here. In any case, with or
 * without the final dot. */
const char *inventory_mail_service(struct str target);
bool inventory_is_mail_tracking(struct str target);

#endif
