#include "sequence.h"

#include <stdarg.h>
#include <stdio.h>

#include "laws.h"
#include "losses.h"

/* Events of one sequence. */
#define SEQUENCE_EVENTS_MIN 30
#define SEQUENCE_EVENTS_MAX 180
void sequence_fault(struct sequence *sequence, const char *format, ...)
{
    va_list args;
    if (sequence->fault[0])
        return;
    va_start(args, format);
    (void)vsnprintf(sequence->fault, sizeof sequence->fault, format, args);
    va_end(args);
    sequence_show(sequence, "BROKEN: %s", sequence->fault);
}

void sequence_show(const struct sequence *sequence, const char *format, ...)
{
    va_list args;
    if (!sequence->shows)
        return;
    const struct world *world = &sequence->world;
    printf("%3llu %11lld %+10lld%c %s ", (unsigned long long)sequence->tally.events, (long long)world->true_s,
           (long long)world->wall_error_s, world->synchronised ? '=' : '~', sequence->control.alive ? "  " : "- ");
    if (sequence->control.alive)
        printf("%+10lld ", (long long)(control_over_s(&sequence->control) - world->true_s));
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    printf("\n");
}

static int64_t arrives_after_s(struct dice *dice)
{
    if (dice_one_in(dice, 8))
        return ARRIVES_S_MAX;
    return dice_one_in(dice, 4) ? dice_below(dice, ARRIVES_S_MAX) : 0;
}

static void visit(struct sequence *sequence)
{
    struct dice *dice = &sequence->dice;
    size_t browser = (size_t)dice_below(dice, BROWSERS_COUNT);
    enum host host = (enum host)dice_below(dice, HOSTS_SERVED_COUNT);
    const struct snapshot *snapshot = serving_pick(&sequence->serving, dice);
    if (!snapshot || !snapshot->generation)
        return;
    enum ledger_name name = names_ledger_of(host, snapshot->has_alias);
    struct ledger_promise sent = snapshot->sites[names_site_of(name)].promise;
    if (!snapshot->sites[names_site_of(name)].sends ||
        !hsts_promise_max_age(&sent, world_reading(&sequence->world).wall_s, &sent.max_age_s))
        return;
    laws_of_field(sequence, snapshot, name, &sent);
    const struct browser_note note = {.include_subdomains = sent.include_subdomains,
                                      .sent_under = name,
                                      .promise = sent,
                                      .sent_s = sequence->world.true_s};
    int64_t arrives_s = sequence->world.true_s + arrives_after_s(dice);
    browsers_note(&sequence->browsers, browser, host, &note, arrives_s, sent.max_age_s);
    sequence->tally.emissions++;
    sequence->tally.releases += sent.max_age_s == 0;
    sequence_show(sequence, "browser %zu, host %d: max-age=%lld under %s by generation %llu", browser, (int)host,
                  (long long)sent.max_age_s, names_ledger(name).data, (unsigned long long)snapshot->generation);
}

/* Many browsers come; some of them never again. */
static void on_visits(struct sequence *sequence)
{
    for (int64_t n = 1 + dice_below(&sequence->dice, 10); n > 0; n--)
        visit(sequence);
}

static void on_time(struct sequence *sequence)
{
    world_pass(&sequence->world, dice_span_s(&sequence->dice));
    serving_pass(&sequence->serving, sequence->world.true_s);
    sequence_show(sequence, "time passes");
}

static void on_tick(struct sequence *sequence)
{
    sequence_show(sequence, "control looks");
    control_tick(&sequence->control);
}

static void on_move(struct sequence *sequence)
{
    static const enum hsts_move likely[] = {HSTS_MOVE_START, HSTS_MOVE_START, HSTS_MOVE_CLIMB,
                                            HSTS_MOVE_CLIMB, HSTS_MOVE_CLIMB, HSTS_MOVE_RELEASE};
    struct dice *dice = &sequence->dice;
    size_t site = (size_t)dice_below(dice, SITES_COUNT);
    enum hsts_move move = !dice_one_in(dice, 3) ? likely[dice_below(dice, sizeof likely / sizeof *likely)]
                                                : (enum hsts_move)dice_below(dice, HSTS_MOVES_COUNT);
    sequence_show(sequence, "site %zu: %s", site, hsts_move_name(move));
    control_move(&sequence->control, site, move);
    sequence->tally.moves++;
}

