/*
 * The library's view of the network: it reads from a view and writes to a buffer that the caller lends for one call. An
 * idle connection holds neither. This is why there is no SSL_set_fd here: the library would read each record's header
 * by a system call of its own.
 */
#ifndef TLS_PIPE_H
#define TLS_PIPE_H

#include <openssl/bio.h>

#include "base/buf.h"

struct pipe {
    struct str *in;   /* what has arrived, advanced by reading; NULL: nothing */
    struct buf *out;  /* where to append; NULL outside of a call */
    size_t read_size; /* bytes read so far, up to read_max */
    size_t read_max;  /* reading past it fails: bounds what a handshake may take; SIZE_MAX afterwards */
};

/* The methods of such BIOs; the caller frees them (BIO_meth_free) after the last of them. NULL when memory ran out. */
BIO_METHOD *pipe_method_new(void);
/* A BIO on `p`, which must outlive it. */
BIO *pipe_new(const BIO_METHOD *method, struct pipe *p);

#endif
