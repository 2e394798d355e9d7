/* The batch, and each site's way through it. */
#include "control/self_check_job.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "control/observe_job.h"
#include "control/preload.h"
#include "control/promises.h"
#include "crypto/digest.h"
#include "outbound/public_address.h"

/* A turn of the crowd; the deadline is looked at in between. */
#define TURN_MS 500

/* ---- on a thread ---- */

static void end(struct self_check_item *item, enum self_check_sight sight, const char *why)
{
    item->report.sight = sight;
    (void)snprintf(item->report.why, sizeof item->report.why, "%s", why);
    item->done = true;
    item->job->left--;
}

/* What a name or a server does: "refuses the connection". */
static void end_since_it(struct self_check_item *item, enum self_check_sight sight, const char *does)
{
    char why[SELF_CHECK_WHY_SIZE];
    (void)snprintf(why, sizeof why, "it %s", does);
    end(item, sight, *does ? why : "");
}

/* Whether the certificate that was met is one of the site's. */
static bool is_ours(const struct self_check_item *item, struct str leaf)
{
    char fingerprint[DIGEST_FINGERPRINT_SIZE];
    if (!leaf.size || !digest_fingerprint(leaf, fingerprint, NULL))
        return true; /* in doubt it is judged */
    for (int side = 0; side < CERT_SIDES_COUNT; side++)
        if (strcmp(item->fingerprints[side], fingerprint) == 0)
            return true;
    return false;
}

static bool keep(struct self_check_item *item, const struct finding_seen *all)
{
    const struct preload_seen *seen = all->preload;
    struct self_check_report *report = &item->report;
    struct arena *arena = &item->job->arena;
    struct str field = preload_seen_field(seen);
    if (!arena_str(arena, seen->registrable, &report->registrable) ||
        (field.data && !arena_str(arena, field, &report->field)))
        return false;
    self_check_judge(seen, report->policy, &report->found);
    finding_judge(all, &report->more);
    return true;
}

static void on_looked(struct domain_look *look, void *context)
{
    struct self_check_item *item = context;
    struct finding_seen all;
    char why[FETCH_WHY_SIZE];
    if (!domain_look_seen(look, &all)) {
        end(item, SELF_CHECK_FAILED, "memory ran out");
        return;
    }
    const struct preload_seen *seen = all.preload;
    all.our_field = str_from(item->our_field);
    (void)snprintf(why, sizeof why, "%.*s", STR_ARG(seen->https_why));
    if (seen->https == PRELOAD_REACH_NONE && !seen->https_connected)
        end_since_it(item, SELF_CHECK_UNREACHABLE, why);
    else if (seen->https == PRELOAD_REACH_UNTRUSTED && !is_ours(item, seen->leaf))
        end_since_it(item, SELF_CHECK_ANOTHER, why);
    else if (keep(item, &all))
        end(item, SELF_CHECK_SEEN, "");
    else
        end(item, SELF_CHECK_FAILED, "memory ran out");
}

static void begin_look(struct self_check_item *item)
{
    struct self_check_job *job = item->job;
    const struct domain_look_request request = {.preload = {.domain = item->report.domain,
                                                            .http_port = job->http_port,
                                                            .https_port = job->https_port,
                                                            .length_ms = PRELOAD_LOOK_MS_EACH,
                                                            .cancel = job->deadline.cancel},
                                                .on_done = on_looked,
                                                .context = item};
    item->look = domain_look_begin(job->crowd, job->suffixes, &request);
    if (!item->look)
        end(item, SELF_CHECK_FAILED, "memory ran out");
}

/* The first address that nobody outside can reach, as text; false when there is none. */
static bool find_inside(const struct crowd_question *question, char text[static SELF_CHECK_WHY_SIZE])
{
    for (size_t i = 0; i < question->addresses_count; i++) {
        const struct sockaddr_storage *address = &question->addresses[i];
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        if (public_address((const struct sockaddr *)address))
            continue;
        memcpy(&v4, address, sizeof v4);
        memcpy(&v6, address, sizeof v6);
        const void *bytes = address->ss_family == AF_INET ? (const void *)&v4.sin_addr : (const void *)&v6.sin6_addr;
        return inet_ntop(address->ss_family, bytes, text, SELF_CHECK_WHY_SIZE) != NULL;
    }
    return false;
}

