/* The words of the codes, a table for each section of enum finding_code. Private to the findings. */
#ifndef HSTS_FINDING_ROWS_H
#define HSTS_FINDING_ROWS_H

#include "hsts/finding.h"

struct finding_row {
    const char *code;
    enum finding_severity severity;
    const char *words; /* a whole sentence */
    const char *fix;   /* whole sentences, or NULL */
    enum mend mend;
    int score; /* of the Observatory's */
};

/* From the first code of the section to its end. */
extern const struct finding_row finding_rows_http[], finding_rows_observatory[], finding_rows_net[];

/* The judges of the sections; each adds what it finds. */
void finding_http_field(const struct finding_seen *seen, struct findings *ret);
void finding_http_reading(const struct preload_fields *fields, struct findings *ret);
void finding_http_cookies(const struct finding_seen *seen, struct findings *ret);
void finding_http_page(const struct finding_seen *seen, struct findings *ret);
void finding_http_certificate(const struct finding_seen *seen, struct findings *ret);
void finding_observatory(const struct finding_seen *seen, struct findings *ret);
void finding_net_address(const struct finding_seen *seen, struct findings *ret);
void finding_net_dns(const struct finding_seen *seen, struct findings *ret);
void finding_net_above(const struct finding_seen *seen, struct findings *ret);
void finding_net_tls(const struct finding_seen *seen, struct findings *ret);

/* Fields that are kept of those that came. */
size_t finding_kept_count(const struct preload_fields *fields);

#endif
