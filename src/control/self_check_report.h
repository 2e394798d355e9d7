/*
 * What one self-check came to, whole, as it is kept in the store (JSON) and shown. Codes are stored by their own text
 * and told in the words of the program that reads them.
 */
#ifndef CONTROL_SELF_CHECK_REPORT_H
#define CONTROL_SELF_CHECK_REPORT_H

#include <jansson.h>

#include "base/buf.h"
#include "base/err.h"
#include "hsts/finding.h"
#include "hsts/self_check.h"

/* Some two hundred codes with what was seen of each, every byte of it escaped, and one field. */
#define SELF_CHECK_CONTENT_SIZE_MAX ((size_t)512 * 1024)

struct self_check_report {
    struct str domain;      /* that of the site's names which was looked at */
    struct str registrable; /* of it; empty: not known */
    struct str field;       /* data NULL: none, or several */
    enum preload_policy policy;
    enum self_check_sight sight;
    char why[SELF_CHECK_WHY_SIZE];
    struct self_check_found found; /* nothing unless it was seen */
    struct findings more;          /* beyond the rules of the list; the same */
};

NODISCARD bool self_check_report_write(const struct self_check_report *report, struct buf *out);
/*
 * Views of *ret_json, which the caller releases when it is true. Codes that this program does not know are left out.
 * False with ERR_INPUT for what is none.
 */
NODISCARD bool self_check_report_read(struct str content, json_t **ret_json, struct self_check_report *ret,
                                      struct err *err);
/* The short form. */
void self_check_report_sum(const struct self_check_report *report, int64_t at_s, struct self_check *ret);

#endif
