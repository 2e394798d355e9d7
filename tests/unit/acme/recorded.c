/* Keys of nobody, made for the recordings. */
#include "recorded.h"

#include <stdlib.h>

static const char account_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNyslqlhlV+qs9b4x\n"
                                  "qifT7VHa6l2B8NWZATN3IUmukwKhRANCAASb0vcGUwrHbC9McbkB84ZM/c/rTJ3F\n"
                                  "GNF7FF/yCaaRyDDBPPWLcSANe5h4Q/qyJ/UHOrQaubV+l4TjR9WwfpjM\n"
                                  "-----END PRIVATE KEY-----\n";
static const char new_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPV1kixoXTD72zsGY\n"
                              "JEiRCx94/L/w5dy3fFlqzCj5liOhRANCAAT6k+1BFJlBrtojohkBxjf93SvlhCS/\n"
                              "xYZw+t4Eewa4tb4n8gy02OTeVwTfedIissRnamXbc3RnYyY6ZZC4CHVV\n"
                              "-----END PRIVATE KEY-----\n";
static const char certificate_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                                      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgt7E5TctOW/mJU8nU\n"
                                      "VelGiB6CMQ5EQ9tyLbN+21nHBaehRANCAARSS9N/NpgDheoVQpmuW0n9O7LLWHjK\n"
                                      "OhoCfPY0tM/zVQ7MjxSwloyOMkzlWOBGmfpB9dhSjTgc2pPNvKJea+1d\n"
                                      "-----END PRIVATE KEY-----\n";

static struct key *load(const char *pem)
{
    struct key *key = key_load(str_from(pem), NULL, NULL);
    if (!key)
        abort();
    return key;
}

static enum acme_job_kind kind_of(const char *name)
{
    if (strcmp(name, "roll") == 0)
        return ACME_JOB_ROLL_KEY;
    if (strcmp(name, "deactivate") == 0)
        return ACME_JOB_DEACTIVATE;
    return strcmp(name, "account") == 0 ? ACME_JOB_ACCOUNT : ACME_JOB_OBTAIN;
}

void recorded_init(struct recorded *recorded, const char *name)
{
    *recorded = (struct recorded){.account_key = load(account_pem),
                                  .new_key = load(new_pem),
                                  .certificate_key = load(certificate_pem),
                                  .names = {STR("app.example.test"), STR("*.example.test")},
                                  .contact = STR("mailto:admin@example.test"),
                                  .challenges = {ACME_HTTP_01, ACME_DNS_01}};
    recorded->ca = (struct acme_ca){.directory_url = STR(RECORDED_ORIGIN "/dir"),
                                    .contacts = &recorded->contact,
                                    .contacts_count = 1,
                                    .terms_agreed = true,
                                    .preferred_root = STR("no such root")};
    recorded->input = (struct acme_job_input){.kind = kind_of(name),
                                              .ca = &recorded->ca,
                                              .account_key = recorded->account_key,
                                              .new_account_key = recorded->new_key,
                                              .certificate_key = recorded->certificate_key,
                                              .names = recorded->names,
                                              .names_count = 2,
                                              .challenges = recorded->challenges,
                                              .challenges_count = 2};
    if (strcmp(name, "caddy") == 0) {
        recorded->ca.directory_url = STR(RECORDED_ORIGIN "/acme/local/directory");
        recorded->input.names_count = 1;
    }
    /* After the roll-over the new key is the account's. */
    if (recorded->input.kind == ACME_JOB_DEACTIVATE)
        recorded->input.account_key = recorded->new_key;
}

void recorded_fini(struct recorded *recorded)
{
    key_free(recorded->account_key);
    key_free(recorded->new_key);
    key_free(recorded->certificate_key);
}
