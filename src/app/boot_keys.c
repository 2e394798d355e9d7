/* One small reader a key. */
#include "app/boot_keys.h"

#include "app/boot_value.h"

void boot_reader_init(struct boot_reader *r, struct boot *boot)
{
    *r = (struct boot_reader){
        .boot = boot,
        .listen_address = STR("*"),
        .http = {.port = 80},
        .https = {.port = 443},
    };
    boot->log_level = LOG_LEVEL_INFO;
    boot->log_format = LOG_FORMAT_TEXT;
    boot->access_log_format = GATEWAY_LOG_COMBINED;
    boot->data_directory = BOOT_DATA_DEFAULT;
    boot->hook_limit_s = BOOT_HOOK_LIMIT_S_DEFAULT;
    boot->panel = (struct boot_panel){.is_default = true, .endpoint = {.key = "Listen"}};
}

static bool read_listen_address(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)reason; /* looked at when the ports are known: boot_complete */
    r->listen_address = value;
    r->listen_address_line = line;
    return true;
}

static bool read_port(struct boot_port *port, bool zero_allowed, struct str value, unsigned line, struct err *reason)
{
    port->line = line;
    port->is_given = true;
    return boot_value_port(value, zero_allowed, &port->port, reason);
}

static bool read_http_port(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    return read_port(&r->http, true, value, line, reason);
}

static bool read_https_port(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    return read_port(&r->https, true, value, line, reason);
}

static bool read_public_http_port(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    return read_port(&r->public_http, true, value, line, reason);
}

static bool read_public_https_port(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    return read_port(&r->public_https, true, value, line, reason);
}

static bool read_user(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    struct str copy;
    if (!arena_str(&r->boot->arena, value, &copy))
        return err_memory(reason);
    r->boot->user = copy.data;
    r->boot->user_line = line;
    return true;
}

static bool read_workers(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_count(value, BOOT_WORKERS_COUNT_MAX, &r->boot->workers_count, reason);
}

static bool read_static_root(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_paths(value, &r->boot->arena, &r->boot->static_roots, &r->boot->static_roots_count, reason);
}

static bool read_data_directory(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    r->boot->data_directory_line = line;
    return boot_value_path(value, &r->boot->arena, &r->boot->data_directory, reason);
}

static bool read_panel_listen(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    struct boot_panel *panel = &r->boot->panel;
    panel->is_default = false;
    panel->is_off = str_eq_nocase(value, STR("off"));
    panel->endpoint.line = line;
    return panel->is_off || boot_value_loopback(value, &panel->endpoint.address, reason);
}

static bool read_hook_dns(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_path(value, &r->boot->arena, &r->boot->hooks[HOOK_DNS], reason);
}

static bool read_hook_notify(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_path(value, &r->boot->arena, &r->boot->hooks[HOOK_NOTIFY], reason);
}

static bool read_hook_limit(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_count(value, BOOT_HOOK_LIMIT_S_MAX, &r->boot->hook_limit_s, reason);
}

static bool read_level(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    static const struct boot_word words[] = {
        {"debug", LOG_LEVEL_DEBUG},     {"info", LOG_LEVEL_INFO},   {"notice", LOG_LEVEL_NOTICE},
        {"warning", LOG_LEVEL_WARNING}, {"error", LOG_LEVEL_ERROR}, {NULL, 0},
    };
    (void)line;
    int level;
    if (!boot_value_word(value, words, &level, reason))
        return false;
    r->boot->log_level = (enum log_level)level;
    return true;
}

static bool read_format(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    static const struct boot_word words[] = {{"text", LOG_FORMAT_TEXT}, {"json", LOG_FORMAT_JSON}, {NULL, 0}};
    (void)line;
    int format;
    if (!boot_value_word(value, words, &format, reason))
        return false;
    r->boot->log_format = (enum log_format)format;
    return true;
}

static bool read_access_log(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    r->boot->access_log_line = line;
    r->access_log_is_off = str_eq_nocase(value, STR("off"));
    if (r->access_log_is_off)
        return true;
    if (boot_value_path(value, &r->boot->arena, &r->boot->access_log, reason))
        return true;
    return err_fix(reason, "give an absolute path, or off");
}

static bool read_access_log_format(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    static const struct boot_word words[] = {{"combined", GATEWAY_LOG_COMBINED}, {"json", GATEWAY_LOG_JSON}, {NULL, 0}};
    (void)line;
    int format;
    if (!boot_value_word(value, words, &format, reason))
        return false;
    r->boot->access_log_format = (enum gateway_log_format)format;
    return true;
}

static bool read_address(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    struct boot_listener *listener = r->listener;
    struct str rest = value;
    while (rest.data)
        if (!boot_value_endpoint(str_trim(str_cut(&rest, ',')), &r->boot->arena, listener, reason))
            return false;
    for (size_t i = 0; i < listener->endpoints_count; i++) {
        listener->endpoints[i].key = "Address";
        listener->endpoints[i].line = line;
    }
    return true;
}

static bool read_protocol(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    static const struct boot_word words[] = {
        {"http", GATEWAY_HTTP}, {"https", GATEWAY_HTTPS}, {"both", GATEWAY_BOTH}, {NULL, 0}};
    (void)line;
    int protocol;
    if (!boot_value_word(value, words, &protocol, reason))
        return false;
    r->listener->protocol = (enum gateway_protocol)protocol;
    return true;
}

static bool read_proxy_protocol(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_bool(value, &r->listener->proxy_protocol, reason);
}

static bool read_trusted_proxies(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_networks(value, &r->boot->arena, &r->listener->trusted, &r->listener->trusted_count, reason);
}

static bool read_mode(struct boot_reader *r, struct str value, unsigned line, struct err *reason)
{
    (void)line;
    return boot_value_mode(value, &r->listener->unix_mode, reason);
}

const struct boot_key boot_keys[] = {
    {"Server", "Listen Address", read_listen_address},
    {"Server", "Http Port", read_http_port},
    {"Server", "Https Port", read_https_port},
    {"Server", "Public Http Port", read_public_http_port},
    {"Server", "Public Https Port", read_public_https_port},
    {"Server", "User", read_user},
    {"Server", "Workers", read_workers},
    {"Server", "Static Root", read_static_root},
    {"Data", "Data Directory", read_data_directory},
    {"Log", "Level", read_level},
    {"Log", "Format", read_format},
    {"Log", "Access Log", read_access_log},
    {"Log", "Access Log Format", read_access_log_format},
    {"Panel", "Listen", read_panel_listen},
    {"Hooks", "Dns", read_hook_dns},
    {"Hooks", "Notify", read_hook_notify},
    {"Hooks", "Time Limit", read_hook_limit},
    {"Listener", "Address", read_address},
    {"Listener", "Protocol", read_protocol},
    {"Listener", "Proxy Protocol", read_proxy_protocol},
    {"Listener", "Trusted Proxies", read_trusted_proxies},
    {"Listener", "Mode", read_mode},
    {NULL, NULL, NULL},
};

const struct boot_key *boot_key_find(struct str section, struct str key)
{
    for (const struct boot_key *row = boot_keys; row->section; row++)
        if (str_eq_nocase(str_from(row->section), section) && str_eq_nocase(str_from(row->key), key))
            return row;
    return NULL;
}

bool boot_section_is_known(struct str section)
{
    for (const struct boot_key *row = boot_keys; row->section; row++)
        if (str_eq_nocase(str_from(row->section), section))
            return true;
    return false;
}
