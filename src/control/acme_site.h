/*
 * A site's certificate from an authority: whether it is due, the order from its beginning over restarts to its end, and
 * what somebody asks for besides. Every change of an order is durable before it counts.
 */
#ifndef CONTROL_ACME_SITE_H
#define CONTROL_ACME_SITE_H

#include "control/acme.h"

/* From the store. */
NODISCARD bool acme_site_load(struct acme *acme, struct err *err);
void acme_site_free(struct acme *acme);

/* The site's order, or NULL while it never had one. */
struct acme_order *acme_site_order(const struct acme *acme, struct str site, bool rehearsal);
/* The same, made when there is none (in memory: it is nothing yet). NULL when memory ran out. */
struct acme_order *acme_site_order_made(struct acme *acme, struct str site, bool rehearsal);
/* Writes it down; logs what fails. False then. */
bool acme_site_keep(struct acme *acme, const struct acme_order *order);
/* What a certificate is to be: its names and its kind of key, as one number that tells wishes apart. */
uint64_t acme_site_names(const struct site *site);
/* The certificate of the site that came from an authority; NULL when there is none, or it cannot be read. */
const struct certificate *acme_site_certificate(const struct acme *acme, const struct site *site);
const struct certificate_facts *acme_site_facts(const struct acme *acme, const struct site *site);
/* When the next one is to be ordered; what is past: now. INT64_MAX for a site that wants none. */
int64_t acme_site_due_s(const struct acme *acme, const struct site *site);
/* The moment at which the present certificate is to be renewed; 0 when it has none from an authority. */
int64_t acme_site_renewal_s(const struct acme *acme, const struct site *site);
/* Orders, or goes on with what is on order. Nothing happens while its authority is busy with its account. */
void acme_site_begin(struct acme *acme, const struct site *site, bool rehearsal);

/*
 * A new certificate is wanted now, due or not. ERR_CONFLICT, with the moment, while an attempt that failed waits for
 * its next time; `at_once` does not wait.
 */
NODISCARD bool acme_site_ask(struct acme *acme, const struct site *site, bool at_once, struct err *err);
/* A rehearsal: the same at a staging authority, and nothing of it is put into service. */
NODISCARD bool acme_site_rehearse(struct acme *acme, const struct site *site, struct err *err);
/* The site was changed by somebody, or an authority was: what failed is tried again. */
void acme_site_changed(struct acme *acme, struct str site);
void acme_site_changed_all(struct acme *acme);

#endif
