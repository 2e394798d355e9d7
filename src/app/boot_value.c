/* Readers of single values. */
#include "app/boot_value.h"

#include "app/suggest.h"

/* Longer names of passed descriptors are no names (systemd allows 255 as well). */
#define FD_NAME_SIZE_MAX 255

bool boot_value_port(struct str value, bool zero_allowed, uint16_t *ret, struct err *err)
{
    uint64_t port;
    if (str_to_u64(value, 65535, &port) && (port > 0 || zero_allowed)) {
        *ret = (uint16_t)port;
        return true;
    }
    (void)err_set(err, ERR_INPUT, "\"%.*s\" is no port number", STR_ARG(value));
    return err_fix(err, zero_allowed ? "give 1 to 65535, or 0 for none" : "give 1 to 65535");
}

bool boot_value_count(struct str value, uint32_t max, uint32_t *ret, struct err *err)
{
    uint64_t count;
    if (str_to_u64(value, max, &count) && count > 0) {
        *ret = (uint32_t)count;
        return true;
    }
    (void)err_set(err, ERR_INPUT, "\"%.*s\" is no number from 1 to %u", STR_ARG(value), max);
    return err_fix(err, "give 1 to %u", max);
}

/* "did you mean" if something is near, else all words there are. */
static bool unknown_word(struct str value, const struct boot_word *words, struct err *err)
{
    struct suggest suggest;
    suggest_init(&suggest, value);
    char all[160];
    size_t used = 0;
    for (; words->word; words++) {
        suggest_offer(&suggest, str_from(words->word));
        size_t size = strlen(words->word);
        if (used + size + 3 >= sizeof all)
            continue;
        if (used) {
            memcpy(all + used, ", ", 2);
            used += 2;
        }
        memcpy(all + used, words->word, size);
        used += size;
    }
    (void)err_set(err, ERR_INPUT, "\"%.*s\" is not known", STR_ARG(value));
    if (suggest.nearest.size)
        return err_fix(err, "did you mean \"%.*s\"? (one of: %.*s)", STR_ARG(suggest.nearest), (int)used, all);
    return err_fix(err, "give one of: %.*s", (int)used, all);
}

bool boot_value_word(struct str value, const struct boot_word *words, int *ret, struct err *err)
{
    for (const struct boot_word *word = words; word->word; word++) {
        if (str_eq_nocase(str_from(word->word), value)) {
            *ret = word->value;
            return true;
        }
    }
    return unknown_word(value, words, err);
}

bool boot_value_bool(struct str value, bool *ret, struct err *err)
{
    static const struct boot_word words[] = {{"True", 1}, {"Yes", 1}, {"On", 1}, {"1", 1}, {"False", 0},
                                             {"No", 0},   {"Off", 0}, {"0", 0},  {NULL, 0}};
    int is_true;
    if (boot_value_word(value, words, &is_true, NULL)) {
        *ret = is_true != 0;
        return true;
    }
    (void)err_set(err, ERR_INPUT, "\"%.*s\" is neither True nor False", STR_ARG(value));
    return err_fix(err, "give True or False");
}

bool boot_value_mode(struct str value, mode_t *ret, struct err *err)
{
    mode_t mode = 0;
    bool good = value.size >= 1 && value.size <= 4;
    for (size_t i = 0; good && i < value.size; i++) {
        good = value.data[i] >= '0' && value.data[i] <= '7';
        mode = mode * 8 + (mode_t)(value.data[i] - '0');
    }
    if (good && mode <= 0777) {
        *ret = mode;
        return true;
    }
    (void)err_set(err, ERR_INPUT, "\"%.*s\" is no file mode", STR_ARG(value));
    return err_fix(err, "give an octal number such as 0660");
}

static bool bad_path(struct str value, const char *why, struct err *err)
{
    (void)err_set(err, ERR_INPUT, "\"%.*s\" %s", STR_ARG(value), why);
    return err_fix(err, "give an absolute path such as /var/lib/strictgate");
}

bool boot_value_path(struct str value, struct arena *arena, const char **ret, struct err *err)
{
    if (value.size == 0 || value.data[0] != '/')
        return bad_path(value, "is no absolute path", err);
    if (memchr(value.data, '\0', value.size))
        return bad_path(value, "has a zero byte in it", err);
    char *path = arena_alloc(arena, value.size + 1);
    if (!path)
        return err_memory(err);
    size_t used = 0;
    struct str rest = value;
    while (rest.data) {
        struct str part = str_cut(&rest, '/');
        if (str_eq(part, STR(".")) || str_eq(part, STR("..")))
            return bad_path(value, "has \".\" or \"..\" in it", err);
        if (part.size == 0)
            continue;
        path[used++] = '/';
        memcpy(path + used, part.data, part.size);
        used += part.size;
    }
    if (used == 0)
        path[used++] = '/';
    path[used] = '\0';
    *ret = path;
    return true;
}