static void on_found(struct crowd_question *question)
{
    struct self_check_item *item = container_of(question, struct self_check_item, question);
    char why[SELF_CHECK_WHY_SIZE];
    if (question->addresses_count == 0) {
        end_since_it(item, SELF_CHECK_NO_ADDRESS, question->why);
    } else if (find_inside(question, why)) {
        end(item, SELF_CHECK_INSIDE, why);
    } else {
        begin_look(item);
    }
}

/* The one that is listed; else a whole domain, as only such are; else the site's own. */
static struct str choose(const struct self_check_job *job, const struct self_check_item *item)
{
    for (size_t i = 0; !item->is_listed && i < item->names_count; i++)
        if (str_eq(suffix_of(job->suffixes, item->names[i]).registrable, item->names[i]))
            return item->names[i];
    return item->names[0];
}

static void begin(struct self_check_item *item)
{
    struct self_check_job *job = item->job;
    item->report.domain = choose(job, item);
    if (job->has_address) {
        begin_look(item);
        return;
    }
    item->question.on_found = on_found;
    crowd_find(job->crowd, item->report.domain, job->https_port ? job->https_port : 443, &item->question);
}

/* Where the settings say so, all names of the sites, and those of "www." before them that are served here, are there.
 */
static bool add_hosts(struct self_check_job *job, struct crowd_options *options)
{
    size_t count = 0;
    for (size_t i = 0; i < job->items_count; i++)
        count += 2 * job->items[i].names_count;
    struct crowd_host *hosts = arena_zalloc(&job->arena, (count + 1) * sizeof *hosts);
    for (size_t i = 0; hosts && i < job->items_count; i++)
        for (size_t k = 0; k < job->items[i].names_count; k++) {
            struct str name = job->items[i].names[k];
            hosts[options->hosts_count++] = (struct crowd_host){name, job->address};
            if (job->items[i].www[k].size)
                hosts[options->hosts_count++] = (struct crowd_host){job->items[i].www[k], job->address};
        }
    options->hosts = hosts;
    return hosts != NULL;
}

static void turn(struct self_check_job *job)
{
    for (size_t i = 0; i < job->items_count; i++)
        begin(&job->items[i]);
    while (job->left > 0 && !deadline_is_over(&job->deadline))
        crowd_turn(job->crowd, (int)deadline_left_ms(&job->deadline, TURN_MS));
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct self_check_job *job = container_of(errand, struct self_check_job, errand);
    struct crowd_options options = {.per_address_max = SELF_CHECK_PER_ADDRESS_COUNT_MAX};
    struct err err = {0};
    job->deadline = *deadline;
    job->left = job->items_count;
    if ((!job->has_address || add_hosts(job, &options)) && suffixes_new(&job->suffixes, &err) &&
        crowd_new(&options, &job->crowd, &err))
        turn(job);
    bool began = job->crowd != NULL;
    crowd_free(job->crowd); /* first: it knows the looks that are under way */
    for (size_t i = 0; i < job->items_count; i++) {
        domain_look_free(job->items[i].look);
        if (job->items[i].done)
            continue;
        if (began)
            end_since_it(&job->items[i], SELF_CHECK_UNREACHABLE, "gives no answer in time");
        else
            end(&job->items[i], SELF_CHECK_FAILED, err.text[0] ? err.text : "memory ran out");
    }
    suffixes_free(job->suffixes);
}

/* ---- on the loop ---- */

