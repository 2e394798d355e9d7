/*
 * The values of the boot file: text to number, word, path, address. Each fills err with the reason and the fix alone;
 * the place and the key are added by whoever knows them. Pure.
 */
#ifndef APP_BOOT_VALUE_H
#define APP_BOOT_VALUE_H

#include "app/boot.h"

/* A word and what it stands for; a table of them ends in one whose word is NULL. */
struct boot_word {
    const char *word;
    int value;
};

/* 0 … 65535; 0 only when `zero_allowed`. */
NODISCARD bool boot_value_port(struct str value, bool zero_allowed, uint16_t *ret, struct err *err);
NODISCARD bool boot_value_count(struct str value, uint32_t max, uint32_t *ret, struct err *err);
/* True, Yes, On, 1 and their opposites. */
NODISCARD bool boot_value_bool(struct str value, bool *ret, struct err *err);
/* One of the words, without regard to case. */
NODISCARD bool boot_value_word(struct str value, const struct boot_word *words, int *ret, struct err *err);
/* Octal file permissions, 0 … 0777. */
NODISCARD bool boot_value_mode(struct str value, mode_t *ret, struct err *err);
/* An absolute path without "." and ".." parts, copied into the arena without doubled and trailing slashes. */
NODISCARD bool boot_value_path(struct str value, struct arena *arena, const char **ret, struct err *err);
/* "*" or an IP literal (IPv6 with or without brackets) and a port given apart: appends one endpoint, two for "*". */
NODISCARD bool boot_value_host(struct str value, uint16_t port, struct boot_listener *listener, struct err *err);
/* "ip:port", "[ip6]:port", "*:port", "unix:/path", "fd:NAME": appends to the listener's endpoints. */
NODISCARD bool boot_value_endpoint(struct str value, struct arena *arena, struct boot_listener *listener,
                                   struct err *err);
/*
 * "127.0.0.1:port" or "[::1]:port", or another address of loopback: what leaves the machine is refused, and so are
 * names, which could become another address.
 */
NODISCARD bool boot_value_loopback(struct str value, union os_address *ret, struct err *err);
/* A comma list of networks ("192.0.2.0/24", "unix"). */
NODISCARD bool boot_value_networks(struct str value, struct arena *arena, struct os_network **ret, size_t *ret_count,
                                   struct err *err);
/* A comma list of absolute paths. */
NODISCARD bool boot_value_paths(struct str value, struct arena *arena, const char ***ret, size_t *ret_count,
                                struct err *err);

#endif