static struct boot_endpoint *endpoint_add(struct boot_listener *listener, enum boot_endpoint_kind kind, struct err *err)
{
    if (listener->endpoints_count == BOOT_ENDPOINTS_COUNT_MAX) {
        (void)err_set(err, ERR_INPUT, "more than %d sockets in one listener (\"*\" is two)", BOOT_ENDPOINTS_COUNT_MAX);
        (void)err_fix(err, "put the others into a [Listener NAME] section of their own");
        return NULL;
    }
    struct boot_endpoint *endpoint = &listener->endpoints[listener->endpoints_count++];
    *endpoint = (struct boot_endpoint){.kind = kind};
    return endpoint;
}

static bool any_add(uint16_t port, struct boot_listener *listener, struct err *err)
{
    static const struct str anies[] = {STR_INIT("0.0.0.0"), STR_INIT("::")};
    for (size_t i = 0; i < 2; i++) {
        struct boot_endpoint *endpoint = endpoint_add(listener, BOOT_ENDPOINT_TCP, err);
        if (!endpoint)
            return false;
        if (!os_address_parse(anies[i], port, &endpoint->address))
            return err_set(err, ERR_SYSTEM, "\"%.*s\" is not understood", STR_ARG(anies[i]));
        endpoint->is_optional = i == 1;
    }
    return true;
}

bool boot_value_host(struct str value, uint16_t port, struct boot_listener *listener, struct err *err)
{
    if (str_eq(value, STR("*")))
        return any_add(port, listener, err);
    struct str ip = value;
    if (ip.size > 2 && ip.data[0] == '[' && ip.data[ip.size - 1] == ']')
        ip = str_part(ip, 1, ip.size - 2);
    union os_address address;
    if (!os_address_parse(ip, port, &address)) {
        (void)err_set(err, ERR_INPUT, "\"%.*s\" is no IP address", STR_ARG(value));
        return err_fix(err, "give an IPv4 or IPv6 address of this machine, or * for all");
    }
    struct boot_endpoint *endpoint = endpoint_add(listener, BOOT_ENDPOINT_TCP, err);
    if (!endpoint)
        return false;
    endpoint->address = address;
    return true;
}

static bool unix_add(struct str path, struct arena *arena, struct boot_listener *listener, struct err *err)
{
    const char *copy;
    if (!boot_value_path(path, arena, &copy, err))
        return false;
    if (strlen(copy) >= sizeof((struct sockaddr_un *)0)->sun_path) {
        (void)err_set(err, ERR_INPUT, "the path of the socket is longer than %zu bytes",
                      sizeof((struct sockaddr_un *)0)->sun_path - 1);
        return err_fix(err, "choose a shorter one");
    }
    struct boot_endpoint *endpoint = endpoint_add(listener, BOOT_ENDPOINT_UNIX, err);
    if (!endpoint)
        return false;
    endpoint->path = copy;
    return true;
}

static bool fd_add(struct str name, struct arena *arena, struct boot_listener *listener, struct err *err)
{
    struct str copy;
    if (name.size == 0 || name.size > FD_NAME_SIZE_MAX || memchr(name.data, '\0', name.size)) {
        (void)err_set(err, ERR_INPUT, "\"fd:\" needs the name or number of a descriptor");
        return err_fix(err, "give FileDescriptorName= of the socket unit, or its number from 3 on");
    }
    if (!arena_str(arena, name, &copy))
        return err_memory(err);
    struct boot_endpoint *endpoint = endpoint_add(listener, BOOT_ENDPOINT_FD, err);
    if (!endpoint)
        return false;
    endpoint->fd_name = copy.data;
    return true;
}

