/*
 * The kinds of client that are told apart by how they begin a TLS handshake (tls/hello_read): words for counters,
 * evidence and people. They stand here since the gateway writes them as numbers and control tells what they mean. A
 * client whose handshake fails never says what it is (enum http_agent needs a request), so this is all that is known of
 * it; it is coarse, and a program that wants to look like another one does.
 */
#ifndef SNAPSHOT_HELLO_CLASS_H
#define SNAPSHOT_HELLO_CLASS_H

/* The values stand in counters and samples: new ones are added at the end. */
enum hello_class {
    HELLO_CLASS_NONE,     /* no ClientHello came: plain HTTP, a scanner, a line that broke */
    HELLO_CLASS_OTHER,    /* one that is like none of these */
    HELLO_CLASS_CHROMIUM, /* Chrome, Edge, Opera, Samsung Internet, Android's WebView */
    HELLO_CLASS_FIREFOX,
    HELLO_CLASS_APPLE,   /* Safari, every browser of iPhone and iPad, apps by Apple's library */
    HELLO_CLASS_ANDROID, /* apps by Android's library: ODK Collect, KoboCollect */
    HELLO_CLASS_WINDOWS, /* SChannel: Internet Explorer, .NET, PowerShell, Office */
    HELLO_CLASS_JAVA,
    HELLO_CLASS_GO,
    HELLO_CLASS_NODE,
    HELLO_CLASS_OPENSSL, /* curl, Python, PHP, Ruby, Perl and whatever else uses OpenSSL as it comes */
    HELLO_CLASS_GNUTLS,  /* Wget, GNOME's browser */
    HELLO_CLASS_OLD,     /* nothing above TLS 1.1, or no cipher suite that is still good: whatever program it is */
    HELLO_CLASSES_COUNT,
};

/* "chromium"; what figures and programs are told. Any value. */
const char *hello_class_name(enum hello_class class);
/* "Chrome, Edge and their family"; for people. Any value. */
const char *hello_class_words(enum hello_class class);

#endif
