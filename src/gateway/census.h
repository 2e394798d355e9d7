/*
 * The census of plain HTTP (snapshot/census.h): what a request that came in clear was, and what it carried that nobody
 * but the application should see. Of Authorization the scheme is looked at, of all else that it is there.
 */
#ifndef GATEWAY_CENSUS_H
#define GATEWAY_CENSUS_H

#include <stdbool.h>

struct exchange;
struct came_said;

/* The request carries a password or token, a cookie or content, or says that it is about to send some. */
bool census_carries_secrets(const struct exchange *ex);
/* The same of what was really sent: content that waits for "100 Continue" was not. */
bool census_told_secrets(const struct exchange *ex, const struct came_said *said);
/* At the end of an exchange. */
void census_exchange(struct exchange *ex, const struct came_said *said);

#endif
