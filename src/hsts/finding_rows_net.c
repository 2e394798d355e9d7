/* What the network says of a name. The words are for an administrator who is no expert of TLS or the DNS. */
#include "hsts/finding_rows.h"

#define AT(code) [(code)-FINDING_OBSERVATORY_END]
#define PUBLISH  "Have whoever manages the DNS of the name publish it anew, as RFC 9460 has it, or take it away."

const struct finding_row finding_rows_net[FINDING_NET_END - FINDING_OBSERVATORY_END] = {
    /* ---- addresses ---- */
    AT(FINDING_ADDRESS_UNTRUSTED) = {"address.certificate_invalid", FINDING_ERROR,
                                     "One address of the name serves a certificate that browsers refuse, another does "
                                     "not.",
                                     "Who gets that address cannot come in, and under HSTS cannot click it away. Give "
                                     "every server behind the name the certificate and its chain.",
                                     MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_IPV6_SILENT) = {"address.ipv6_silent", FINDING_WARNING, "Nobody answers HTTPS over IPv6.",
                                       "See first whether it is this machine whose IPv6 does not work. If it is not, "
                                       "visitors whose network has IPv6 alone cannot come in, and others wait before "
                                       "they try IPv4: listen there as well, open the firewall, or take the AAAA "
                                       "record out of the DNS.",
                                       MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_IPV4_SILENT) = {"address.ipv4_silent", FINDING_WARNING, "Nobody answers HTTPS over IPv4.",
                                       "Most networks still need it. Listen there as well, open the firewall, or take "
                                       "the A record out of the DNS.",
                                       MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_SILENT) = {"address.silent", FINDING_WARNING,
                                  "An address of the name does not answer HTTPS, others do.",
                                  "Browsers try another one after a while. Start the server there, or take the "
                                  "address out of the DNS.",
                                  MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_FIELD) = {"address.field_differs", FINDING_WARNING,
                                 "The addresses of the name do not send the same Strict-Transport-Security field.",
                                 "What browsers remember then depends on the server they got last. Send it from one "
                                 "place, or set all servers alike.",
                                 MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_STATUS) = {"address.status_differs", FINDING_WARNING,
                                  "The addresses of the name do not answer with the same status.",
                                  "See whether all servers behind the name have the same site, and work.",
                                  MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_CERTIFICATE) = {"address.certificate_differs", FINDING_NOTE,
                                       "The addresses of the name serve different certificates.",
                                       "That may be meant. If it is not, a server was left out when the certificate "
                                       "was renewed.",
                                       MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_NO_WAY) = {"address.not_reachable_from_here", FINDING_NOTE,
                                  "This machine has no way to some addresses of the name.",
                                  "Look again from a machine that has IPv6 (or IPv4, where that is what is missing).",
                                  MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_MORE) = {"address.not_all_asked", FINDING_NOTE,
                                "The name has more addresses than are looked at.",
                                "Ask for one of the others with --resolve NAME:ADDRESS.", MEND_ELSEWHERE, 0},
    AT(FINDING_ADDRESS_ALIKE) = {"address.alike", FINDING_GOOD, "All addresses of the name answer alike.", NULL,
                                 MEND_ELSEWHERE, 0},
    /* ---- HTTPS records ---- */
    AT(FINDING_HTTPS_RECORD_NO_HTTPS) = {"dns.https.no_https", FINDING_ERROR,
                                         "The name has an HTTPS record, and nobody answers HTTPS.",
                                         "Browsers that read the record go to https:// by themselves, even without "
                                         "HSTS. Serve HTTPS, or take the record away.",
                                         MEND_CERTIFICATE, 0},
    AT(FINDING_HTTPS_RECORD_NO_SERVICE) = {"dns.https.no_service", FINDING_ERROR,
                                           "The HTTPS record says that there is no such site.", PUBLISH, MEND_ELSEWHERE,
                                           0},
    AT(FINDING_HTTPS_RECORD_NOWHERE) = {"dns.https.target_missing", FINDING_WARNING,
                                        "The HTTPS record leads to a name that has no address.", PUBLISH,
                                        MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_PORT) = {"dns.https.port_closed", FINDING_WARNING,
                                     "The HTTPS record names a port at which nobody answers HTTPS.",
                                     "Browsers that read the record try that port first. " PUBLISH, MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_HINT) = {"dns.https.hint_differs", FINDING_WARNING,
                                     "The HTTPS record hints at an address that the name does not have.",
                                     "Browsers may go there first. Where a network sends each visitor to a server "
                                     "near him, that may be meant; else bring the hints up to date, or leave them out.",
                                     MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_ALPN) = {"dns.https.protocol_missing", FINDING_WARNING,
                                     "The HTTPS record names a protocol that the server does not speak.",
                                     "Turn it on at the server, or take it out of the record.", MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_MIXED) = {"dns.https.mixed", FINDING_WARNING,
                                      "The name has an alias and a service among its HTTPS records: the service is "
                                      "ignored.",
                                      PUBLISH, MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_MALFORMED) = {"dns.https.malformed", FINDING_WARNING,
                                          "An HTTPS record of the name cannot be read, so browsers ignore it.", PUBLISH,
                                          MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_FOREIGN) = {"dns.https.demand", FINDING_NOTE,
                                        "An HTTPS record demands something that is not known here: many browsers "
                                        "ignore it.",
                                        "See whether that is meant, and that another record does without it.",
                                        MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_THERE) = {"dns.https.present", FINDING_NOTE,
                                      "The name has an HTTPS record: browsers that read it go to https:// by "
                                      "themselves, even at the first visit.",
                                      "Nothing has to be done. Browsers that do not read such records still need HSTS.",
                                      MEND_ELSEWHERE, 0},
    AT(FINDING_HTTPS_RECORD_NONE) = {"dns.https.none", FINDING_NOTE, "The name has no HTTPS record.",
                                     "With one (such as \"1 . alpn=h2\"), browsers that read it go to https:// by "
                                     "themselves, even at the first visit, before they know of HSTS.",
                                     MEND_ELSEWHERE, 0},
    /* ---- CAA ---- */
    AT(FINDING_CAA_NOBODY) = {"dns.caa.nobody", FINDING_WARNING,
                              "The CAA records let no authority issue a certificate for the name.",
                              "The next renewal will fail, and under HSTS nobody comes in without a certificate. "
                              "Allow the authority that you use, as in: 0 issue \"letsencrypt.org\".",
                              MEND_ELSEWHERE, 0},
    AT(FINDING_CAA_OTHER) = {"dns.caa.issuer_barred", FINDING_WARNING,
                             "The CAA records do not allow the authority that issued the certificate.",
                             "The next renewal there is likely to fail. Add the authority to the records, or see that "
                             "the renewal is asked of one of those that are allowed.",
                             MEND_ELSEWHERE, 0},
    AT(FINDING_CAA_FOREIGN) = {"dns.caa.demand", FINDING_WARNING,
                               "A CAA record demands something that is not known: authorities have to refuse.",
                               "See that the record is written as it was meant, and that the authority that you use "
                               "knows it.",
                               MEND_ELSEWHERE, 0},
    AT(FINDING_CAA_THERE) = {"dns.caa.present", FINDING_NOTE, "CAA records say who may issue certificates.",
                             "Nothing has to be done. Before you change the authority, change the records.",
                             MEND_ELSEWHERE, 0},
    AT(FINDING_CAA_NONE) = {"dns.caa.none", FINDING_NOTE, "No CAA record says who may issue certificates.",
                            "Every authority may. Name the one that you use, and others refuse.", MEND_ELSEWHERE, 0},
    AT(FINDING_DNS_UNTOLD) = {"dns.no_answer", FINDING_NOTE, "A question to the DNS was not answered.",
                              "Look again later. If it stays so, see whether the name servers of the name answer "
                              "questions for records that they do not have: authorities ask for CAA, and issue "
                              "nothing without an answer.",
                              MEND_ELSEWHERE, 0},
    /* ---- from above ---- */
    AT(FINDING_ABOVE_BINDS) = {"above.binds", FINDING_NOTE,
                               "A domain above sends includeSubDomains and so binds this name as well.",
                               "Browsers that were there insist on HTTPS here, whatever this name sends. It is "
                               "released only by that domain.",
                               MEND_ELSEWHERE, 0},
    AT(FINDING_LISTED_ABOVE) = {"above.preloaded", FINDING_NOTE,
                                "A domain above is on the browsers' preload list, with all names below it.",
                                "Browsers insist on HTTPS here from the first visit, and go on until that domain has "
                                "left the list.",
                                MEND_ELSEWHERE, 0},
    AT(FINDING_LISTED_TOP) = {"above.preloaded_suffix", FINDING_NOTE,
                              "Everything below this ending is on the browsers' preload list.",
                              "Browsers insist on HTTPS for every such name, for good.", MEND_ELSEWHERE, 0},
    AT(FINDING_LISTED) = {"above.listed", FINDING_NOTE, "The name itself is on the browsers' preload list.",
                          "Nothing has to be done. What keeps it there stands in the rules of the list.",
                          MEND_ELSEWHERE, 0},
    /* ---- TLS ---- */
    AT(FINDING_TLS_KEY_WEAK) = {"tls.key_weak", FINDING_ERROR, "The certificate's key is too short.",
                                "Browsers refuse such certificates. Have one issued with an ECDSA P-256 or RSA 2048 "
                                "key.",
                                MEND_CERTIFICATE, 0},
    AT(FINDING_TLS_OLD) = {"tls.old_version", FINDING_WARNING, "An old version of TLS is still taken.",
                           "TLS 1.0 and 1.1 were given up in 2021 (RFC 8996); no browser offers them. Turn them off.",
                           MEND_ELSEWHERE, 0},
    AT(FINDING_TLS_NO_SECRECY) = {"tls.no_forward_secrecy", FINDING_WARNING,
                                  "A key exchange without forward secrecy is agreed on.",
                                  "Who records the traffic and gets the key some day can read it then. Prefer suites "
                                  "with ECDHE.",
                                  MEND_ELSEWHERE, 0},
    AT(FINDING_TLS_NO_1_3) = {"tls.no_1_3", FINDING_WARNING, "TLS 1.3 is not taken.",
                              "It is faster, and hides more. Turn it on; a server that does not know it is out of "
                              "date.",
                              MEND_ELSEWHERE, 0},
    AT(FINDING_TLS_NO_1_2) = {"tls.no_1_2", FINDING_NOTE, "TLS 1.2 is not taken.",
                              "That is safe. Programs and devices from before 2018 may not get in.", MEND_ELSEWHERE, 0},
    AT(FINDING_TLS_NO_H2) = {"tls.no_http2", FINDING_NOTE, "HTTP/2 is not spoken.",
                             "Pages with many parts load faster with it.", MEND_ELSEWHERE, 0},
    AT(FINDING_TLS_FACTS) = {"tls.facts", FINDING_NOTE, "What TLS agrees on.",
                             "Nothing has to be done beyond what else is found.", MEND_ELSEWHERE, 0},
    AT(FINDING_TLS_MODERN) = {"tls.modern", FINDING_GOOD, "TLS is up to date.", NULL, MEND_ELSEWHERE, 0},
};
