/* The words. */
#include "store/notification.h"

const char *const notify_kind_names[] = {
    [NOTIFY_OBTAINED] = "obtained",     [NOTIFY_RENEWED] = "renewed",   [NOTIFY_SERVED] = "served",
    [NOTIFY_FAILING] = "failing",       [NOTIFY_EXPIRING] = "expiring", [NOTIFY_MISMATCH] = "mismatch",
    [NOTIFY_CLOCK] = "clock",           [NOTIFY_DRAWER] = "drawer",     [NOTIFY_CHECK] = "check",
    [NOTIFY_SUBDOMAINS] = "subdomains", [NOTIFY_HELD] = "held",         [NOTIFY_IN_CLEAR] = "in_clear",
    [NOTIFY_DIGEST] = "digest",         [NOTIFY_TEST] = "test",         NULL,
};

const char *const notify_severity_names[] = {
    [NOTIFY_INFO] = "info", [NOTIFY_WARNING] = "warning", [NOTIFY_CRITICAL] = "critical", NULL};

const char *const notify_phase_names[] = {
    [NOTIFY_HAPPENED] = "happened", [NOTIFY_BEGUN] = "begun",       [NOTIFY_WORSE] = "worse",
    [NOTIFY_STILL] = "still",       [NOTIFY_RESOLVED] = "resolved", NULL,
};

const char *const notify_state_names[] = {
    [NOTIFY_QUEUED] = "queued", [NOTIFY_SENT] = "sent", [NOTIFY_GIVEN_UP] = "given_up", NULL};

uint32_t notify_number_of(struct str word, const char *const *words)
{
    for (uint32_t i = 0; words[i]; i++)
        if (str_eq(word, str_from(words[i])))
            return i;
    return 0;
}