struct self_check_job *self_check_job_new(const struct core *core)
{
    struct self_check_job *job = calloc(1, sizeof *job);
    const char *address = core->state.settings.self_check_address;
    socklen_t size;
    if (!job)
        return NULL;
    arena_init(&job->arena, SELF_CHECK_JOB_SIZE_MAX);
    job->has_address = address[0] && endpoint_parse_ip(str_from(address), 0, &job->address, &size);
    job->errand = (struct errand){.limit_ms = SELF_CHECK_LIMIT_MS, .is_slow = true, .work = work};
    job->http_port = core->boot->http_port;
    job->https_port = core->boot->https_port;
    return job;
}

void self_check_job_free(struct self_check_job *job)
{
    if (!job)
        return;
    arena_fini(&job->arena);
    free(job);
}

static bool is_listed(const struct core *core, struct str name, enum preload_policy *ret_policy)
{
    struct preload_binding binding = preload_find(core->preload, name);
    if (!binding.is_bound || !binding.is_own || preload_terms_of(binding.policy) == PRELOAD_BY_HAND)
        return false;
    *ret_policy = preload_terms_of(binding.policy) == PRELOAD_18_WEEKS ? PRELOAD_POLICY_BULK_18_WEEKS
                                                                       : PRELOAD_POLICY_BULK_1_YEAR;
    return true;
}

/* Who asks for "www." at an address where nobody serves it would find a fault that no visitor meets. */
static bool add_www(struct self_check_job *job, const struct core *core, struct self_check_item *item)
{
    struct str *www = arena_zalloc(&job->arena, (item->names_count + 1) * sizeof *www);
    for (size_t i = 0; www && i < item->names_count; i++) {
        struct str name = arena_printf(&job->arena, "www.%.*s", STR_ARG(item->names[i]));
        if (!name.data)
            return false;
        if (state_find_any(&core->state, name))
            www[i] = name;
    }
    item->www = www;
    return www != NULL;
}

/* The listed one, if there is any, comes first. */
static bool add_names(struct self_check_job *job, const struct core *core, const struct site *site,
                      struct self_check_item *item)
{
    struct str *names = arena_zalloc(&job->arena, site_names_count(site) * sizeof *names);
    for (size_t i = 0; names && i < site_names_count(site); i++) {
        struct str name = site_name(site, i);
        if (name_kind(name) != NAME_HOST)
            continue;
        if (!arena_str(&job->arena, name, &names[item->names_count]))
            return false;
        if (!item->is_listed && is_listed(core, name, &item->report.policy)) {
            struct str listed = names[item->names_count];
            names[item->names_count] = names[0];
            names[0] = listed;
            item->is_listed = true;
        }
        item->names_count++;
    }
    item->names = names;
    return names != NULL;
}

static void add_fingerprints(const struct core *core, const struct site *site, struct self_check_item *item)
{
    for (int side = 0; side < CERT_SIDES_COUNT; side++) {
        const struct certificate_facts *facts = observe_facts(core, site_certificate(site, (enum cert_side)side));
        if (facts)
            (void)snprintf(item->fingerprints[side], sizeof item->fingerprints[side], "%.*s",
                           STR_ARG(facts->fingerprint_sha256));
    }
}

static void add_our_field(const struct core *core, const struct site *site, struct self_check_item *item)
{
    char room[HSTS_FIELD_SIZE_MAX];
    struct str field = STR("");
    if (promises_field((struct core *)(uintptr_t)core, site, room, &field))
        (void)snprintf(item->our_field, sizeof item->our_field, "%.*s", STR_ARG(field));
}

bool self_check_job_add(struct self_check_job *job, const struct core *core, const struct site *site, uint64_t form)
{
    if (job->items_count == SELF_CHECK_BATCH_COUNT_MAX)
        return false;
    struct self_check_item *item = &job->items[job->items_count];
    *item = (struct self_check_item){.job = job, .form = form};
    memcpy(item->site, site->name.data, site->name.size);
    if (!add_names(job, core, site, item) || !add_www(job, core, item))
        return false;
    add_fingerprints(core, site, item);
    add_our_field(core, site, item);
    job->items_count++;
    return true;
}