/* Certificates come from elsewhere: their dates are true. */
static void on_certificate(struct sequence *sequence)
{
    struct dice *dice = &sequence->dice;
    size_t site = (size_t)dice_below(dice, SITES_COUNT);
    int64_t cap_s = 0;
    if (!dice_one_in(dice, 3))
        cap_s = sequence->world.true_s + (dice_one_in(dice, 4) ? dice_below(dice, 200) : dice_span_s(dice) - 86400);
    sequence_show(sequence, "site %zu: cap %lld", site, (long long)cap_s);
    control_set_cap(&sequence->control, site, cap_s);
}

static void on_alias(struct sequence *sequence)
{
    sequence_show(sequence, "the alias is dropped or taken back");
    control_toggle_alias(&sequence->control);
}

static void on_acknowledge(struct sequence *sequence)
{
    for (size_t i = 0; i < WORKERS_COUNT; i++)
        if (!dice_one_in(&sequence->dice, 4)) {
            sequence_show(sequence, "worker %zu switches", i);
            serving_acknowledge(&sequence->serving, i);
        }
}

static void on_keep(struct sequence *sequence)
{
    serving_keep(&sequence->serving);
    sequence_show(sequence, "generation %llu is kept", (unsigned long long)sequence->serving.kept.generation);
}

static void on_seal(struct sequence *sequence)
{
    control_seal(&sequence->control);
    sequence_show(sequence, "generation %llu is sealed", (unsigned long long)sequence->serving.sealed.generation);
}

/* Everybody does what is to be done. */
static void on_settle(struct sequence *sequence)
{
    for (int i = 0; i < 2; i++) {
        control_tick(&sequence->control);
        for (size_t worker = 0; worker < WORKERS_COUNT; worker++)
            serving_acknowledge(&sequence->serving, worker);
        serving_keep(&sequence->serving);
        control_seal(&sequence->control);
    }
    control_tick(&sequence->control);
    sequence_show(sequence, "everybody settles");
}

static void on_worker_death(struct sequence *sequence)
{
    serving_worker_dies(&sequence->serving, (size_t)dice_below(&sequence->dice, WORKERS_COUNT));
    sequence_show(sequence, "a worker dies");
}

static void on_gateway_death(struct sequence *sequence)
{
    serving_gateway_dies(&sequence->serving);
    sequence->tally.crashes++;
    sequence_show(sequence, "the gateway dies, another starts from generation %llu",
                  (unsigned long long)sequence->serving.kept.generation);
}

/* Often on the occasion of a change: what the old one carries ends while it drains. */
static void on_upgrade(struct sequence *sequence)
{
    serving_upgrade(&sequence->serving, sequence->world.true_s);
    sequence->tally.drains++;
    sequence_show(sequence, "the gateway drains, another starts from generation %llu",
                  (unsigned long long)sequence->serving.kept.generation);
    if (dice_one_in(&sequence->dice, 2))
        on_settle(sequence);
}

/* The last moment of a gateway that drains, and the browsers that still come to it. */
static void on_drain_end(struct sequence *sequence)
{
    int64_t left_s = serving_drains_for_s(&sequence->serving, sequence->world.true_s);
    if (left_s <= 0)
        return;
    world_pass(&sequence->world, left_s);
    serving_pass(&sequence->serving, sequence->world.true_s);
    sequence_show(sequence, "a gateway has drained almost");
    on_visits(sequence);
}

static void on_control_death(struct sequence *sequence)
{
    if (sequence->control.alive)
        control_die(&sequence->control);
    sequence->tally.crashes++;
    sequence_show(sequence, "control dies");
}

static void on_control_start(struct sequence *sequence)
{
    if (sequence->control.alive)
        return;
    sequence->over_s = 0;
    control_start(&sequence->control);
    sequence_show(sequence, "control starts");
}

static void on_jump(struct sequence *sequence)
{
    world_jump(&sequence->world, &sequence->dice);
    sequence_show(sequence, "the wall clock is set");
}

static void on_time_server(struct sequence *sequence)
{
    if (sequence->world.synchronised && dice_one_in(&sequence->dice, 2))
        world_lose_time_server(&sequence->world);
    else
        world_synchronise(&sequence->world, &sequence->dice);
    sequence_show(sequence, "a time server comes or goes");
}

static void on_stop(struct sequence *sequence)
{
    world_stop(&sequence->world, &sequence->dice);
    serving_pass(&sequence->serving, sequence->world.true_s);
    sequence_show(sequence, "the virtual machine was stopped");
    if (dice_one_in(&sequence->dice, 2))
        on_settle(sequence);
}

