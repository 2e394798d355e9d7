#include "control.h"

#include <stdlib.h>

/* Generations left out after a restore, so that no number is given twice. */
#define GENERATIONS_SKIPPED 1000

void control_init(struct control *control, struct disk *disk, struct serving *serving, struct world *world,
                  struct dice *dice)
{
    *control = (struct control){.disk = disk, .serving = serving, .world = world, .dice = dice};
    book_init(&control->book);
}

void control_fini(struct control *control)
{
    book_fini(&control->book);
}

void control_die(struct control *control)
{
    control->alive = false;
    control->world->went_back_unseen = control->world->went_back_unwritten;
    book_fini(&control->book);
}

int64_t control_over_s(const struct control *control)
{
    const struct hsts_clock_reading reading = world_reading(control->world);
    return hsts_clock_over(&control->clock, &reading);
}

int64_t control_latest_s(const struct control *control)
{
    const struct hsts_clock_reading reading = world_reading(control->world);
    return hsts_clock_latest(&control->clock, &reading);
}

bool control_is_bound(const struct control *control, size_t site)
{
    int64_t over_s = control_over_s(control);
    for (int i = 0; i < LEDGER_NAMES_COUNT; i++) {
        const struct ledger *ledger = book_ledger(&control->book, names_ledger((enum ledger_name)i));
        if (names_site_of((enum ledger_name)i) == site && ledger &&
            ledger_bound_until(ledger, over_s, LEDGER_ANY, LEDGER_NAME) > over_s)
            return true;
    }
    return false;
}

static enum disk_outcome throw_outcome(struct control *control)
{
    if (control->disk_is_ill) {
        control->faults_count++;
        return dice_one_in(control->dice, 2) ? DISK_FAILED : DISK_FAILED_AFTERWARDS;
    }
    if (control->faults_one_in == 0 || !dice_one_in(control->dice, control->faults_one_in))
        return DISK_SAVED;
    control->faults_count++;
    return (enum disk_outcome)(1 + dice_below(control->dice, DISK_OUTCOMES_COUNT - 1));
}

/* Durable, then in memory. False when it failed, or control is dead now. */
static bool save(struct control *control, const struct book_plan *plan, const struct settings *settings)
{
    const struct hsts_clock_reading reading = world_reading(control->world);
    struct hsts_clock_saved clock;
    hsts_clock_save(&control->clock, &reading, &clock);
    const struct transaction transaction = {.plan = plan, .settings = settings, .clock = &clock};
    enum disk_outcome outcome = throw_outcome(control);
    disk_save(control->disk, &transaction, outcome);
    if (outcome == DISK_CRASHED_BEFORE || outcome == DISK_CRASHED_AFTER)
        control_die(control);
    if (outcome != DISK_SAVED) {
        if (plan && control->alive)
            book_doubt(&control->book, plan);
        return false;
    }
    if (plan && !book_apply(&control->book, plan))
        abort();
    if (settings)
        control->settings = *settings;
    return true;
}

/* A mend that could not be saved is applied all the same; it is asked for again. */
static void mend(struct control *control, const struct ledger_mend *wanted)
{
    struct book_plan plan;
    book_plan_init(&plan, &control->book);
    if (!book_plan_mend(&plan, &control->book, wanted))
        abort();
    control->mends_count++;
    if (save(control, &plan, NULL)) {
        hsts_clock_mended(&control->clock, wanted);
        control->world->went_back_unwritten = false;
    } else if (control->alive) {
        if (!book_apply(&control->book, &plan))
            abort();
        book_doubt(&control->book, &plan);
    }
    book_plan_fini(&plan);
}

/* False when control did not live through it. */
static bool look(struct control *control)
{
    const struct hsts_clock_reading reading = world_reading(control->world);
    struct ledger_mend wanted;
    control->world->went_back_unseen = false;
    if (hsts_clock_look(&control->clock, &reading, &wanted))
        mend(control, &wanted);
    else
        control->world->went_back_unwritten = false;
    return control->alive;
}

