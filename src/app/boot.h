/*
 * The boot configuration: what the processes need before there is a store. Read from an INI file (codec/ini) and the
 * command line's overrides, checked as a whole, immutable afterwards. Supervisor and children make it from the same
 * source with the same code. It opens nothing and asks the system nothing.
 */
#ifndef APP_BOOT_H
#define APP_BOOT_H

#include <sys/types.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "gateway/gateway.h"
#include "os/channel.h"
#include "os/socket.h"
#include "snapshot/hook.h"

#define BOOT_FILE_DEFAULT "/etc/strictgate/strictgate.ini"
#define BOOT_DATA_DEFAULT "/var/lib/strictgate"
/* A number that IANA gives to nobody, below those that Linux hands out. */
#define BOOT_PANEL_DEFAULT "127.0.0.1:8460"

/* What the source packs into must fit one message to a child; the rest of its room is for the file's name and marks. */
#define BOOT_TEXT_SIZE_MAX       (CHANNEL_PAYLOAD_SIZE_MAX - 8192)
#define BOOT_OVERRIDES_COUNT_MAX 64
/* The channel carries the sockets of a listener in one message, struct gateway_listener holds eight. */
#define BOOT_ENDPOINTS_COUNT_MAX 8
/* Listeners are for people to write down; a hundred is a mistake. */
#define BOOT_LISTENERS_COUNT_MAX    32
#define BOOT_TRUSTED_COUNT_MAX      256
#define BOOT_STATIC_ROOTS_COUNT_MAX 64
#define BOOT_WORKERS_COUNT_MAX      64
/* How long a hook may run: what providers' interfaces need, and what nobody waits beyond. */
#define BOOT_HOOK_LIMIT_S_DEFAULT 120
#define BOOT_HOOK_LIMIT_S_MAX     600

/* Lines of values that do not stand in the file. */
#define BOOT_LINE_DEFAULT  0u
#define BOOT_LINE_OVERRIDE 0xffffffffu

/* What a boot configuration is made from. Views: whoever fills it keeps the bytes. */
struct boot_source {
    struct str file;                                /* its name, for errors; empty: there is no file */
    struct str text;                                /* its content */
    struct str overrides[BOOT_OVERRIDES_COUNT_MAX]; /* "Section.Key=Value", from the command line */
    size_t overrides_count;
};

enum boot_endpoint_kind {
    BOOT_ENDPOINT_TCP,
    BOOT_ENDPOINT_UNIX,
    BOOT_ENDPOINT_FD, /* passed by the service manager */
};

/* One socket to listen on (BOOT_ENDPOINT_FD: all that were passed under the name). */
struct boot_endpoint {
    enum boot_endpoint_kind kind;
    union os_address address; /* TCP */
    bool is_optional;         /* the IPv6 half of "*": left out where the kernel has no IPv6 */
    const char *path;         /* Unix */
    const char *fd_name;      /* name of LISTEN_FDNAMES, or the number of a descriptor */
    mode_t unix_mode;
    const char *key; /* of the boot file, for errors: "Http Port" */
    unsigned line;   /* the same */
};

struct boot_listener {
    const char *name; /* "http", "https", "http+https" for those of [Server]; else the section's argument */
    enum gateway_protocol protocol;
    bool proxy_protocol;
    struct os_network *trusted;
    size_t trusted_count;
    mode_t unix_mode;
    struct boot_endpoint endpoints[BOOT_ENDPOINTS_COUNT_MAX];
    size_t endpoints_count;
    unsigned line; /* of its section */
};

/* The admin panel's own address, on loopback: control answers there, not the gateway. */
struct boot_panel {
    bool is_off;
    bool is_default;               /* nobody asked for this address: when it is taken all else starts without it */
    struct boot_endpoint endpoint; /* TCP */
};

struct boot {
    struct arena arena; /* holds all that is pointed to */
    const char *file;   /* or NULL */
    const char *data_directory;
    unsigned data_directory_line;
    struct boot_listener listeners[BOOT_LISTENERS_COUNT_MAX];
    size_t listeners_count;
    struct boot_panel panel;
    uint16_t http_port, https_port; /* public; 0: none */
    const char *https_key;          /* where the latter comes from, for errors: "Public Https Port" */
    unsigned https_line;            /* the same */
    const char *user;               /* or NULL: the default */
    unsigned user_line;
    uint32_t workers_count; /* 0: one a processor */
    const char **static_roots;
    size_t static_roots_count;
    const char *hooks[HOOK_KINDS_COUNT]; /* absolute paths of programs, or NULL */
    uint32_t hook_limit_s;
    enum log_level log_level;
    enum log_format log_format;
    const char *access_log;     /* absolute path, or NULL: off */
    bool access_log_is_default; /* it is the one in the data directory */
    unsigned access_log_line;
    enum gateway_log_format access_log_format; /* GATEWAY_LOG_OFF when there is none */
};

/*
 * Makes a boot configuration. Every error is one line "FILE:LINE: Key: reason; fix", ERR_INPUT; a value from the
 * command line has "command line" for its place, a default "defaults". *ret is the caller's to boot_free.
 */
NODISCARD bool boot_parse(const struct boot_source *source, struct boot **ret, struct err *err);
void boot_free(struct boot *boot);

/* The public HTTPS port; 0 when no listener speaks HTTPS, whatever the file says of ports. */
uint16_t boot_served_https_port(const struct boot *boot);

/* Adds an override; ERR_INPUT when there are too many. */
NODISCARD bool boot_source_override(struct boot_source *source, struct str override, struct err *err);
/* The source as the payload of CONTRACT_BOOT, appended to `payload`, and back (views into the payload). */
NODISCARD bool boot_source_pack(const struct boot_source *source, struct buf *payload, struct err *err);
NODISCARD bool boot_source_unpack(struct str payload, struct boot_source *ret);

/* "FILE:LINE: key: reason; fix" as an error of kind `code`; returns false. `fix` may be empty. */
bool boot_error(const char *file, unsigned line, const char *key, const struct err *reason, struct err *err);

#endif