static void on_backup(struct sequence *sequence)
{
    losses_backup(sequence, (size_t)dice_below(&sequence->dice, BACKUPS_COUNT));
}

static void on_restore(struct sequence *sequence)
{
    losses_restore(sequence, (size_t)dice_below(&sequence->dice, BACKUPS_COUNT));
}

/* A promise ends and is made again at once: the record of the first one must not be taken for that of the second. */
static void on_flip(struct sequence *sequence)
{
    on_alias(sequence);
    sequence->control.disk_is_ill |= dice_one_in(&sequence->dice, 4);
    on_settle(sequence);
    sequence->control.disk_is_ill = false;
    on_alias(sequence);
    on_settle(sequence);
    on_visits(sequence);
    if (dice_one_in(&sequence->dice, 2))
        on_control_death(sequence);
}

static void on_ill_disk(struct sequence *sequence)
{
    sequence->control.disk_is_ill = !sequence->control.disk_is_ill;
    sequence_show(sequence, "the disk falls ill, or gets well");
}

static void on_confirm(struct sequence *sequence)
{
    if (!world_is_right(&sequence->world))
        return;
    sequence_show(sequence, "the operator says that the clock is right");
    control_confirm_clock(&sequence->control);
}

/* Evidence may be wrong, too: another server's clock. */
static void on_evidence(struct sequence *sequence)
{
    struct dice *dice = &sequence->dice;
    int64_t moment_s = sequence->world.true_s + (dice_one_in(dice, 3) ? dice_span_s(dice) : -dice_span_s(dice));
    sequence_show(sequence, "evidence of %+lld s", (long long)(moment_s - sequence->world.true_s));
    control_saw(&sequence->control, moment_s);
}

static const struct {
    int weight;
    void (*happen)(struct sequence *);
} events[] = {
    {20, on_visits},       {12, on_time},         {8, on_tick},        {14, on_move},     {5, on_certificate},
    {1, on_alias},         {9, on_acknowledge},   {6, on_keep},        {6, on_seal},      {5, on_settle},
    {1, on_worker_death},  {2, on_gateway_death}, {3, on_upgrade},     {2, on_drain_end}, {2, on_control_death},
    {6, on_control_start}, {3, on_jump},          {3, on_time_server}, {2, on_stop},      {1, on_confirm},
    {1, on_evidence},      {1, losses_boot},      {1, on_backup},      {1, on_restore},   {2, on_flip},
    {1, on_ill_disk},
};

static void happen(struct sequence *sequence)
{
    int64_t sum = 0;
    for (size_t i = 0; i < sizeof events / sizeof *events; i++)
        sum += events[i].weight;
    int64_t at = dice_below(&sequence->dice, sum);
    size_t i = 0;
    while (at >= events[i].weight)
        at -= events[i++].weight;
    events[i].happen(sequence);
}

/* A control that starts now reads this from the disk. While the sealed snapshot knows more, nothing is claimed yet. */
static void check_disk(struct sequence *sequence)
{
    struct book book;
    struct hsts_clock clock;
    const struct hsts_clock_reading reading = world_reading(&sequence->world);
    if (sequence->serving.sealed.generation > sequence->disk.settings.generation)
        return;
    disk_load(&sequence->disk, &book);
    hsts_clock_start(&clock, &sequence->disk.clock, &reading);
    laws_of_ledger(sequence, &book, hsts_clock_over(&clock, &reading), hsts_clock_latest(&clock, &reading));
    book_fini(&book);
}

static void check(struct sequence *sequence)
{
    if (!sequence->world.went_back_unwritten && dice_one_in(&sequence->dice, 6))
        check_disk(sequence);
    if (!sequence->control.alive || sequence->world.went_back_unseen)
        return;
    int64_t over_s = control_over_s(&sequence->control);
    if (over_s < sequence->over_s)
        sequence_fault(sequence, "the ledger's clock went back by %lld s", (long long)(sequence->over_s - over_s));
    sequence->over_s = over_s;
    laws_of_ledger(sequence, &sequence->control.book, over_s, control_latest_s(&sequence->control));
}

static int64_t longest_binding_s(const struct control *control)
{
    int64_t left_s = 0, over_s = control_over_s(control);
    for (int i = 0; i < LEDGER_NAMES_COUNT; i++) {
        const struct ledger *ledger = book_ledger(&control->book, names_ledger((enum ledger_name)i));
        int64_t until_s = ledger ? ledger_bound_until(ledger, over_s, LEDGER_ANY, LEDGER_NAME) : 0;
        if (until_s - over_s > left_s)
            left_s = until_s - over_s;
    }
    return left_s;
}

