/* One window at a time. */
#include "control/panel_refusals.h"

#include <stdio.h>

#include "control/commit.h"
#include "control/record.h"
#include "os/clock.h"

static void write_down(struct panel_refusals *refusals, struct str address)
{
    struct record record;
    struct buf text;
    struct jsonout out = {.out = &text};
    record_init(&record, STR("panel"), STR("session.begin"), STR(""), clock_wall_s());
    buf_init(&text, RECORD_SIZE_MAX);
    jsonout_object(&out, NULL);
    jsonout_u64(&out, "refused", refusals->count);
    jsonout_array(&out, "accounts");
    for (size_t i = 0; i < refusals->names_count; i++)
        jsonout_str(&out, NULL, str_from(refusals->names[i]));
    jsonout_array_end(&out);
    if (address.size)
        jsonout_str(&out, "address", address);
    jsonout_object_end(&out);
    record.entry.outcome = STR("refused");
    record.entry.after = buf_str(&text);
    if (buf_ok(&text))
        commit_record(refusals->core, &record.entry);
    buf_fini(&text);
    record_fini(&record);
    refusals->count = 0;
    refusals->names_count = 0;
}

static void on_window(struct timer *timer)
{
    struct panel_refusals *refusals = container_of(timer, struct panel_refusals, window);
    if (refusals->count == 0)
        return;
    write_down(refusals, STR(""));
    timer_set(&refusals->core->wheel, timer, clock_monotonic_ms() + PANEL_REFUSALS_WINDOW_MS);
}

void panel_refusals_init(struct panel_refusals *refusals, struct core *core)
{
    *refusals = (struct panel_refusals){.core = core};
    timer_init(&refusals->window, on_window);
}

void panel_refusals_fini(struct panel_refusals *refusals)
{
    if (refusals->count)
        write_down(refusals, STR(""));
    timer_cancel(&refusals->core->wheel, &refusals->window);
}

static void note_name(struct panel_refusals *refusals, struct str account)
{
    for (size_t i = 0; i < refusals->names_count; i++)
        if (str_eq_nocase(str_from(refusals->names[i]), account))
            return;
    if (account.size && refusals->names_count < PANEL_REFUSALS_NAMES_COUNT_MAX)
        (void)snprintf(refusals->names[refusals->names_count++], PANEL_REFUSALS_NAME_SIZE, "%.*s", STR_ARG(account));
}

void panel_refusals_add(struct panel_refusals *refusals, struct str account, struct str address)
{
    refusals->count++;
    note_name(refusals, account);
    if (timer_is_armed(&refusals->window))
        return;
    write_down(refusals, address);
    timer_set(&refusals->core->wheel, &refusals->window, clock_monotonic_ms() + PANEL_REFUSALS_WINDOW_MS);
}
