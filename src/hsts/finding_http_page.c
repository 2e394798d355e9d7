/* What the front page loads over plain HTTP, fields that are dead, and answers that did not come. */
#include "hsts/finding_rows.h"
#include "hsts/guard_judge.h"

#define SAMPLE_SHOWN_SIZE_MAX 120
#define CLIP(text)            STR_ARG(guard_clip(text, SAMPLE_SHOWN_SIZE_MAX))

static void check_content(const struct site_page *page, struct findings *ret)
{
    size_t count = page->active_count + page->passive_count;
    if (!page->is_known)
        return;
    if (count == 0)
        finding_add(ret, FINDING_CONTENT_GOOD, "%s", "");
    else if (page->upgrades)
        finding_add(ret, FINDING_CONTENT_UPGRADED, "%zu: %.*s", count,
                    CLIP(page->active_count ? page->active : page->passive));
    else if (page->active_count)
        finding_add(ret, FINDING_CONTENT_ACTIVE, "%zu: %.*s", page->active_count, CLIP(page->active));
    if (!page->upgrades && page->passive_count)
        finding_add(ret, FINDING_CONTENT_PASSIVE, "%zu: %.*s", page->passive_count, CLIP(page->passive));
}

/* That the refused method gets none is told by nobody: some close the connection on it. */
static void check_answers(const struct site_seen *site, struct findings *ret)
{
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++) {
        const struct site_answer *answer = &site->answers[i];
        if (i != SITE_ASK_METHOD && !answer->status && answer->why.size) {
            finding_add(ret, FINDING_LOOK_NO_ANSWER, "%s: it %.*s", site_ask_words((enum site_ask)i),
                        CLIP(answer->why));
            return;
        }
    }
}

void finding_http_page(const struct finding_seen *seen, struct findings *ret)
{
    check_content(&seen->site->page, ret);
    if (seen->site->has_key_pins)
        finding_add(ret, FINDING_DEAD_KEY_PINS, "%s", "");
    if (seen->site->has_expect_ct)
        finding_add(ret, FINDING_DEAD_EXPECT_CT, "%s", "");
    check_answers(seen->site, ret);
}
