/* On a thread from `work` on; before and after on the loop. */
#include "control/preload_job.h"

#include <stdio.h>
#include <stdlib.h>

#include "codec/gunzip.h"
#include "hsts/preload_build.h"
#include "hsts/preload_source.h"
#include "os/clock.h"
#include "outbound/https.h"

/* Everything that the bytes go through. */
struct intake {
    struct preload_job *job;
    struct preload_source source;
    struct preload_build build;
    struct gunzip *gunzip;
    char first[2]; /* held back until they tell whether it is gzip */
    size_t first_size;
    bool is_decided;
};

static bool on_entry(void *context, const struct preload_entry *entry, struct err *err)
{
    struct intake *intake = context;
    return preload_build_add(&intake->build, entry, err);
}

static bool on_plain(void *context, struct str bytes, struct err *err)
{
    struct intake *intake = context;
    return preload_source_take(&intake->source, bytes, err);
}

static bool pass_on(struct intake *intake, struct str bytes, struct err *err)
{
    return intake->gunzip ? gunzip_take(intake->gunzip, bytes, err) : on_plain(intake, bytes, err);
}

static bool decide(struct intake *intake, struct err *err)
{
    struct str first = str_make(intake->first, intake->first_size);
    intake->is_decided = true;
    return (!gunzip_is(first) || gunzip_new(on_plain, intake, &intake->gunzip, err)) && pass_on(intake, first, err);
}

static bool take(void *context, struct str bytes)
{
    struct intake *intake = context;
    struct err *err = &intake->job->err;
    atomic_fetch_add(&intake->job->received, bytes.size);
    while (!intake->is_decided && bytes.size) {
        intake->first[intake->first_size++] = bytes.data[0];
        bytes = str_after(bytes, 1);
        if (intake->first_size == sizeof intake->first && !decide(intake, err))
            return false;
    }
    return bytes.size == 0 || pass_on(intake, bytes, err);
}

static bool end(struct intake *intake, struct err *err)
{
    return (intake->is_decided || decide(intake, err)) && (!intake->gunzip || gunzip_end(intake->gunzip, err)) &&
           preload_source_end(&intake->source, err);
}

static void compile(struct intake *intake, struct preload_origin *origin)
{
    struct preload_job *job = intake->job;
    origin->address = job->address;
    origin->taken_s = origin->confirmed_s = clock_wall_s();
    origin->source_size = (uint32_t)intake->source.size;
    origin->pins_only_count = intake->source.pins_only_count;
    if (end(intake, &job->err) && preload_build_write(&intake->build, origin, &job->compiled, &job->err))
        job->result = PRELOAD_COMPILED;
}

/* ---- over the network ---- */

static size_t conditions(const struct preload_job *job, struct head_field fields[static 2])
{
    size_t count = 0;
    if (job->etag.size)
        fields[count++] = (struct head_field){STR("If-None-Match"), job->etag};
    if (job->modified.size)
        fields[count++] = (struct head_field){STR("If-Modified-Since"), job->modified};
    return count;
}

static void refuse(struct preload_job *job, const char *what)
{
    (void)err_set(&job->err, ERR_CONFLICT, "%.*s: it %s", STR_ARG(str_part(job->address, 0, 200)), what);
    (void)err_fix(&job->err, "see \"strictgate settings show\" for preload.address, or give a file: strictgate preload "
                             "update --from FILE");
}

static void judge(struct intake *intake, const struct https_answer *answer)
{
    struct preload_job *job = intake->job;
    struct preload_origin origin = {.etag = https_field(answer, STR("ETag")),
                                    .modified = https_field(answer, STR("Last-Modified"))};
    char status[80];
    if (answer->status == 304 && (job->etag.size || job->modified.size)) {
        job->result = PRELOAD_UNCHANGED;
    } else if (answer->status == 200) {
        compile(intake, &origin);
    } else {
        (void)snprintf(status, sizeof status,
                       answer->status >= 300 && answer->status < 400
                           ? "answers with status %u: redirects are not followed"
                           : "answers with status %u",
                       answer->status);
        refuse(job, status);
    }
}

static void fetch(struct intake *intake, const struct deadline *deadline)
{
    struct preload_job *job = intake->job;
    struct head_field fields[2];
    struct https_answer answer;
    const struct https_request request = {.method = HTTPS_GET,
                                          .url = job->address,
                                          .fields = fields,
                                          .fields_count = conditions(job, fields),
                                          .roots_pem = job->roots_pem,
                                          .limit_ms = PRELOAD_JOB_LIMIT_MS,
                                          .take = take,
                                          .take_context = intake};
    if (https_ask(&request, deadline, &answer) == HTTPS_OK)
        judge(intake, &answer);
    else if (!job->err.code) /* else the reader has said what is wrong */
        refuse(job, answer.why);
    https_answer_fini(&answer);
}

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct preload_job *job = container_of(errand, struct preload_job, errand);
    struct intake *intake = calloc(1, sizeof *intake);
    if (!intake) {
        (void)err_memory(&job->err);
        return;
    }
    intake->job = job;
    preload_build_init(&intake->build);
    preload_source_init(&intake->source, on_entry, intake);
    if (!job->is_file)
        fetch(intake, deadline);
    else if (take(intake, buf_str(&job->content)))
        compile(intake, &(struct preload_origin){0});
    if (job->result == PRELOAD_FAILED && job->err.code == ERR_INPUT)
        (void)err_context(&job->err, "%.*s is no preload list", STR_ARG(str_part(job->address, 0, 200)));
    gunzip_free(intake->gunzip);
    preload_build_fini(&intake->build);
    free(intake);
}

static bool copy_texts(struct preload_job *job, const struct preload_wish *wish, const struct preload_list *present,
                       struct str roots_pem)
{
    struct arena *arena = &job->arena;
    if (!arena_str(arena, wish->address, &job->address) || !arena_str(arena, wish->actor, &job->actor))
        return false;
    if (wish->content.size)
        return buf_put_str(&job->content, wish->content);
    if (present && str_eq(present->origin.address, wish->address) &&
        (!arena_str(arena, present->origin.etag, &job->etag) ||
         !arena_str(arena, present->origin.modified, &job->modified)))
        return false;
    return arena_str(arena, roots_pem, &job->roots_pem);
}

struct preload_job *preload_job_new(const struct preload_wish *wish, const struct preload_list *present,
                                    struct str roots_pem)
{
    struct preload_job *job = calloc(1, sizeof *job);
    if (!job)
        return NULL;
    arena_init(&job->arena, PRELOAD_JOB_SIZE_MAX);
    buf_init(&job->content, PRELOAD_SOURCE_SIZE_MAX);
    buf_init(&job->compiled, PRELOAD_LIST_SIZE_MAX);
    atomic_init(&job->received, 0);
    job->is_file = wish->content.size > 0;
    job->force = wish->force;
    job->since_s = clock_wall_s();
    job->errand = (struct errand){.limit_ms = PRELOAD_JOB_LIMIT_MS, .is_slow = true, .work = work};
    /* With force the whole list is wanted, whatever is here. */
    if (copy_texts(job, wish, wish->force ? NULL : present, roots_pem))
        return job;
    preload_job_free(job);
    return NULL;
}

void preload_job_free(struct preload_job *job)
{
    if (!job)
        return;
    buf_fini(&job->content);
    buf_fini(&job->compiled);
    arena_fini(&job->arena);
    free(job);
}
