/*
 * The keys of the boot file as a table, and what is noted while they are read. Only boot.c, boot_check.c and the tests
 * of the manual page use it.
 */
#ifndef APP_BOOT_KEYS_H
#define APP_BOOT_KEYS_H

#include "app/boot.h"
#include "codec/ini.h"

/* Who may open a Unix socket may talk to the site: a proxy in front usually shares the group. */
#define BOOT_UNIX_MODE_DEFAULT 0660

/* A key of [Server] that shapes the listeners made of it. */
struct boot_port {
    uint16_t port;
    unsigned line;
    bool is_given;
};

struct boot_reader {
    struct boot *boot;
    struct ini ini;
    struct boot_listener *listener; /* of the section read now */
    struct str listen_address;      /* [Server] */
    unsigned listen_address_line;
    struct boot_port http, https, public_http, public_https;
    bool access_log_is_off;
};

/* A table of these ends in one whose section is NULL. */
struct boot_key {
    const char *section;
    const char *key;
    bool (*read)(struct boot_reader *r, struct str value, unsigned line, struct err *reason);
};

extern const struct boot_key boot_keys[];

void boot_reader_init(struct boot_reader *r, struct boot *boot);
const struct boot_key *boot_key_find(struct str section, struct str key);
bool boot_section_is_known(struct str section);

#endif
