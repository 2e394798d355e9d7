/* /v1/notify/log: what was told and how each delivery went, the newest first (?id=ID, ?before=ID&limit=N). */
#include "control/api_routes.h"
#include "store/jsonout.h"

#define LIMIT_DEFAULT 50
/* Of notifications; each has a delivery for every channel. */
#define LIMIT_MAX 500

struct question {
    uint64_t id, before_id, limit;
};

static bool read_question(struct str query, struct question *ret, struct err *err)
{
    struct question q = *ret;
    for (struct str rest = query; rest.data && rest.size;) {
        struct str value = str_cut(&rest, '&');
        struct str name = str_cut(&value, '=');
        if ((str_eq(name, STR("id")) && str_to_u64(value, UINT64_MAX >> 1, &q.id)) ||
            (str_eq(name, STR("before")) && str_to_u64(value, UINT64_MAX >> 1, &q.before_id)) ||
            (str_eq(name, STR("limit")) && str_to_u64(value, LIMIT_MAX, &q.limit) && q.limit))
            continue;
        return err_field(err, "query", "\"%.*s\" is not understood; id=ID, before=ID and limit=1…%d are",
                         STR_ARG(str_part(name, 0, 40)), LIMIT_MAX);
    }
    *ret = q;
    return true;
}

/* Rows of one notification follow each other. */
struct writing {
    struct jsonout out;
    uint64_t id; /* of the one that is open; 0: none is */
};

static void end_one(struct writing *w)
{
    if (!w->id)
        return;
    jsonout_array_end(&w->out);
    jsonout_object_end(&w->out);
}

static void begin_one(struct writing *w, const struct notification *n)
{
    end_one(w);
    w->id = n->id;
    jsonout_object(&w->out, NULL);
    jsonout_u64(&w->out, "id", n->id);
    jsonout_time(&w->out, "at", n->at_s);
    jsonout_raw(&w->out, "notification", n->content);
    jsonout_array(&w->out, "deliveries");
}

static bool write_row(void *context, const struct notification *n, const struct notify_delivery *d)
{
    struct writing *w = context;
    if (n->id != w->id)
        begin_one(w, n);
    if (d->channel.size == 0)
        return buf_ok(w->out.out);
    jsonout_object(&w->out, NULL);
    jsonout_str(&w->out, "channel", d->channel);
    jsonout_str(&w->out, "state", str_from(notify_state_names[d->state]));
    jsonout_u64(&w->out, "attempts", d->attempts);
    if (d->done_s)
        jsonout_time(&w->out, "done", d->done_s);
    if (d->next_s)
        jsonout_time(&w->out, "next_attempt", d->next_s);
    if (d->problem.size)
        jsonout_str(&w->out, "problem", d->problem);
    jsonout_object_end(&w->out);
    return buf_ok(w->out.out);
}

void api_notify_log_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct writing w = {.out = {.out = &reply->body}};
    struct question q = {.limit = LIMIT_DEFAULT};
    struct err err = {0};
    if (!read_question(request->query, &q, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&w.out, NULL);
    jsonout_array(&w.out, "notifications");
    bool fine = store_notifications(core->store, q.id, q.before_id, (uint32_t)q.limit, write_row, &w, &err);
    end_one(&w);
    jsonout_array_end(&w.out);
    jsonout_object_end(&w.out);
    if (!fine)
        api_fail(reply, &err);
}
