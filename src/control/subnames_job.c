/* On a thread from `work` on; before and after on the loop. */
#include "control/subnames_job.h"

#include <stdlib.h>

#include "base/log.h"
#include "control/roots.h"
#include "control/subname_intake.h"
#include "inventory/reader.h"
#include "inventory/tracking.h"
#include "os/file.h"
#include "probe/subname_look.h"

/* A turn of the crowd; the deadline is looked at in between. */
#define TURN_MS 200
/* PEM of all roots that may be declared. */
#define ROOTS_SIZE_MAX ((size_t)2 << 20)
/* This machine's own names. */
#define HOSTS_PATH     "/etc/hosts"
#define HOSTS_SIZE_MAX ((size_t)4 << 20)

void subnames_job_free(struct subnames_job *job)
{
    if (!job)
        return;
    arena_fini(&job->arena);
    free(job);
}

bool subnames_job_add(struct subnames_job *job, const struct subname_entry *entry)
{
    struct subname_asked *asked = &job->names[job->names_count];
    if (job->names_count == SUBNAMES_JOB_COUNT || !arena_str(&job->arena, entry->name, &asked->name))
        return false;
    asked->doubts = entry->sources == SUBNAME_BIT(SUBNAME_SEEN);
    job->names_count++;
    return true;
}

/* ---- on a thread ---- */

/* What the hosts file of this machine has for a name. */
struct own {
    struct str name;
    struct sockaddr_storage address;
    struct own *next;
};

struct running {
    struct subnames_job *job;
    struct crowd *crowd;
    const struct deadline *deadline;
    struct own *own;
    size_t begun, in_flight;
};

/* A name in flight. */
struct looking {
    struct running *running;
    struct subname_look *look;
    const struct subname_asked *asked;
    struct sockaddr_storage own[FETCH_ADDRESSES_COUNT_MAX];
};

static bool on_own(void *context, const struct inventory_name *name, struct err *err)
{
    struct running *running = context;
    struct arena *arena = &running->job->arena;
    socklen_t size;
    struct own *own = arena_zalloc(arena, sizeof *own);
    if (!own || !arena_str(arena, name->name, &own->name))
        return err_memory(err);
    if (!endpoint_parse_ip(name->target, 443, &own->address, &size))
        return true;
    own->next = running->own;
    running->own = own;
    return true;
}

/* Without it names are known by the DNS alone. */
static void read_own(struct running *running)
{
    struct buf hosts;
    struct err err = {0};
    const struct inventory_to to = {.on_name = on_own, .context = running};
    if (!file_read(HOSTS_PATH, HOSTS_SIZE_MAX, &hosts, NULL))
        return;
    if (!inventory_read(INVENTORY_HOSTS, running->job->domain, buf_str(&hosts), &to, NULL, &err))
        log_warning(HOSTS_PATH " is not gone by: %s", err.text);
    buf_fini(&hosts);
}

static bool keep(struct subnames_job *job, const struct looking *looking, struct subname_found *ret)
{
    const struct subname_seen *seen = subname_look_seen(looking->look);
    struct str rest = str_from(seen->cnames);
    struct str first = str_part(rest, 0, str_find(rest, ' '));
    *ret = (struct subname_found){.name = looking->asked->name, .verdict = seen->verdict, .flags = seen->flags};
    while (rest.data && rest.size)
        if (inventory_is_mail_tracking(str_cut(&rest, ' ')))
            ret->flags |= SUBNAME_BIT(SUBNAME_MAIL_TRACKING);
    return arena_str(&job->arena, str_from(seen->detail), &ret->detail) &&
           arena_str(&job->arena, str_from(seen->addresses), &ret->addresses) &&
           arena_str(&job->arena, first, &ret->cname);
}

static void on_done(struct subname_look *look, void *context)
{
    struct looking *looking = context;
    struct subnames_job *job = looking->running->job;
    if (!atomic_load(looking->running->deadline->cancel) && keep(job, looking, &job->found[job->found_count]))
        job->found_count++;
    atomic_fetch_add(&job->done_count, 1);
    looking->running->in_flight--;
    subname_look_free(look);
    looking->look = NULL;
}

static bool begin(struct running *running, struct looking *looking)
{
    const struct subname_asked *asked = &running->job->names[running->begun++];
    size_t own_count = 0;
    *looking = (struct looking){.running = running, .asked = asked};
    for (const struct own *own = running->own; own && own_count < FETCH_ADDRESSES_COUNT_MAX; own = own->next)
        if (str_eq(own->name, asked->name))
            looking->own[own_count++] = own->address;
    const struct subname_look_request request = {.name = asked->name,
                                                 .roots_pem = running->job->roots_pem,
                                                 .doubts = asked->doubts,
                                                 .own_addresses = looking->own,
                                                 .own_addresses_count = own_count,
                                                 .cancel = running->deadline->cancel,
                                                 .on_done = on_done,
                                                 .context = looking};
    looking->look = subname_look_begin(running->crowd, &request);
    running->in_flight += looking->look != NULL;
    return looking->look || err_memory(&running->job->err);
}

static void run(struct running *running, struct looking *all)
{
    bool fine = true;
    while (!deadline_is_over(running->deadline) &&
           (running->in_flight || (fine && running->begun < running->job->names_count))) {
        while (fine && running->begun < running->job->names_count && running->in_flight < SUBNAMES_IN_FLIGHT_COUNT) {
            struct looking *next = &all[running->begun];
            fine = begin(running, next);
        }
        crowd_turn(running->crowd, TURN_MS);
    }
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct subnames_job *job = container_of(errand, struct subnames_job, errand);
    struct running running = {.job = job, .deadline = deadline};
    const struct crowd_options options = {.per_address_max = SUBNAMES_PER_ADDRESS_COUNT, .dns_only = true};
    struct looking *all = calloc(SUBNAMES_JOB_COUNT, sizeof *all);
    if (!all) {
        (void)err_memory(&job->err);
        return;
    }
    read_own(&running);
    if (crowd_new(&options, &running.crowd, &job->err))
        run(&running, all);
    crowd_free(running.crowd); /* first: it knows the looks that are under way */
    for (size_t i = 0; i < running.begun; i++)
        subname_look_free(all[i].look);
    free(all);
}

/* ---- before ---- */

struct subnames_job *subnames_job_new(struct core *core, const struct site *site)
{
    struct err err = {0};
    struct buf roots;
    struct str domain;
    struct subnames_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    arena_init(&job->arena, SUBNAMES_JOB_SIZE_MAX);
    job->errand = (struct errand){.limit_ms = SUBNAMES_JOB_LIMIT_MS, .is_slow = true, .work = work};
    buf_init(&roots, ROOTS_SIZE_MAX);
    bool fine = subname_domain(site, &domain, &err) && roots_declared(core, &roots, &err) &&
                arena_str(&job->arena, site->name, &job->site) && arena_str(&job->arena, domain, &job->domain) &&
                arena_str(&job->arena, buf_str(&roots), &job->roots_pem);
    buf_fini(&roots);
    if (fine)
        return job;
    if (err.code)
        log_error("names below %.*s cannot be looked at: %s", STR_ARG(site->name), err.text);
    subnames_job_free(job);
    return NULL;
}
