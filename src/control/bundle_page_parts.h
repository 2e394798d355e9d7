/* What the sections of the page of an evidence bundle (bundle_page*.c) have in common. For them alone. */
#ifndef CONTROL_BUNDLE_PAGE_PARTS_H
#define CONTROL_BUNDLE_PAGE_PARTS_H

#include <jansson.h>

#include "control/bundle_words.h"
#include "control/markup.h"

struct page {
    struct buf *out;
    enum bundle_language language;
    const json_t *content;
};

/* Rows of a table; the rest is in evidence.json, and the page says so. */
#define PAGE_ROWS_COUNT_MAX 500

void page_word(const struct page *page, enum bundle_word word);
/* <section> with its heading; page_end ends it. */
void page_begin(const struct page *page, const char *id, enum bundle_word title);
void page_end(const struct page *page);
void page_paragraph(const struct page *page, enum bundle_word word);
/* <table> up to its body; `caption` is read out, not seen. */
void page_table(const struct page *page, enum bundle_word caption, const enum bundle_word *columns, size_t count);
/* `left_out` rows are said to be in evidence.json. */
void page_table_end(const struct page *page, uint64_t left_out);
/* A member of a member of the content; NULL where there is none. */
const json_t *page_member(const struct page *page, const char *part, const char *member);
/* A moment of RFC 3339; false for anything else. */
NODISCARD bool page_moment(const json_t *object, const char *member, int64_t *ret_s);

void page_promises(const struct page *page);     /* bundle_page_promises.c */
void page_log(const struct page *page);          /* bundle_page_log.c */
void page_certificates(const struct page *page); /* bundle_page_certificates.c */
void page_traffic(const struct page *page);      /* bundle_page_counts.c */
void page_clients(const struct page *page);
void page_rungs(const struct page *page); /* bundle_page_rungs.c */
void page_forecast(const struct page *page);
void page_census(const struct page *page);
void page_reports(const struct page *page);
void page_looks(const struct page *page); /* bundle_page_looks.c */

#endif
