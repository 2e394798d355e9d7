/* One list, one job. */
#include "control/preload.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "codec/name.h"
#include "control/commit.h"
#include "control/core.h"
#include "control/record.h"
#include "control/roots.h"
#include "hsts/preload_build.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/memfd.h"

#define ACTOR "strictgate"
#define DAY_S 86400
/* PEM of all roots that may be declared. */
#define ROOTS_SIZE_MAX ((size_t)2 << 20)

struct preload {
    struct core *core;
    struct str mapped; /* sealed memory: whatever happens to the file, these bytes stay; empty: there is no list */
    struct preload_list list;
    char trouble[600];
    struct preload_job *job;
    struct preload_last last;
    int64_t retry_s; /* wall clock: not by itself before that */
};

/* ---- the list that is here ---- */

static bool map(struct str bytes, struct str *ret, struct err *err)
{
    int fd;
    if (!memfd_sealed_new("preload", bytes, &fd, err))
        return false;
    bool fine = memfd_sealed_map(fd, PRELOAD_LIST_SIZE_MAX, ret, err);
    (void)close(fd);
    return fine;
}

/* Takes the bytes in use, once they were found to be a list. */
static bool use(struct preload *preload, struct str bytes, struct err *err)
{
    struct preload_list list;
    struct str mapped;
    if (!map(bytes, &mapped, err))
        return false;
    if (!preload_list_open(mapped, &list, err)) {
        memfd_unmap(mapped.data, mapped.size);
        return false;
    }
    if (preload->mapped.size)
        memfd_unmap(preload->mapped.data, preload->mapped.size);
    preload->mapped = mapped;
    preload->list = list;
    preload->trouble[0] = '\0';
    return true;
}

/* Nobody's promise depends on the list: what is wrong with it is told, and that is all. */
static void load(struct preload *preload)
{
    struct buf content;
    struct err err = {0};
    const char *path = preload->core->paths.preload;
    if (!file_read_plain(path, PRELOAD_LIST_SIZE_MAX, &content, &err)) {
        if (err.code == ERR_NOT_FOUND)
            return;
    } else {
        bool fine = use(preload, buf_str(&content), &err);
        buf_fini(&content);
        if (fine)
            return;
    }
    (void)snprintf(preload->trouble, sizeof preload->trouble, "%s", err.text);
    log_warning(
        "the preload list in %s cannot be used: %s; guards go without it. Fetch it anew: strictgate preload update",
        path, err.text);
}

bool preload_new(struct core *core, struct preload **ret, struct err *err)
{
    struct preload *preload = calloc(1, sizeof *preload);
    if (!preload)
        return err_memory(err);
    preload->core = core;
    load(preload);
    *ret = preload;
    return true;
}

void preload_free(struct preload *preload)
{
    if (!preload)
        return;
    preload_job_free(preload->job);
    if (preload->mapped.size)
        memfd_unmap(preload->mapped.data, preload->mapped.size);
    free(preload);
}

const struct preload_list *preload_present(const struct preload *preload)
{
    return preload && preload->mapped.size ? &preload->list : NULL;
}

const char *preload_trouble(const struct preload *preload)
{
    return preload ? preload->trouble : "";
}

const struct preload_job *preload_running(const struct preload *preload)
{
    return preload ? preload->job : NULL;
}

const struct preload_last *preload_last(const struct preload *preload)
{
    static const struct preload_last never = {.outcome = PRELOAD_NEVER};
    return preload ? &preload->last : &never;
}

struct preload_binding preload_find(const struct preload *preload, struct str name)
{
    const struct preload_list *list = preload_present(preload);
    struct preload_binding binding = {0};
    char below[NAME_SIZE_MAX + 1];
    if (!list || name_kind(name) == NAME_IP || name.size > NAME_SIZE_MAX)
        return binding;
    if (name_kind(name) != NAME_WILDCARD)
        return preload_list_find(list, name);
    memcpy(below, name.data, name.size);
    below[0] = '_'; /* a label that no entry has */
    binding = preload_list_find(list, str_make(below, name.size));
    binding.entry = binding.entry.size < name.size ? str_after(name, name.size - binding.entry.size) : name;
    return binding;
}

/* ---- another one ---- */

/* For bytes that were found to be a list: on disk first, so that what is in use is what comes back after a crash. */
static bool write_down(struct preload *preload, struct str bytes, struct err *err)
{
    return file_replace(preload->core->paths.preload, bytes, 0600, err) && use(preload, bytes, err);
}