bool boot_value_endpoint(struct str value, struct arena *arena, struct boot_listener *listener, struct err *err)
{
    if (str_starts(value, STR("unix:")))
        return unix_add(str_after(value, 5), arena, listener, err);
    if (str_starts(value, STR("fd:")))
        return fd_add(str_after(value, 3), arena, listener, err);
    size_t colon = str_find_last(value, ':');
    struct str host = str_part(value, 0, colon);
    bool bare_ipv6 = str_find(host, ':') < host.size && (host.data[0] != '[' || host.data[host.size - 1] != ']');
    if (colon == value.size || host.size == 0 || bare_ipv6) {
        (void)err_set(err, ERR_INPUT, "\"%.*s\" is no address to listen on", STR_ARG(value));
        return err_fix(err, "give ip:port, [ipv6]:port, *:port, unix:/path or fd:NAME");
    }
    uint16_t port = 0;
    return boot_value_port(str_after(value, colon + 1), false, &port, err) &&
           boot_value_host(host, port, listener, err);
}

static bool is_loopback(const union os_address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohl(address->v4.sin_addr.s_addr) >> 24 == 127; /* RFC 1122 section 3.2.1.3 */
    return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
}

bool boot_value_loopback(struct str value, union os_address *ret, struct err *err)
{
    size_t colon = str_find_last(value, ':');
    struct str ip = str_part(value, 0, colon);
    bool in_brackets = ip.size > 2 && ip.data[0] == '[' && ip.data[ip.size - 1] == ']';
    uint16_t port = 0;
    union os_address address;
    if (in_brackets)
        ip = str_part(ip, 1, ip.size - 2);
    if (colon == value.size || (!in_brackets && str_find(ip, ':') < ip.size) || !os_address_parse(ip, 1, &address)) {
        (void)err_set(err, ERR_INPUT, "\"%.*s\" is no address with a port", STR_ARG(value));
        return err_fix(err, "give 127.0.0.1:8460, [::1]:8460, or off");
    }
    if (!boot_value_port(str_after(value, colon + 1), false, &port, err))
        return false;
    if (!is_loopback(&address)) {
        (void)err_set(err, ERR_INPUT, "%.*s can be reached from other machines, and passwords would cross the network",
                      STR_ARG(ip));
        return err_fix(err, "give 127.0.0.1:%u or [::1]:%u; from another machine use ssh -L %u:127.0.0.1:%u", port,
                       port, port, port);
    }
    return os_address_parse(ip, port, ret) || err_set(err, ERR_SYSTEM, "\"%.*s\" is not understood", STR_ARG(value));
}

/* The parts of a comma list, at least one and at most `max`, none empty. */
static bool list_count(struct str value, size_t max, size_t *ret, struct err *err)
{
    size_t count = 0;
    struct str rest = value;
    while (rest.data) {
        if (str_trim(str_cut(&rest, ',')).size == 0) {
            (void)err_set(err, ERR_INPUT, value.size ? "the list has an empty part" : "the list is empty");
            return err_fix(err, "separate the parts by single commas");
        }
        count++;
    }
    if (count == 0 || count > max) {
        (void)err_set(err, ERR_INPUT, count ? "the list has more than %zu parts" : "the list is empty", max);
        return err_fix(err, "give 1 to %zu parts", max);
    }
    *ret = count;
    return true;
}

bool boot_value_networks(struct str value, struct arena *arena, struct os_network **ret, size_t *ret_count,
                         struct err *err)
{
    size_t count;
    if (!list_count(value, BOOT_TRUSTED_COUNT_MAX, &count, err))
        return false;
    struct os_network *networks = arena_zalloc(arena, count * sizeof *networks);
    if (!networks)
        return err_memory(err);
    struct str rest = value;
    for (size_t i = 0; i < count; i++) {
        struct str part = str_trim(str_cut(&rest, ','));
        if (!os_network_parse(part, &networks[i])) {
            (void)err_set(err, ERR_INPUT, "\"%.*s\" is no network", STR_ARG(part));
            return err_fix(err, "give an address, a network such as 192.0.2.0/24 (no bits behind the prefix), or unix");
        }
    }
    *ret = networks;
    *ret_count = count;
    return true;
}

bool boot_value_paths(struct str value, struct arena *arena, const char ***ret, size_t *ret_count, struct err *err)
{
    size_t count;
    if (!list_count(value, BOOT_STATIC_ROOTS_COUNT_MAX, &count, err))
        return false;
    const char **paths = arena_zalloc(arena, count * sizeof *paths);
    if (!paths)
        return err_memory(err);
    struct str rest = value;
    for (size_t i = 0; i < count; i++)
        if (!boot_value_path(str_trim(str_cut(&rest, ',')), arena, &paths[i], err))
            return false;
    *ret = paths;
    *ret_count = count;
    return true;
}