/* However it went, a release must come to its end, and end in no field at all. */
static void release_everything(struct sequence *sequence)
{
    struct control *control = &sequence->control;
    control->faults_one_in = 0;
    control->disk_is_ill = false;
    on_control_start(sequence);
    on_settle(sequence);
    check(sequence);
    world_synchronise(&sequence->world, &sequence->dice);
    on_settle(sequence);
    check(sequence);
    for (size_t site = 0; site < SITES_COUNT; site++)
        control_move(control, site, HSTS_MOVE_RELEASE);
    on_settle(sequence);
    check(sequence);
    sequence_show(sequence, "everything is released");
    on_visits(sequence);
    world_pass(&sequence->world, longest_binding_s(control));
    on_settle(sequence);
    check(sequence);
    for (size_t site = 0; site < SITES_COUNT; site++) {
        if (control_is_bound(control, site) || sequence->serving.sealed.sites[site].sends)
            sequence_fault(sequence, "site %zu is released and never free", site);
        else
            sequence->tally.freed++;
    }
}

/* Some sites are on their way already. */
static void climb_at_once(struct sequence *sequence, size_t site)
{
    struct dice *dice = &sequence->dice;
    if (dice_one_in(dice, 3))
        return;
    control_move(&sequence->control, site, HSTS_MOVE_START);
    if (dice_one_in(dice, 2))
        control_move(&sequence->control, site, HSTS_MOVE_SUBDOMAINS_ON);
    for (int64_t climbs = dice_below(dice, 7); climbs > 0; climbs--)
        control_move(&sequence->control, site, HSTS_MOVE_CLIMB);
    if (dice_one_in(dice, 2))
        control_move(&sequence->control, site, HSTS_MOVE_PRELOAD_ON);
}

static void begin(struct sequence *sequence, uint64_t seed, uint64_t number, bool shows)
{
    static const int faults_one_in[] = {0, 0, 20, 6, 3};
    dice_init(&sequence->dice, seed, number);
    sequence->tally = (struct tally){0};
    sequence->fault[0] = '\0';
    sequence->shows = shows;
    for (size_t i = 0; i < BACKUPS_COUNT; i++)
        sequence->backups[i].is_made = false;
    sequence->over_s = 0;
    world_init(&sequence->world, &sequence->dice);
    disk_init(&sequence->disk);
    serving_init(&sequence->serving);
    browsers_init(&sequence->browsers);
    control_init(&sequence->control, &sequence->disk, &sequence->serving, &sequence->world, &sequence->dice);
    sequence->control.faults_one_in = faults_one_in[dice_below(&sequence->dice, 5)];
    on_control_start(sequence);
    for (size_t site = 0; site < SITES_COUNT; site++)
        climb_at_once(sequence, site);
    if (dice_one_in(&sequence->dice, 2))
        on_settle(sequence);
}

bool sequence_run(struct sequence *sequence, uint64_t seed, uint64_t number, bool shows)
{
    begin(sequence, seed, number, shows);
    int64_t count = SEQUENCE_EVENTS_MIN + dice_below(&sequence->dice, SEQUENCE_EVENTS_MAX - SEQUENCE_EVENTS_MIN);
    int64_t loses_at = dice_one_in(&sequence->dice, 5) ? dice_below(&sequence->dice, count) : INT64_MAX;
    bool has_history = dice_one_in(&sequence->dice, 2);
    for (int64_t i = 0; i < count && !sequence->fault[0] && disk_has_room(&sequence->disk); i++) {
        sequence->tally.events++;
        if (i == loses_at)
            losses_lose_disk(sequence, 0);
        else if (has_history && loses_at != INT64_MAX && (i == loses_at / 3 || i == loses_at * 2 / 3))
            losses_backup(sequence, i == loses_at / 3 ? 0 : 1);
        else if (has_history && i - 5 == loses_at)
            losses_restore(sequence, 1); /* the younger one turns up */
        else
            happen(sequence);
        check(sequence);
    }
    if (!sequence->fault[0])
        release_everything(sequence);
    sequence->tally.mends = sequence->control.mends_count;
    sequence->tally.faults = sequence->control.faults_count;
    control_fini(&sequence->control);
    return !sequence->fault[0];
}