static bool confirm(struct preload *preload, struct err *err)
{
    struct buf confirmed;
    buf_init(&confirmed, PRELOAD_LIST_SIZE_MAX);
    bool fine =
        (preload->mapped.size || err_set(err, ERR_CONFLICT, "there is no list any more that could be confirmed")) &&
        preload_build_confirm(preload->mapped, clock_wall_s(), &confirmed, err) &&
        write_down(preload, buf_str(&confirmed), err);
    buf_fini(&confirmed);
    return fine;
}

static bool replace(struct preload *preload, const struct preload_job *job, struct err *err)
{
    struct preload_list list;
    return preload_list_open(buf_str(&job->compiled), &list, err) &&
           (job->force || preload_may_replace(preload_present(preload), list.entries_count, err)) &&
           write_down(preload, buf_str(&job->compiled), err);
}

static bool take_in(struct preload *preload, struct preload_job *job, struct err *err)
{
    switch (job->result) {
    case PRELOAD_UNCHANGED: return confirm(preload, err);
    case PRELOAD_COMPILED: return replace(preload, job, err);
    case PRELOAD_FAILED: break;
    }
    *err = job->err;
    return false;
}

static void log_outcome(const struct preload *preload, const struct preload_job *job)
{
    const struct preload_last *last = &preload->last;
    if (last->outcome == PRELOAD_REFUSED)
        log_warning("the preload list was not updated: %s", last->err.text);
    else
        log_notice("the preload list of %.*s %s: %u entries", STR_ARG(job->address),
                   last->outcome == PRELOAD_DONE ? "is in use" : "is still the present one",
                   preload->list.entries_count);
}

/* What somebody did goes into the audit log; what comes by itself only when it changes something. */
static void record(struct preload *preload, const struct preload_job *job)
{
    const struct preload_last *last = &preload->last;
    struct record record;
    char reason[300];
    if (last->outcome != PRELOAD_DONE && str_eq(job->actor, STR(ACTOR)))
        return;
    record_init(&record, job->actor, job->force ? STR("preload.force") : STR("preload.update"), STR(""), last->at_s);
    if (last->outcome == PRELOAD_REFUSED)
        record.entry.outcome = STR("refused");
    (void)snprintf(reason, sizeof reason, "%.*s", STR_ARG(str_part(job->address, 0, 290)));
    record.entry.reason = str_from(reason);
    commit_record(preload->core, &record.entry);
    record_fini(&record);
}

static void on_done(struct errand *errand, bool dropped)
{
    struct preload_job *job = container_of(errand, struct preload_job, errand);
    struct preload *preload = job->owner;
    struct preload_last last = {.at_s = clock_wall_s()};
    preload->job = NULL;
    if (!dropped) {
        bool fine = take_in(preload, job, &last.err);
        last.outcome = !fine ? PRELOAD_REFUSED : job->result == PRELOAD_COMPILED ? PRELOAD_DONE : PRELOAD_CONFIRMED;
        preload->retry_s = fine ? 0 : last.at_s + PRELOAD_RETRY_S;
        preload->last = last;
        log_outcome(preload, job);
        record(preload, job);
    }
    preload_job_free(job);
}

bool preload_update(struct core *core, const struct preload_wish *wish, struct err *err)
{
    struct preload *preload = core->preload;
    struct buf roots;
    if (preload->job) {
        (void)err_set(err, ERR_CONFLICT, "a list is being fetched already");
        return err_fix(err, "strictgate preload status shows how far it is");
    }
    buf_init(&roots, ROOTS_SIZE_MAX);
    bool fine = roots_declared(core, &roots, err);
    struct preload_job *job = fine ? preload_job_new(wish, preload_present(preload), buf_str(&roots)) : NULL;
    buf_fini(&roots);
    if (!fine)
        return false;
    if (!job)
        return err_memory(err);
    job->owner = preload;
    job->errand.on_done = on_done;
    preload->job = job;
    errands_put(core->errands, &job->errand);
    return true;
}

/* ---- by itself ---- */

int64_t preload_next_s(const struct core *core)
{
    const struct preload *preload = core->preload;
    const struct preload_list *list = preload_present(preload);
    int64_t days = core->state.settings.preload_update_days;
    if (!preload || days == 0)
        return 0;
    int64_t due_s = list ? list->origin.confirmed_s + days * DAY_S : core->started_s;
    return due_s > preload->retry_s ? due_s : preload->retry_s;
}

void preload_turn(struct core *core)
{
    struct err err = {0};
    int64_t next_s = preload_next_s(core), now_s = clock_wall_s();
    const struct preload_wish wish = {.address = str_from(core->state.settings.preload_address), .actor = STR(ACTOR)};
    if (next_s == 0 || now_s < next_s || core->preload->job || !core->errands)
        return;
    core->preload->retry_s = now_s + PRELOAD_RETRY_S;
    if (!preload_update(core, &wish, &err))
        log_warning("the preload list was not updated: %s", err.text);
}
