/* What the routes of the admin API do; called by api.c alone. */
#ifndef CONTROL_API_ROUTES_H
#define CONTROL_API_ROUTES_H

#include "control/api.h"

/* A name as it was typed, in UTF-8 and percent-decoded; a longer one cannot become a valid name. */
#define API_TYPED_NAME_SIZE_MAX 1024

typedef void api_handler(struct core *core, const struct api_request *request, struct api_reply *reply);

api_handler api_sites_list, api_sites_add, api_site_get, api_site_change, api_site_declare,
    api_site_remove;                                                                 /* api_sites.c */
api_handler api_certificates_list, api_site_certificates_get;                        /* api_certificates.c */
api_handler api_certificate_renew, api_certificate_rehearse, api_certificate_revoke; /* api_cert_auto.c */
api_handler api_cas_list, api_ca_add, api_ca_get, api_ca_change;                     /* api_ca.c */
api_handler api_ca_remove, api_ca_account;                                           /* api_ca.c */
api_handler api_drawer_put, api_drawer_empty, api_certificate_switch;                /* api_drawer.c */
api_handler api_certificate_check;                                                   /* api_certificate_check.c */
/* api_certificate_acts.c */
api_handler api_certificate_export, api_requests_list, api_request_make, api_request_remove;
api_handler api_hsts_get, api_hsts_put, api_hsts_move, api_guards_get; /* api_hsts.c */
api_handler api_accounts_list, api_accounts_add, api_account_get, api_account_change,
    api_account_remove;                                                              /* api_accounts.c */
api_handler api_own_account_change;                                                  /* api_account.c */
api_handler api_own_totp_change, api_own_totp_remove;                                /* api_account_totp.c */
api_handler api_own_passkeys_list, api_own_passkeys_add, api_own_passkey_remove;     /* api_account_passkeys.c */
api_handler api_session_get, api_session_end, api_sessions_list, api_sessions_end;   /* api_session.c */
api_handler api_session_begin, api_session_passkey, api_session_prove;               /* api_sign_in.c */
api_handler api_setup, api_setup_link;                                               /* api_setup.c */
api_handler api_events;                                                              /* api_session.c */
api_handler api_ledger_get;                                                          /* api_ledger.c */
api_handler api_seen_get;                                                            /* api_seen.c */
api_handler api_evidence_get, api_site_evidence_get;                                 /* api_evidence.c */
api_handler api_bundle_get, api_evidence_keys_get, api_evidence_keys_add;            /* api_bundle.c */
api_handler api_subdomains_get, api_subdomains_add, api_subdomains_look;             /* api_subdomains.c */
api_handler api_subdomains_transfer;                                                 /* api_subdomains_transfer.c */
api_handler api_subdomain_change, api_subdomain_remove;                              /* api_subdomain.c */
api_handler api_audit_get;                                                           /* api_audit.c */
api_handler api_clock_get, api_clock_confirm;                                        /* api_clock.c */
api_handler api_roots_get, api_roots_declare;                                        /* api_roots.c */
api_handler api_dns_get, api_dns_change, api_dns_test;                               /* api_dns.c */
api_handler api_preflight;                                                           /* api_preflight.c */
api_handler api_check;                                                               /* api_check.c */
api_handler api_self_check_get, api_self_check_begin;                                /* api_self_check.c */
api_handler api_preload_standing;                                                    /* api_preload_standing.c */
api_handler api_preload_get, api_preload_put;                                        /* api_preload.c */
api_handler api_preload_lookup, api_preload_update;                                  /* api_preload.c */
api_handler api_backup_get, api_restore;                                             /* api_backup.c */
api_handler api_apply;                                                               /* api_apply.c */
api_handler api_settings_get, api_settings_change, api_reload, api_local_ca;         /* api_settings.c */
api_handler api_channels_get, api_channels_add, api_channel_get, api_channel_change; /* api_notify.c */
api_handler api_channel_remove, api_channel_test;                                    /* api_notify.c */
api_handler api_notify_log_get;                                                      /* api_notify_log.c */
api_handler api_status_get, api_metrics_get;                                         /* api_status.c */

/* Commits with its entry in the audit log; on success the reply waits for the generation. `changed` is used up. False
 * when the reply is an error already. */
bool api_commit(struct core *core, struct state *changed, const struct audit_entry *record, struct api_reply *reply);
/*
 * A change of a site that exists: conserving guards, the override, the commit with its entry `act` in the audit log;
 * the reply is the site as it is then. `after` NULL: it is removed. Both stay the caller's.
 */
void api_site_replace(struct core *core, const struct api_request *request, struct str act, struct site *before,
                      struct site *after, const json_t *override_json, struct api_reply *reply);
/* Percent-decoding (RFC 3986 section 2.1) of a name in a path or query; false when it is none, or empty. */
NODISCARD bool api_decode_name(struct str encoded, char *room, size_t room_size, struct str *ret);
/* 404 for a site. */
void api_no_site(struct str name, struct api_reply *reply);

#endif
