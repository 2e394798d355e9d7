/*
 * From a ClientHello (RFC 8446 section 4.1.2) to the kind of client that sent it: by which versions, cipher suites,
 * groups, signature algorithms and extensions it offers, and in which order, for each library has its own. Pure, over
 * the message's bytes, since the library lets go of them before it says whether the handshake fails. Nothing else is
 * kept of them: a class is told, no fingerprint.
 */
#ifndef TLS_HELLO_READ_H
#define TLS_HELLO_READ_H

#include "base/str.h"
#include "snapshot/hello_class.h"

/*
 * `message`: the handshake message with its head of four bytes. HELLO_CLASS_NONE: it is no ClientHello, or a broken
 * one. No allocation; a fraction of a microsecond.
 */
enum hello_class hello_read(struct str message);

#endif
