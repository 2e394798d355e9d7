/* A list of streams and two timers. */
#include "control/panel_events.h"

#include "control/panel_state.h"
#include "os/clock.h"
#include "store/jsonout.h"

/* An event of sixteen of the longest names, and its frame. */
#define EVENT_SIZE_MAX 8192

static bool is_over(const struct panel_events *events, const struct panel_stream *stream)
{
    struct session session;
    return stream->has_session &&
           !store_session(events->core->store, stream->session_id, clock_wall_s(), &session, NULL);
}

/* To all whose session lasts; the others end here. A stream may end while it is written to. */
static void send_all(struct panel_events *events, struct str text)
{
    for (struct list *node = events->streams.next, *next; node != &events->streams; node = next) {
        struct panel_stream *stream = container_of(node, struct panel_stream, node);
        next = node->next;
        if (is_over(events, stream))
            stream->end(stream);
        else if (text.size)
            stream->send(stream, text);
    }
}

static void write_event(const struct panel_events *events, struct buf *out)
{
    struct jsonout json = {.out = out};
    (void)buf_put_str(out, STR("event: changed\ndata: "));
    jsonout_object(&json, NULL);
    jsonout_u64(&json, "generation", events->core->state.generation);
    if (events->many) {
        jsonout_null(&json, "sites");
    } else {
        jsonout_array(&json, "sites");
        for (size_t i = 0; i < events->names_count; i++)
            jsonout_str(&json, NULL, str_from(events->names[i]));
        jsonout_array_end(&json);
    }
    jsonout_object_end(&json);
    (void)buf_put_str(out, STR("\n\n"));
}

static void on_tell(struct timer *timer)
{
    struct panel_events *events = container_of(timer, struct panel_events, tell);
    struct buf text;
    buf_init(&text, EVENT_SIZE_MAX);
    write_event(events, &text);
    events->many = false;
    events->names_count = 0;
    if (buf_ok(&text))
        send_all(events, buf_str(&text));
    buf_fini(&text);
}

static void arm_beat(struct panel_events *events)
{
    timer_set(&events->core->wheel, &events->beat, clock_monotonic_ms() + PANEL_STREAM_BEAT_MS);
}

static void on_beat(struct timer *timer)
{
    struct panel_events *events = container_of(timer, struct panel_events, beat);
    send_all(events, STR(": still here\n\n"));
    if (events->streams_count)
        arm_beat(events);
}

void panel_events_init(struct panel_events *events, struct core *core)
{
    *events = (struct panel_events){.core = core};
    list_init(&events->streams);
    timer_init(&events->tell, on_tell);
    timer_init(&events->beat, on_beat);
}

void panel_events_fini(struct panel_events *events)
{
    timer_cancel(&events->core->wheel, &events->tell);
    timer_cancel(&events->core->wheel, &events->beat);
}

bool panel_events_have_room(const struct panel_events *events, struct str account, struct str address, struct err *err)
{
    size_t of_account = 0, of_address = 0;
    for (struct list *node = events->streams.next; node != &events->streams; node = node->next) {
        const struct panel_stream *stream = container_of(node, struct panel_stream, node);
        of_account += account.size && str_eq_nocase(str_from(stream->account), account);
        of_address += str_eq(str_from(stream->address), address);
    }
    if (of_account >= PANEL_STREAMS_ACCOUNT_COUNT_MAX)
        return err_set(err, ERR_CONFLICT, "%zu pages of this account listen for events already", of_account);
    if (of_address >= PANEL_STREAMS_ADDRESS_COUNT_MAX)
        return err_set(err, ERR_CONFLICT, "%zu pages at this address listen for events already", of_address);
    return events->streams_count < PANEL_STREAMS_COUNT_MAX ||
           err_set(err, ERR_CONFLICT, "%d pages listen for events already", PANEL_STREAMS_COUNT_MAX);
}

void panel_events_join(struct panel_events *events, struct panel_stream *stream, struct buf *out)
{
    list_add_tail(&events->streams, &stream->node);
    if (events->streams_count++ == 0)
        arm_beat(events);
    (void)buf_printf(out, "retry: 2000\nevent: hello\ndata: {\"generation\":%llu}\n\n",
                     (unsigned long long)events->core->state.generation);
}

void panel_events_leave(struct panel_events *events, struct panel_stream *stream)
{
    list_remove(&stream->node);
    events->streams_count--;
}

static struct panel_events *listened(struct core *core)
{
    return core->panel && core->panel->events.streams_count ? &core->panel->events : NULL;
}

static void tell_soon(struct panel_events *events)
{
    if (!timer_is_armed(&events->tell))
        timer_set(&events->core->wheel, &events->tell, clock_monotonic_ms() + PANEL_EVENT_DELAY_MS);
}

static void add_name(struct panel_events *events, struct str site)
{
    if (events->many)
        return;
    for (size_t i = 0; i < events->names_count; i++)
        if (str_eq(str_from(events->names[i]), site))
            return;
    if (events->names_count == PANEL_EVENT_NAMES_COUNT_MAX || site.size > NAME_SIZE_MAX) {
        events->many = true;
        return;
    }
    char *room = events->names[events->names_count++];
    memcpy(room, site.data, site.size);
    room[site.size] = '\0';
}

void panel_events_changed(struct core *core, struct str site)
{
    struct panel_events *events = listened(core);
    if (!events)
        return;
    if (site.size)
        add_name(events, site);
    tell_soon(events);
}

/* Both are in the order of names, and a site that is the same is the same struct (state_copy). */
void panel_events_committed(struct core *core, const struct state *before, const struct state *after)
{
    struct panel_events *events = listened(core);
    size_t i = 0, k = 0;
    if (!events)
        return;
    while (!events->many && (i < before->sites_count || k < after->sites_count)) {
        const struct site *old = i < before->sites_count ? before->sites[i] : NULL;
        const struct site *new = k < after->sites_count ? after->sites[k] : NULL;
        int order = 0;
        if (old && new)
            order = state_compare_names(old->name, new->name);
        if (old && (!new || order < 0))
            add_name(events, old->name); /* it is gone */
        else if (new &&new != old)
            add_name(events, new->name);
        i += old && (!new || order <= 0);
        k += new && (!old || order >= 0);
    }
    tell_soon(events);
}

void panel_sessions_changed(struct core *core)
{
    struct panel_events *events = listened(core);
    if (events)
        timer_set(&core->wheel, &events->beat, clock_monotonic_ms());
}