/* The promise a snapshot of these settings carries under the site's names. */
static bool carries(const struct control *control, const struct settings *settings, size_t site,
                    struct ledger_promise *ret)
{
    return hsts_wish_promise(&settings->wishes[site], control_is_bound(control, site), settings->caps_s[site], ret);
}

/* The same as the ledger may count on it. */
static bool carries_for_ledger(const struct control *control, const struct settings *settings, enum ledger_name name,
                               struct ledger_promise *ret)
{
    const struct hsts_clock_reading reading = world_reading(control->world);
    if (name == LEDGER_ALIAS && !settings->has_alias)
        return false;
    if (!carries(control, settings, names_site_of(name), ret))
        return false;
    if (!hsts_clock_bounds(&control->clock, &reading))
        ret->cap_s = 0;
    return true;
}

static void plan_open(const struct control *control, const struct settings *settings, struct book_plan *plan)
{
    for (int i = 0; i < LEDGER_NAMES_COUNT; i++) {
        struct ledger_promise promise;
        enum ledger_name name = (enum ledger_name)i;
        if (carries_for_ledger(control, settings, name, &promise) &&
            !book_plan_open(plan, &control->book, names_ledger(name), &promise, control_over_s(control)))
            abort();
    }
}

static void plan_close(const struct control *control, struct book_plan *plan)
{
    for (int i = 0; i < LEDGER_NAMES_COUNT; i++) {
        struct ledger_promise promise;
        enum ledger_name name = (enum ledger_name)i;
        bool carried = carries_for_ledger(control, &control->settings, name, &promise);
        if (!book_plan_close(plan, &control->book, names_ledger(name), carried ? &promise : NULL,
                             control_over_s(control)))
            abort();
    }
}

static void publish(struct control *control)
{
    struct snapshot snapshot = {.generation = control->settings.generation, .has_alias = control->settings.has_alias};
    for (size_t i = 0; i < SITES_COUNT; i++) {
        snapshot.sites[i].mode = control->settings.wishes[i].mode;
        snapshot.sites[i].sends = carries(control, &control->settings, i, &snapshot.sites[i].promise);
    }
    serving_publish(control->serving, &snapshot);
    control->published = snapshot.generation;
}

/* The clock has been looked at. */
static void commit(struct control *control, const struct settings *settings)
{
    struct settings changed = *settings;
    struct book_plan plan;
    book_plan_init(&plan, &control->book);
    changed.generation = control->settings.generation + 1;
    plan_open(control, &changed, &plan);
    if (save(control, &plan, &changed))
        publish(control);
    else
        control->settings.generation = changed.generation; /* may be on disk: it is not given again */
    book_plan_fini(&plan);
}

static bool is_settled(const struct control *control)
{
    uint64_t generation = control->settings.generation;
    return control->published == generation && serving_all_acknowledged(control->serving, generation) &&
           control->serving->kept.generation == generation && control->serving->sealed.generation == generation;
}

/* Opens first: what is carried may count in another form since the clock was looked at. */
static void open_and_close(struct control *control)
{
    struct book_plan plan;
    book_plan_init(&plan, &control->book);
    plan_open(control, &control->settings, &plan);
    if (is_settled(control))
        plan_close(control, &plan);
    (void)save(control, &plan, NULL);
    book_plan_fini(&plan);
}

/* A snapshot that still says max-age=0, or one that sends what is carried no more. */
static bool is_outdated(const struct control *control)
{
    if (control->published != control->settings.generation ||
        control->serving->sent.generation != control->settings.generation)
        return true;
    for (size_t i = 0; i < SITES_COUNT; i++) {
        struct ledger_promise promise;
        if (carries(control, &control->settings, i, &promise) != control->serving->sent.sites[i].sends)
            return true;
    }
    return false;
}

