/* A BIO with two ends in memory that belong to somebody else. */
#include "tls/pipe.h"

static int pipe_read(BIO *bio, char *to, size_t size, size_t *ret_size)
{
    struct pipe *p = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!p->in || p->in->size == 0) {
        BIO_set_retry_read(bio);
        return 0;
    }
    if (size > p->in->size)
        size = p->in->size;
    if (size > p->read_max - p->read_size)
        return 0; /* not to be retried: the connection fails */
    memcpy(to, p->in->data, size);
    *p->in = str_after(*p->in, size);
    if (p->read_max != SIZE_MAX)
        p->read_size += size;
    *ret_size = size;
    return 1;
}

static int pipe_write(BIO *bio, const char *from, size_t size, size_t *ret_size)
{
    struct pipe *p = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (!p->out || !buf_put(p->out, from, size))
        return 0; /* the caller's buffer is full: not to be retried */
    *ret_size = size;
    return 1;
}

static long pipe_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *pipe_method_new(void)
{
    BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "borrowed buffers");
    if (!method)
        return NULL;
    if (BIO_meth_set_read_ex(method, pipe_read) != 1 || BIO_meth_set_write_ex(method, pipe_write) != 1 ||
        BIO_meth_set_ctrl(method, pipe_ctrl) != 1) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

BIO *pipe_new(const BIO_METHOD *method, struct pipe *p)
{
    BIO *bio = BIO_new(method);
    if (!bio)
        return NULL;
    BIO_set_data(bio, p);
    BIO_set_init(bio, 1);
    return bio;
}
