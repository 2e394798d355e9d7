/*
 * The functions behind the table of commands; each returns the exit status and has told the user what went wrong.
 */
#ifndef APP_CLI_COMMANDS_H
#define APP_CLI_COMMANDS_H

#include "app/cli.h"

/* --override, --reason, --confirm: for every command that guards may refuse. */
extern const struct cli_option cli_override_options[];
/* Of --replace-working, where a certificate comes in. */
#define CLI_REPLACE_WORKING_HELP "also when the certificate in service works and this one does not (nobody being bound)"

/* cli_run.c */
int cli_run(const struct cli *cli);
int cli_check_config(const struct cli *cli);
/* cli_check.c */
int cli_check(const struct cli *cli);
/* cli_self_check.c */
int cli_self_check(const struct cli *cli);
/* cli_scan.c */
int cli_scan(const struct cli *cli);
/* cli_site.c */
int cli_site_add(const struct cli *cli);
int cli_site_set(const struct cli *cli);
int cli_site_remove(const struct cli *cli);
/* cli_site_show.c */
int cli_site_list(const struct cli *cli);
int cli_site_show(const struct cli *cli);
/* cli_cert.c */
int cli_cert_list(const struct cli *cli);
/* cli_preflight.c */
int cli_cert_preflight(const struct cli *cli);
/* cli_cert_show.c */
int cli_cert_show(const struct cli *cli);
/* cli_cert_csr.c */
int cli_cert_csr(const struct cli *cli);
/* cli_cert_backup.c */
int cli_cert_backup(const struct cli *cli);
int cli_cert_switch(const struct cli *cli);
/* cli_cert_export.c */
int cli_cert_export(const struct cli *cli);
/* cli_cert_auto.c */
int cli_cert_auto(const struct cli *cli);
int cli_cert_renew(const struct cli *cli);
int cli_cert_revoke(const struct cli *cli);
/* cli_ca.c */
int cli_ca_add(const struct cli *cli);
int cli_ca_set(const struct cli *cli);
int cli_ca_remove(const struct cli *cli);
int cli_ca_roll_key(const struct cli *cli);
int cli_ca_account(const struct cli *cli);
/* cli_ca_show.c */
int cli_ca_list(const struct cli *cli);
int cli_ca_show(const struct cli *cli);
/* cli_hsts.c */
int cli_hsts_status(const struct cli *cli);
int cli_hsts_move(const struct cli *cli);
int cli_hsts_switch(const struct cli *cli);
/* cli_guards.c */
int cli_guards(const struct cli *cli);
/* cli_ledger.c */
int cli_ledger(const struct cli *cli);
/* cli_seen.c */
int cli_seen(const struct cli *cli);
/* cli_evidence.c */
int cli_evidence(const struct cli *cli);
/* cli_bundle.c */
int cli_bundle_create(const struct cli *cli);
int cli_bundle_key(const struct cli *cli);
/* cli_bundle_verify.c */
int cli_bundle_verify(const struct cli *cli);
/* cli_audit.c */
int cli_audit(const struct cli *cli);
/* cli_clock.c */
int cli_clock(const struct cli *cli);
/* cli_backup.c */
int cli_backup(const struct cli *cli);
int cli_restore(const struct cli *cli);
/* cli_apply.c */
int cli_apply(const struct cli *cli);
/* cli_status.c */
int cli_status(const struct cli *cli);
int cli_reload(const struct cli *cli);
/* cli_settings.c */
int cli_settings_show(const struct cli *cli);
int cli_settings_set(const struct cli *cli);
/* cli_notify.c */
int cli_notify_add(const struct cli *cli);
int cli_notify_list(const struct cli *cli);
int cli_notify_show(const struct cli *cli);
int cli_notify_set(const struct cli *cli);
int cli_notify_remove(const struct cli *cli);
/* cli_notify_log.c */
int cli_notify_test(const struct cli *cli);
int cli_notify_log(const struct cli *cli);
/* cli_simulate.c */
int cli_simulate(const struct cli *cli);
/* cli_admin.c */
int cli_admin_list(const struct cli *cli);
int cli_admin_show(const struct cli *cli);
int cli_admin_add(const struct cli *cli);
int cli_admin_reset(const struct cli *cli);
int cli_admin_role(const struct cli *cli);
int cli_admin_remove(const struct cli *cli);
/* cli_admin_link.c */
int cli_admin_link(const struct cli *cli);
/* cli_admin_sessions.c */
int cli_admin_sessions(const struct cli *cli);
/* cli_dns.c */
int cli_dns_add(const struct cli *cli);
int cli_dns_list(const struct cli *cli);
int cli_dns_remove(const struct cli *cli);
int cli_dns_test(const struct cli *cli);
/* cli_preload.c */
int cli_preload_update(const struct cli *cli);
int cli_preload_lookup(const struct cli *cli);
int cli_preload_status(const struct cli *cli);
/* cli_subdomains.c */
int cli_subdomains_list(const struct cli *cli);
int cli_subdomains_look(const struct cli *cli);
/* cli_subdomains_change.c */
int cli_subdomains_add(const struct cli *cli);
int cli_subdomains_import(const struct cli *cli);
int cli_subdomains_transfer(const struct cli *cli);
int cli_subdomains_sign_off(const struct cli *cli);
int cli_subdomains_except(const struct cli *cli);
int cli_subdomains_remove(const struct cli *cli);
/* cli_preload_standing.c */
int cli_preload_standing(const struct cli *cli);
/* cli_cert_check.c */
int cli_cert_check(const struct cli *cli);
/* cli_cert_upload.c */
int cli_cert_upload(const struct cli *cli);
/* cli_trust.c */
int cli_trust(const struct cli *cli);
/* cli_help.c */
int cli_help(const struct cli *cli);
int cli_version(const struct cli *cli);
/* cli_completion.c */
int cli_completion(const struct cli *cli);

#endif
