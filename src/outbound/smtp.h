/*
 * One message to one mail server (RFC 5321), by libcurl: over TLS from the first byte, or begun by STARTTLS and not at
 * all without it. The server's certificate is verified. A password is sent over TLS only; without TLS nothing but a
 * server on this machine is spoken to, which is for the caller to see to. What went wrong is a sentence's end to stand
 * behind the server's name. It makes no message: the text is the caller's (control/notify_mail.h).
 *
 * It blocks, so it belongs on a thread of its own (outbound/outbound.h).
 */
#ifndef OUTBOUND_SMTP_H
#define OUTBOUND_SMTP_H

#include "base/err.h"
#include "outbound/deadline.h"

/* Greylisting and content filters take their time, a delivery is tried again anyway. */
#define SMTP_MS_DEFAULT 60000
#define SMTP_WHY_SIZE   320
/* RFC 5321 section 4.5.3.1.3: 256 with the angle brackets. */
#define SMTP_ADDRESS_SIZE_MAX 254

enum smtp_security {
    SMTP_STARTTLS,
    SMTP_TLS,   /* from the first byte: RFC 8314 */
    SMTP_PLAIN, /* for a server on this machine */
};

struct smtp_message {
    struct str host; /* name or IP literal */
    uint16_t port;
    enum smtp_security security;
    struct str user, password; /* or empty */
    struct str hello;          /* this machine's name */
    struct str from;           /* addresses, smtp_address_check */
    const struct str *to;
    size_t to_count;
    struct str text;      /* header fields and body, lines end in CR LF */
    struct str roots_pem; /* trusted besides the system's roots; or empty */
};

/* False when the server has not taken it; `why` is filled then. */
NODISCARD bool smtp_send(const struct smtp_message *message, const struct deadline *deadline,
                         char why[static SMTP_WHY_SIZE]);

/*
 * Whether this is an address that mail can be sent to without surprises: local part (the dot-string of RFC 5321, in
 * ASCII), "@", a host name. No display name, no quoted local part, nothing that could end a line or a command.
 */
NODISCARD bool smtp_address_check(struct str address, struct err *err);

#endif
