/*
 * Refusing what carries credentials over plain HTTP, where a site wants that: a program that is redirected sends its
 * password in clear again and again, and nobody notices; one that is refused is mended.
 */
#ifndef GATEWAY_CENSUS_REFUSE_H
#define GATEWAY_CENSUS_REFUSE_H

#include "gateway/exchange.h"

/* Answers 403 with what happened and what to do, as HTML, JSON or text; false when the request may go on. */
bool census_refuse(struct exchange *ex);

#endif