void control_tick(struct control *control)
{
    if (!control->alive || !look(control))
        return;
    if (is_outdated(control))
        commit(control, &control->settings);
    if (control->alive)
        open_and_close(control);
    if (control->alive && dice_one_in(control->dice, 4))
        (void)book_forget_past(&control->book, control_over_s(control));
}

/* What the sealed snapshot carries was promised, whatever the disk knows of it. */
static void recall(struct control *control)
{
    const struct snapshot *sealed = &control->serving->sealed;
    if (sealed->generation <= control->settings.generation)
        return;
    struct settings settings = control->settings;
    struct book_plan plan;
    book_plan_init(&plan, &control->book);
    for (int i = 0; i < LEDGER_NAMES_COUNT; i++) {
        enum ledger_name name = (enum ledger_name)i;
        struct ledger_promise promise = sealed->sites[names_site_of(name)].promise;
        promise.cap_s = 0;
        if (sealed->sites[names_site_of(name)].sends && (name != LEDGER_ALIAS || sealed->has_alias) &&
            !book_plan_open(&plan, &control->book, names_ledger(name), &promise, control_over_s(control)))
            abort();
    }
    settings.generation = sealed->generation + GENERATIONS_SKIPPED;
    /* Control does not begin before that is written. */
    if (!save(control, &plan, &settings) && control->alive)
        control_die(control);
    book_plan_fini(&plan);
}

void control_start(struct control *control)
{
    const struct hsts_clock_reading reading = world_reading(control->world);
    if (control->alive)
        return;
    book_fini(&control->book);
    disk_load(control->disk, &control->book);
    control->settings = control->disk->settings;
    control->published = 0;
    hsts_clock_start(&control->clock, &control->disk->clock, &reading);
    control->alive = true;
    if (look(control))
        recall(control);
    if (control->alive)
        commit(control, &control->settings);
}

void control_move(struct control *control, size_t site, enum hsts_move move)
{
    if (!control->alive || !look(control))
        return;
    struct settings settings = control->settings;
    if (hsts_wish_move(&settings.wishes[site], control_is_bound(control, site), move, control_over_s(control),
                       &settings.wishes[site], NULL))
        commit(control, &settings);
}

void control_set_cap(struct control *control, size_t site, int64_t cap_s)
{
    if (!control->alive || !look(control))
        return;
    struct settings settings = control->settings;
    settings.caps_s[site] = cap_s;
    commit(control, &settings);
}

void control_toggle_alias(struct control *control)
{
    if (!control->alive || !look(control))
        return;
    struct settings settings = control->settings;
    settings.has_alias = !settings.has_alias;
    commit(control, &settings);
}

void control_seal(struct control *control)
{
    if (control->alive && serving_all_acknowledged(control->serving, control->settings.generation))
        control->serving->sealed = control->serving->sent;
}

void control_confirm_clock(struct control *control)
{
    const struct hsts_clock_reading reading = world_reading(control->world);
    if (control->alive && look(control))
        hsts_clock_confirm(&control->clock, &reading);
}

void control_saw(struct control *control, int64_t moment_s)
{
    if (control->alive)
        hsts_clock_saw(&control->clock, moment_s);
}

void control_restore(const struct control *control, const struct disk *backup)
{
    struct book here, there;
    struct book_plan plan;
    struct hsts_clock_saved clock;
    struct ledger_mend late;
    struct settings settings = backup->settings;
    settings.generation = control->disk->settings.generation;
    hsts_clock_merge(&control->disk->clock, &backup->clock, &clock, &late);
    disk_load(control->disk, &here);
    disk_load(backup, &there);
    book_plan_init(&plan, &here);
    if (!book_plan_merge(&plan, &here, &there, &late))
        abort();
    const struct transaction transaction = {.plan = &plan, .settings = &settings, .clock = &clock};
    disk_save(control->disk, &transaction, DISK_SAVED);
    book_plan_fini(&plan);
    book_fini(&here);
    book_fini(&there);
}
