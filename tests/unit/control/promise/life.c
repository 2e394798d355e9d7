#include "life.h"

#include <stdarg.h>

#include "../api_ask.h"
#include "control/autopilot.h"
#include "control/recall.h"
#include "control/sealed.h"
#include "disk.h"
#include "os/memfd.h"
#include "snapshot/rules.h"

#define EVENTS_COUNT 60
/* Every guard that may be overridden is, so that moves are made at all; what remains is firm. */
#define OVERRIDE(site)                                                                                                 \
    "\"override\":{\"reason\":\"chance\",\"confirm\":\"" site "\",\"guards\":[\"certificate-outlives\",\"served\","    \
    "\"redirect\",\"ports\",\"application\",\"content\",\"other-ports\",\"name-local\",\"name-wildcard\",\"dwell\","   \
    "\"traffic\",\"keep-name\",\"keep-certificate\",\"keep-trust\",\"keep-redirect\"]}"

static const char *const names_in_certificates[] = {"a.test", "*.a.test", "b.test", "www.b.test", NULL};
static const char *const sites[] = {"a.test", "b.test"};
static struct buf certificates[LIFE_CERTIFICATES_COUNT]; /* "certificate_pem":"…","key_pem":"…" */

static void put_json(struct buf *out, const char *key, struct str pem)
{
    (void)buf_printf(out, "\"%s\":\"", key);
    for (size_t i = 0; i < pem.size; i++)
        if (pem.data[i] == '\n')
            (void)buf_put(out, "\\n", 2);
        else
            (void)buf_put_char(out, pem.data[i]);
    assert_true(buf_put_char(out, '"'));
}

void life_certificates(struct test_ca *ca)
{
    static const int64_t ends_s[LIFE_CERTIFICATES_COUNT] = {7200, 200000, 2000000, 40000000, 400000000, 800000000};
    for (size_t i = 0; i < LIFE_CERTIFICATES_COUNT; i++) {
        const struct test_ca_leaf leaf = {.names = names_in_certificates,
                                          .not_before_s = clock_wall_s() - 3600,
                                          .not_after_s = clock_wall_s() + ends_s[i]};
        struct test_ca_made made = test_ca_make(ca, &leaf);
        buf_init(&certificates[i], 65536);
        put_json(&certificates[i], "certificate_pem", buf_str(&made.chain));
        (void)buf_put_char(&certificates[i], ',');
        put_json(&certificates[i], "key_pem", buf_str(&made.key));
        assert_true(buf_put_char(&certificates[i], '\0'));
        test_ca_made_free(&made);
    }
}

void life_certificates_free(void)
{
    for (size_t i = 0; i < LIFE_CERTIFICATES_COUNT; i++)
        buf_fini(&certificates[i]);
}

