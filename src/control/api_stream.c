/* A connection whose answer does not end: events go out as they come, what comes in is thrown away. */
#include <errno.h>
#include <sys/socket.h>

#include "control/api_conn.h"
#include "control/api_content.h"
#include "control/panel_state.h"
#include "http/write.h"

static void on_send(struct panel_stream *stream, struct str text)
{
    struct conn *conn = container_of(stream, struct conn, stream);
    if (conn->out.size + text.size > PANEL_STREAM_SIZE_MAX || !buf_put_str(&conn->out, text))
        conn_free(conn); /* it is not read; whoever comes back asks for all of it */
    else
        (void)conn_flush(conn);
}

static void on_end(struct panel_stream *stream)
{
    conn_free(container_of(stream, struct conn, stream));
}

void conn_stream(struct conn *conn, const struct api_context *context)
{
    conn->keep_alive = false; /* the end of the connection is the end of the content */
    if (conn->head_only) {
        conn_put_head(conn);
        (void)h1_write_end(&conn->out);
        buf_fini(&conn->reply.body);
        conn->state = CONN_WRITING;
        return;
    }
    conn_put_head(conn);
    (void)h1_write_end(&conn->out);
    buf_fini(&conn->reply.body);
    conn->stream = (struct panel_stream){.has_session = context->session != NULL, .send = on_send, .end = on_end};
    session_set_text(conn->stream.account, sizeof conn->stream.account, context->account);
    session_set_text(conn->stream.address, sizeof conn->stream.address, context->address);
    if (context->session)
        memcpy(conn->stream.session_id, context->session->id, SESSION_ID_SIZE);
    conn->state = CONN_STREAMING;
    panel_events_join(&conn->core->panel->events, &conn->stream, &conn->out);
}

void conn_stream_ready(struct conn *conn, uint32_t ready)
{
    char scratch[API_READ_SIZE];
    ssize_t got = recv(conn->source.fd, scratch, sizeof scratch, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN))
        conn_free(conn);
    else if (conn->out.size && ready & LOOP_WRITE)
        (void)conn_flush(conn);
}
