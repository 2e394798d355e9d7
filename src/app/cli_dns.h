/*
 * dns add, list, remove, test: the zones of the DNS that Strictgate may change, so that names are proven by dns-01. The
 * secret is read from a file and goes to control, never into the arguments or what is printed.
 */
#ifndef APP_CLI_DNS_H
#define APP_CLI_DNS_H

#include "base/str.h"

/*
 * The secret in a file: the only word in it, or what follows "secret" in a file as BIND's tsig-keygen and Knot's keymgr
 * write it. Empty when there is none. A view of `content`.
 */
struct str cli_dns_secret(struct str content);

#endif