static void tell(const struct life *life, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(const struct life *life, const char *format, ...)
{
    va_list args;
    if (!life->shows)
        return;
    va_start(args, format);
    printf("  ");
    (void)vprintf(format, args);
    printf("\n");
    va_end(args);
}

static void fault(struct life *life, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void fault(struct life *life, const char *format, ...)
{
    va_list args;
    if (life->fault[0])
        return;
    va_start(args, format);
    (void)vsnprintf(life->fault, sizeof life->fault, format, args);
    va_end(args);
}

/* What is not SQLite's is written and read back at once: a real sync of it shows nothing, and is most of the time. */
int __wrap_fsync(int fd);

int __wrap_fsync(int fd)
{
    return fd < 0 ? -1 : 0;
}

/* The fixture's functions know a core and nothing around it. */
static struct life *present;

static struct hsts_clock_reading read_clock(const struct core *core)
{
    (void)core;
    return (struct hsts_clock_reading){.wall_s = present->true_s + present->f->wall_shift_s,
                                       .elapsed_s = present->true_s - present->born_s,
                                       .synchronised = present->synchronised};
}

static struct serving_now now_of(const struct life *life)
{
    const struct hsts_clock_reading reading = read_clock(&life->f->core);
    return (struct serving_now){.wall_s = reading.wall_s, .elapsed_s = reading.elapsed_s, .true_s = life->true_s};
}

static bool on_acked(struct publisher *publisher)
{
    if (present->supervisor_busy)
        return false;
    told_read(publisher->present_fd, &present->serving.kept);
    return true;
}

/* As control.c does it, but that the file is only written when somebody will read it. */
static bool on_keep(struct publisher *publisher)
{
    if (!present->seals)
        return false;
    told_read(publisher->present_fd, &present->serving.sealed);
    present->tally.closed++;
    struct str blob;
    assert_true(memfd_sealed_map(publisher->present_fd, SNAP_SIZE_MAX, &blob, NULL));
    buf_clear(&present->sealed_blob);
    assert_true(buf_put_str(&present->sealed_blob, blob));
    memfd_unmap(blob.data, blob.size);
    return commit_close_promises(&present->f->core);
}

static void advance_wheel(struct life *life, int64_t by_ms)
{
    int64_t now_ms = clock_monotonic_ms();
    life->wheel_ms = (life->wheel_ms > now_ms ? life->wheel_ms : now_ms) + by_ms;
    timer_wheel_advance(&life->f->core.wheel, life->wheel_ms);
}

/* What control has sent reaches the gateway. */
static void deliver(struct life *life)
{
    struct channel_message message;
    while (life->f->gateway_fd >= 0 && channel_receive(life->f->gateway_fd, &message) == CHANNEL_OK) {
        struct told told;
        told_read(message.fds[0], &told);
        (void)close(message.fds[0]);
        serving_offer(&life->serving, &told);
    }
}

static void switch_worker(struct life *life)
{
    const struct serving_now now = now_of(life);
    if (!serving_switch(&life->serving, &now))
        return;
    tell(life, "generation %llu is served", (unsigned long long)life->serving.offered.generation);
    fixture_answer(life->f, CONTRACT_ACK, life->serving.offered.generation);
}

/* Nobody but a release sends max-age=0, and only what is written down is published. */
static void look_at_published(struct life *life)
{
    struct core *core = &life->f->core;
    struct told told;
    if (core->publisher.present_fd < 0 || core->publisher.present == life->seen)
        return;
    life->seen = core->publisher.present;
    life->tally.snapshots++;
    told_read(core->publisher.present_fd, &told);
    for (size_t i = 0; i < told.count; i++) {
        const struct site *site = state_find_any(&core->state, str_from(told.names[i].name));
        if (str_eq(str_from(told.names[i].field), STR("max-age=0")) && site->hsts.mode != HSTS_RELEASE)
            fault(life, "%s is sent max-age=0 in mode %s", told.names[i].name, hsts_mode_name(site->hsts.mode));
    }
}

static void send_some(struct life *life)
{
    const struct serving_now now = now_of(life);
    for (int i = 0; i < 6; i++) {
        struct arena arena;
        struct server *server =
            serving_pick(&life->serving, (size_t)dice_below(&life->dice, SERVING_WORKERS_COUNT + SERVING_DRAINS_COUNT),
                         life->true_s);
        if (!server || server->told.count == 0)
            continue;
        const struct told_name *name = &server->told.names[dice_below(&life->dice, (int64_t)server->told.count)];
        arena_init(&arena, 4096);
        struct str field = serving_field(server, name, &now, &arena);
        if (field.size) {
            oracle_note(&life->oracle, name->name, field, life->true_s);
            life->tally.sent++;
            tell(life, "%s is sent %.*s by generation %llu", name->name, STR_ARG(field),
                 (unsigned long long)server->told.generation);
        }
        arena_fini(&arena);
    }
}

static void check_left(struct life *life, const char *name, const char *what, struct book_binding binding,
                       int64_t until_s)
{
    int64_t left_s = until_s - life->true_s, over_s = core_over_s(&life->f->core);
    if (left_s <= 0)
        return;
    life->tally.checks++;
    if (binding.until_s - over_s < left_s)
        fault(life, "%s%s: a browser is bound for %lld s, by the ledger for %lld s", name, what, (long long)left_s,
              (long long)(binding.until_s ? binding.until_s - over_s : 0));
}

static void check(struct life *life)
{
    struct core *core = &life->f->core;
    int64_t over_s = core_over_s(core);
    for (size_t i = 0; i < life->oracle.count; i++) {
        const struct oracle_name *one = &life->oracle.names[i];
        struct str name = str_from(one->name);
        for (int family = 0; family < LEDGER_FAMILIES_COUNT; family++) {
            enum ledger_family f = (enum ledger_family)family;
            check_left(life, one->name, "", book_binding(&core->book, name, over_s, over_s, f), one->until_s[f]);
            check_left(life, one->name, ", below", book_binding_below(&core->book, name, over_s, over_s, f),
                       one->below_s[f]);
        }
        const struct ledger *ledger = book_ledger(&core->book, name);
        if (one->preload && !(ledger && ledger_preload_sent(ledger)))
            fault(life, "%s: that preload was sent is forgotten", one->name);
    }
}

static void pass_time(struct life *life, int64_t span_s)
{
    life->true_s += span_s;
    life->f->passed_s += span_s;
}

/* As control_run does, but for the sockets. */
static void live_again(struct life *life)
{
    struct core *core = &life->f->core;
    struct err err = {0};
    publisher_init(&core->publisher, core->loop, &core->wheel);
    core->publisher.on_acked = on_acked;
    core->publisher.on_keep = on_keep;
    core->stopping = core->broken = false;
    fixture_load(life->f);
    if (life->sealed_blob.size)
        assert_true(sealed_write(core->seal_key, core->paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT),
                                 buf_str(&life->sealed_blob), NULL));
    assert_true(recall_promises(core, &err));
    if (!commit_again(core, &err))
        tell(life, "nothing is published: %s", err.text);
    fixture_link(life->f);
    life->seen = 0;
}

static void die(struct life *life)
{
    life->tally.deaths++;
    publisher_fini(&life->f->core.publisher);
    fixture_unload(life->f);
}

/* kill -9: what was written is written. The gateway goes on, and time may pass before somebody starts another. */
static void kill_control(struct life *life)
{
    tell(life, "control dies");
    die(life);
    disk_power_on(1);
    if (dice_one_in(&life->dice, 3)) {
        pass_time(life, dice_span_s(&life->dice));
        send_some(life);
    }
    live_again(life);
}

/* The power goes: what was not synced is there or not, gateways are gone, and the clock of the machine may be wrong. */
static void boot(struct life *life)
{
    const struct serving_now before = now_of(life);
    tell(life, "the power goes");
    die(life);
    disk_power_on(dice_next(&life->dice) | 2);
    pass_time(life, dice_span_s(&life->dice));
    life->born_s = life->true_s;
    life->f->wall_shift_s = 0;
    life->synchronised = dice_one_in(&life->dice, 2);
    if (!life->synchronised && dice_one_in(&life->dice, 3)) /* never so that it was set back unseen */
        life->f->wall_shift_s = dice_span_s(&life->dice);
    const struct serving_now now = now_of(life);
    if (now.wall_s < before.wall_s)
        life->f->wall_shift_s += before.wall_s - now.wall_s;
    const struct serving_now then = now_of(life);
    serving_boot(&life->serving, &then);
    life->tally.boots++;
    live_again(life);
}

static void replace_gateway(struct life *life, bool drains)
{
    const struct serving_now now = now_of(life);
    tell(life, "the gateway %s", drains ? "is replaced and drains" : "dies");
    serving_replace(&life->serving, &now, drains);
    fixture_link(life->f);
}

/* Somebody sets the wall clock, and control notices before anything else happens (docs/internals/hsts.md). */
static void set_clock(struct life *life)
{
    life->synchronised = dice_one_in(&life->dice, 3);
    int64_t shift_s = dice_one_in(&life->dice, 2) ? dice_span_s(&life->dice) : -dice_span_s(&life->dice);
    life->f->wall_shift_s = life->synchronised || dice_one_in(&life->dice, 2) ? 0 : shift_s;
    tell(life, "the wall clock is off by %lld s%s", (long long)life->f->wall_shift_s,
         life->synchronised ? ", a time server vouches" : "");
    commit_look_at_clock(&life->f->core);
}

/* The names that browsers insist on HTTPS for, and that have a certificate: without an override they keep it. */
struct kept {
    bool is_kept[ORACLE_NAMES_COUNT_MAX];
};

static bool is_served(const struct life *life, const char *name)
{
    const struct site *site = state_find_any(&life->f->core.state, str_from(name));
    return site && site_has_certificate(site);
}

static struct kept kept_names(const struct life *life)
{
    struct kept kept = {{false}};
    for (size_t i = 0; i < life->oracle.count; i++)
        kept.is_kept[i] =
            life->oracle.names[i].until_s[LEDGER_ANY] > life->true_s && is_served(life, life->oracle.names[i].name);
    return kept;
}

static void check_kept(struct life *life, const struct kept *before)
{
    for (size_t i = 0; i < life->oracle.count; i++)
        if (before->is_kept[i] && !is_served(life, life->oracle.names[i].name))
            fault(life, "%s is not served any more, nobody has overridden that, and a browser is bound",
                  life->oracle.names[i].name);
}

static unsigned request(struct life *life, const char *method, const char *target, const char *content)
{
    struct buf body;
    const struct kept before = kept_names(life);
    unsigned status = ask(life->f, method, target, "application/json", content, &body);
    if (!strstr(content, "override"))
        check_kept(life, &before);
    life->tally.requests++;
    life->tally.done += status < 300;
    tell(life, "%s %s %.120s: %u %.*s", method, target, content, status, status < 300 ? 0 : 200, buf_str(&body).data);
    buf_fini(&body);
    return status;
}

static void look_at_sites(struct life *life)
{
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        if (state_find(&life->f->core.state, str_from(sites[i])))
            fixture_look(life->f, sites[i], OBSERVED_TRUST_DECLARED);
}

static const char *pick_site(struct life *life)
{
    return sites[dice_below(&life->dice, sizeof sites / sizeof *sites)];
}

static const char *override_of(const char *site)
{
    return strcmp(site, "a.test") == 0 ? OVERRIDE("a.test") : OVERRIDE("b.test");
}

/* The last member of a change that may hurt. */
static const char *maybe_override(struct life *life, const char *site)
{
    return dice_one_in(&life->dice, 3) ? override_of(site) : "\"redirect\":\"permanent\"";
}

static void add_site(struct life *life, const char *site)
{
    struct buf content;
    buf_init(&content, 65536);
    (void)buf_printf(&content, "{\"name\":\"%s\",\"upstreams\":[\"http://127.0.0.1:1\"],\"aliases\":[%s],%s}", site,
                     strcmp(site, "a.test") == 0 ? "\"www.a.test\",\"*.a.test\"" : "",
                     buf_str(&certificates[dice_below(&life->dice, LIFE_CERTIFICATES_COUNT)]).data);
    assert_true(buf_put_char(&content, '\0'));
    (void)request(life, "POST", "/v1/sites", buf_str(&content).data);
    buf_fini(&content);
}

/* A site that is there; made when it is not. */
static const char *need_site(struct life *life)
{
    const char *site = pick_site(life);
    if (!state_find(&life->f->core.state, str_from(site)))
        add_site(life, site);
    return site;
}

static void make_move(struct life *life)
{
    /* Up more often than down, for the way up is longer. */
    static const char *const moves[] = {"start",
                                        "start",
                                        "start",
                                        "climb",
                                        "climb",
                                        "climb",
                                        "climb",
                                        "permanent",
                                        "release",
                                        "hold",
                                        "include-subdomains-on",
                                        "include-subdomains-off",
                                        "preload-on",
                                        "preload-off"};
    const char *site = need_site(life);
    char target[64], content[1024];
    (void)snprintf(target, sizeof target, "/v1/sites/%s/hsts/moves", site);
    (void)snprintf(content, sizeof content, "{\"move\":\"%s\",%s}",
                   moves[dice_below(&life->dice, sizeof moves / sizeof *moves)], override_of(site));
    look_at_sites(life);
    (void)request(life, "POST", target, content);
}

static void put_wish(struct life *life)
{
    static const char *const wishes[] = {"\"mode\":\"hold\",\"max_age\":300",
                                         "\"mode\":\"hold\",\"max_age\":86400",
                                         "\"mode\":\"hold\",\"max_age\":31536000,\"include_subdomains\":true",
                                         "\"mode\":\"auto\",\"max_age\":300",
                                         "\"mode\":\"release\"",
                                         "\"mode\":\"off\""};
    const char *site = need_site(life);
    char target[64], content[1024];
    (void)snprintf(target, sizeof target, "/v1/sites/%s/hsts", site);
    (void)snprintf(content, sizeof content, "{%s,%s}", wishes[dice_below(&life->dice, sizeof wishes / sizeof *wishes)],
                   override_of(site));
    look_at_sites(life);
    (void)request(life, "PUT", target, content);
}

static void change_aliases(struct life *life)
{
    static const char *const lists[] = {"", "\"www.a.test\"", "\"*.a.test\"", "\"www.b.test\"",
                                        "\"www.a.test\",\"*.a.test\",\"www.b.test\""};
    const char *site = need_site(life);
    char target[64], content[1024];
    (void)snprintf(target, sizeof target, "/v1/sites/%s", site);
    (void)snprintf(content, sizeof content, "{\"aliases\":[%s],%s}",
                   lists[dice_below(&life->dice, sizeof lists / sizeof *lists)], maybe_override(life, site));
    (void)request(life, "PATCH", target, content);
}

static void change_certificate(struct life *life)
{
    const char *site = need_site(life);
    struct buf content;
    char target[64];
    buf_init(&content, 65536);
    (void)snprintf(target, sizeof target, "/v1/sites/%s", site);
    (void)buf_printf(&content, "{%s,%s}",
                     dice_one_in(&life->dice, 8)
                         ? "\"certificate\":null"
                         : buf_str(&certificates[dice_below(&life->dice, LIFE_CERTIFICATES_COUNT)]).data,
                     maybe_override(life, site));
    assert_true(buf_put_char(&content, '\0'));
    (void)request(life, "PATCH", target, buf_str(&content).data);
    buf_fini(&content);
}

static void remove_site(struct life *life)
{
    const char *site = pick_site(life);
    char target[64], content[1024];
    (void)snprintf(target, sizeof target, "/v1/sites/%s", site);
    if (dice_one_in(&life->dice, 2))
        (void)snprintf(content, sizeof content, "{%s}", override_of(site));
    else
        content[0] = '\0';
    (void)request(life, "DELETE", target, content);
}

/* A certificate that was not seen before was seen served; observe.c commits when that has changed what is known. */
static void see_served(struct life *life)
{
    const struct hsts_observation seen = {.trust = OBSERVED_TRUST_DECLARED};
    struct core *core = &life->f->core;
    const char *site = pick_site(life);
    char fingerprint[CERT_FINGERPRINT_SIZE + 1];
    struct err err = {0};
    bool changed = false;
    const struct site *found = state_find(&core->state, str_from(site));
    if (!found)
        return;
    (void)snprintf(fingerprint, sizeof fingerprint, "%064u", ++life->looks);
    const struct watch_leaf one = {.leaf = {.fingerprint = str_from(fingerprint)}, .served = true};
    const struct watch_leaf leaves[CERT_SIDES_COUNT] = {one, one};
    if (!watch_observed(core->watch, found, &seen, leaves, &changed, &err) || (changed && !commit_again(core, &err)))
        tell(life, "what was seen of %s is not told: %s", site, err.text);
    else
        tell(life, "a renewed certificate of %s was seen served", site);
}

static void confirm_clock(struct life *life)
{
    life->f->wall_shift_s = 0; /* an operator tells the truth */
    (void)request(life, "POST", "/v1/clock", "{\"confirm\":true}");
}

static void keep_house(struct life *life)
{
    commit_save_clock(&life->f->core);
    autopilot_turn(&life->f->core);
}

static void reload(struct life *life)
{
    (void)request(life, "POST", "/v1/reload", "{}");
}

/* What control does, or is asked to: any of its saves may fail, or be its last. */
static void act(struct life *life)
{
    static void (*const acts[])(struct life *) = {
        make_move,  make_move,  make_move,      make_move,          make_move,          make_move,
        make_move,  put_wish,   change_aliases, change_certificate, see_served,         see_served,
        keep_house, keep_house, reload,         remove_site,        change_certificate, change_aliases,
    };
    bool kills = dice_one_in(&life->dice, 12), power = kills && dice_one_in(&life->dice, 2);
    unsigned step = 1 + (unsigned)dice_below(&life->dice, 12);
    if (kills)
        disk_break(DISK_POWER, step);
    else if (dice_one_in(&life->dice, 8)) {
        disk_break(dice_one_in(&life->dice, 2) ? DISK_FAIL : DISK_FULL, step);
        life->tally.faults++;
    }
    acts[dice_below(&life->dice, sizeof acts / sizeof *acts)](life);
    if (kills && power)
        boot(life);
    else if (kills)
        kill_control(life);
    else
        disk_break(DISK_SOUND, 0);
}

static void befall(struct life *life)
{
    switch (dice_below(&life->dice, 12)) {
    case 0: replace_gateway(life, false); break;
    case 1: replace_gateway(life, true); break;
    case 2: set_clock(life); break;
    case 3: confirm_clock(life); break;
    case 4: kill_control(life); break;
    case 5: life->supervisor_busy = !life->supervisor_busy; break;
    case 6: life->seals = !life->seals; break;
    default: break;
    }
}

/* A change is published, taken by some, acknowledged, kept: each of it sooner or later. */
static void go_on(struct life *life)
{
    look_at_published(life);
    for (int64_t i = dice_below(&life->dice, 4); i > 0; i--) {
        deliver(life);
        switch_worker(life);
    }
    send_some(life);
    if (dice_one_in(&life->dice, 2))
        advance_wheel(life, 61000);
    pass_time(life, dice_one_in(&life->dice, 3) ? dice_span_s(&life->dice) : dice_below(&life->dice, 30));
    send_some(life);
    commit_look_at_clock(&life->f->core);
    check(life);
}

/* Everybody lets go: what was promised runs out, and nothing stays that nobody can ever be free of. */
static void let_go(struct life *life)
{
    life->supervisor_busy = false;
    life->seals = true;
    life->f->wall_shift_s = 0;
    for (int round = 0; round < 4 && !life->fault[0]; round++) {
        for (size_t i = 0; i < sizeof sites / sizeof *sites; i++) {
            char target[64];
            (void)snprintf(target, sizeof target, "/v1/sites/%s/hsts", sites[i]);
            (void)request(life, "PUT", target, "{\"mode\":\"off\"}");
        }
        deliver(life);
        for (int i = 0; i < SERVING_WORKERS_COUNT; i++)
            switch_worker(life);
        advance_wheel(life, 61000);
        pass_time(life, 70000000);
        confirm_clock(life);
        keep_house(life);
        check(life);
    }
    for (size_t i = 0; i < life->oracle.count; i++) {
        int64_t over_s = core_over_s(&life->f->core);
        if (book_binding(&life->f->core.book, str_from(life->oracle.names[i].name), over_s, over_s, LEDGER_ANY)
                .until_s > over_s)
            fault(life, "%s is bound for ever", life->oracle.names[i].name);
        life->tally.freed++;
    }
}

static void begin(struct life *life)
{
    struct core *core = &life->f->core;
    core->read_clock = read_clock;
    const struct hsts_clock_reading reading = read_clock(core);
    const struct hsts_clock_saved none = {0};
    hsts_clock_start(&core->clock, &none, &reading);
    core->publisher.on_acked = on_acked;
    core->publisher.on_keep = on_keep;
    fixture_link(life->f);
    for (size_t i = 0; i < sizeof sites / sizeof *sites; i++)
        add_site(life, sites[i]);
}

bool life_run(struct life *life, uint64_t seed, uint64_t number, bool shows)
{
    *life = (struct life){.shows = shows, .seals = true};
    dice_init(&life->dice, seed, number);
    present = life;
    buf_init(&life->sealed_blob, SNAP_SIZE_MAX);
    disk_install();
    life->true_s = clock_wall_s();
    life->born_s = life->true_s - 1000;
    life->f = fixture_new();
    begin(life);
    for (int i = 0; i < EVENTS_COUNT && !life->fault[0]; i++) {
        if (dice_one_in(&life->dice, 3))
            befall(life);
        else
            act(life);
        go_on(life);
    }
    if (!life->fault[0])
        let_go(life);
    fixture_free(life->f);
    disk_remove();
    buf_fini(&life->sealed_blob);
    return life->fault[0] == '\0';
}
