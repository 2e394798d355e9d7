/* Channels from JSON and back. */
#include "control/notify_channel.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "codec/name.h"
#include "crypto/root.h"
#include "outbound/webhook.h"
#include "store/members.h"

#define CHANNEL_SIZE_MAX (2 * NOTIFY_ROOTS_SIZE_MAX + 65536)
#define ALL_EVENTS       ((1u << NOTIFY_CHOICE_COUNT) - 1)

const char *const notify_channel_kind_names[] = {
    [NOTIFY_EMAIL] = "email", [NOTIFY_WEBHOOK] = "webhook", [NOTIFY_SYSLOG] = "syslog", [NOTIFY_HOOK] = "hook", NULL};

static const char *const security_names[] = {
    [SMTP_STARTTLS] = "starttls", [SMTP_TLS] = "tls", [SMTP_PLAIN] = "none", NULL};
/* RFC 6409, RFC 8314, RFC 5321 */
static const uint16_t security_ports[] = {[SMTP_STARTTLS] = 587, [SMTP_TLS] = 465, [SMTP_PLAIN] = 25};

/* RFC 5424 table 1; the numbers without a name of their own are of no use here. */
static const char *const facility_names[] = {"kern",   "user",   "mail",   "daemon",   "auth",   "syslog", "lpr",
                                             "news",   "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",
                                             "alert",  "clock",  "local0", "local1",   "local2", "local3", "local4",
                                             "local5", "local6", "local7", NULL};
#define FACILITY_DAEMON 3

#define COMMON "name", "kind", "events", "severity", "digest_hour"
static const char *const email_members[] = {COMMON, "host", "port",      "security", "user",
                                            "from", "to",   "roots_pem", NULL};
static const char *const webhook_members[] = {COMMON, "url", "roots_pem", NULL};
static const char *const syslog_members[] = {COMMON, "facility", NULL};
static const char *const hook_members[] = {COMMON, NULL}; /* which program it is, the boot file says */

static bool copy(struct notify_channel *c, struct str value, struct str *ret, struct err *err)
{
    return arena_str(&c->arena, value, ret) || err_memory(err);
}

static bool is_name(struct str name)
{
    if (name.size == 0 || name.size > NOTIFY_NAME_SIZE_MAX || name.data[name.size - 1] == '-')
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char c = name.data[i];
        bool is_letter = c >= 'a' && c <= 'z';
        if (!is_letter && (i == 0 || (!str_is_digit(c) && c != '-')))
            return false;
    }
    return true;
}

static bool read_name(struct notify_channel *c, const json_t *json, struct err *err)
{
    struct str name = {NULL, 0};
    if (!members_str(json, "", "name", NOTIFY_NAME_SIZE_MAX, &name, err))
        return false;
    if (is_name(name))
        return copy(c, name, &c->name, err);
    (void)err_field(err, "name", "a channel needs a name of lower-case letters, digits and hyphens");
    return err_fix(err, "for example \"ops\" or \"mail-to-anna\", at most %d characters", NOTIFY_NAME_SIZE_MAX);
}

static bool read_event(const json_t *value, size_t at, uint32_t *events, struct err *err)
{
    char field[MEMBERS_PATH_SIZE];
    for (uint32_t i = 0; i < NOTIFY_CHOICE_COUNT; i++)
        if (json_is_string(value) && strcmp(json_string_value(value), notify_kind_names[i]) == 0) {
            *events |= 1u << i;
            return true;
        }
    (void)snprintf(field, sizeof field, "events[%zu]", at);
    (void)err_field(err, field, "there is no event \"%.40s\"", json_is_string(value) ? json_string_value(value) : "");
    return err_fix(err, "one of: obtained, renewed, served, failing, expiring, mismatch, clock, drawer, check, "
                        "subdomains, held, in_clear");
}

static bool read_events(struct notify_channel *c, const json_t *json, struct err *err)
{
    const json_t *list = NULL;
    size_t count = 0;
    if (!members_array(json, "", "events", NOTIFY_CHOICE_COUNT, &list, &count, err))
        return false;
    c->events = list ? 0 : ALL_EVENTS;
    for (size_t i = 0; i < count; i++)
        if (!read_event(json_array_get(list, i), i, &c->events, err))
            return false;
    return c->events != 0 || err_field(err, "events", "at least one event is needed; leave it out for all");
}

static bool read_digest(struct notify_channel *c, const json_t *json, struct err *err)
{
    int64_t hour = NOTIFY_DIGEST_OFF;
    if (!members_i64(json, "", "digest_hour", 0, 23, &hour, err))
        return false;
    c->digest_hour = (int)hour;
    return true;
}

static bool read_common(struct notify_channel *c, const json_t *json, struct err *err)
{
    uint32_t severity = NOTIFY_WARNING;
    if (!read_name(c, json, err) || !read_events(c, json, err) ||
        !members_choice(json, "", "severity", notify_severity_names, &severity, err) || !read_digest(c, json, err))
        return false;
    c->severity = (enum notify_severity)severity;
    return true;
}

static bool read_roots(struct notify_channel *c, const json_t *json, int64_t now_s, struct err *err)
{
    struct str pem = {NULL, 0};
    struct root root;
    struct err why = {0};
    if (!members_str(json, "", "roots_pem", NOTIFY_ROOTS_SIZE_MAX, &pem, err))
        return err_fix(err, "give the one PEM certificate of the root itself");
    if (pem.size == 0 || now_s == 0)
        return pem.size == 0 || copy(c, pem, &c->roots_pem, err);
    if (root_read(pem, now_s, &c->arena, &root, &why)) {
        c->roots_pem = root.pem;
        return true;
    }
    (void)err_field(err, "roots_pem", "%s", why.text);
    return err_fix(err, "%s", why.fix);
}

static bool is_loopback(struct str host)
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    if (str_eq_nocase(host, STR("localhost")))
        return true;
    if (host.size == 0 || host.size >= sizeof text)
        return false;
    memcpy(text, host.data, host.size);
    text[host.size] = '\0';
    if (inet_pton(AF_INET, text, &v4) == 1)
        return ntohl(v4.s_addr) >> 24 == 127;
    return inet_pton(AF_INET6, text, &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

static bool read_host(struct notify_channel *c, const json_t *json, struct err *err)
{
    struct str typed = {NULL, 0};
    struct name name;
    if (!members_str(json, "", "host", NAME_SIZE_MAX, &typed, err))
        return false;
    if (typed.size == 0) {
        (void)err_field(err, "host", "a mail server is needed");
        return err_fix(err, "the server that takes your mail, for example smtp.example.org");
    }
    if (!name_read(typed, "host", &name, err))
        return err_fix(err, "give its name alone, such as smtp.example.org, without a scheme; the port is apart");
    if (name.kind == NAME_WILDCARD)
        return err_field(err, "host", "a wildcard is no mail server");
    return copy(c, name_in_certificate(name_str(&name)), &c->host, err);
}

static bool check_plain(const struct notify_channel *c, struct err *err)
{
    if (c->security != SMTP_PLAIN || (is_loopback(c->host) && c->user.size == 0))
        return true;
    (void)err_field(err, "security", "mail goes without TLS only to a server on this machine, and without a password");
    return err_fix(err, "use starttls (usually port 587) or tls (usually port 465)");
}

static bool read_server(struct notify_channel *c, const json_t *json, struct err *err)
{
    uint32_t security = SMTP_STARTTLS, port;
    if (!read_host(c, json, err) || !members_choice(json, "", "security", security_names, &security, err))
        return false;
    c->security = (enum smtp_security)security;
    port = security_ports[security];
    if (!members_u32(json, "", "port", 1, 65535, &port, err))
        return false;
    c->port = (uint16_t)port;
    return true;
}

/* Neither can hold what would end a line of SMTP; libcurl encodes both in the end, but nobody has such a name. */
static bool read_user(struct notify_channel *c, const json_t *json, struct err *err)
{
    struct str user = {NULL, 0};
    if (!members_str(json, "", "user", NOTIFY_USER_SIZE_MAX, &user, err))
        return false;
    for (size_t i = 0; i < user.size; i++)
        if ((unsigned char)user.data[i] < 0x20 || user.data[i] == 0x7f)
            return err_field(err, "user", "the name has a line's end or another control character in it");
    return user.size == 0 || copy(c, user, &c->user, err);
}

static bool take_address(struct notify_channel *c, const char *field, const json_t *value, struct str *ret,
                         struct err *err)
{
    struct err why = {0};
    struct str address =
        json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : (struct str){NULL, 0};
    if (smtp_address_check(address, &why))
        return copy(c, address, ret, err);
    if (address.size)
        (void)err_field(err, field, "%s: \"%.*s\"", why.text, STR_ARG(str_part(address, 0, 100)));
    else
        (void)err_field(err, field, "an address is needed");
    return err_fix(err, "%s", why.fix);
}

static bool read_addresses(struct notify_channel *c, const json_t *json, struct err *err)
{
    const json_t *list = NULL;
    if (!take_address(c, "from", json_object_get(json, "from"), &c->from, err) ||
        !members_array(json, "", "to", NOTIFY_TO_COUNT_MAX, &list, &c->to_count, err))
        return false;
    if (c->to_count == 0) {
        (void)err_field(err, "to", "at least one address is needed");
        return err_fix(err, "who is to get the mails: name@example.org");
    }
    c->to = arena_zalloc(&c->arena, c->to_count * sizeof *c->to);
    if (!c->to)
        return err_memory(err);
    for (size_t i = 0; i < c->to_count; i++) {
        char field[MEMBERS_PATH_SIZE];
        (void)snprintf(field, sizeof field, "to[%zu]", i);
        if (!take_address(c, field, json_array_get(list, i), &c->to[i], err))
            return false;
    }
    return true;
}

/* What only channels of another kind have is told as that. */
static bool check_members(const struct notify_channel *c, const json_t *json, const char *const *allowed,
                          struct err *err)
{
    static const char *const *const all[] = {email_members, webhook_members, syslog_members};
    static const char *const secrets[] = {"password", "secret", NULL};
    if (members_only(json, "", allowed, err))
        return true;
    struct str member = str_from(err ? err->field : "");
    bool known = notify_number_of(member, secrets) || str_eq(member, str_from(secrets[0]));
    for (size_t i = 0; !known && i < sizeof all / sizeof *all; i++)
        for (size_t k = 0; !known && all[i][k]; k++)
            known = str_eq(member, str_from(all[i][k]));
    if (!known)
        return false;
    char field[sizeof err->field];
    (void)snprintf(field, sizeof field, "%.*s", STR_ARG(member));
    (void)err_field(err, field, "a channel of kind %s has none", notify_channel_kind_names[c->kind]);
    return err_fix(err, "leave it out, or choose the kind of channel that has it");
}

static bool read_email(struct notify_channel *c, const json_t *json, int64_t now_s, struct err *err)
{
    return check_members(c, json, email_members, err) && read_server(c, json, err) && read_user(c, json, err) &&
           check_plain(c, err) && read_addresses(c, json, err) && read_roots(c, json, now_s, err);
}

static bool read_webhook(struct notify_channel *c, const json_t *json, int64_t now_s, struct err *err)
{
    struct str url = {NULL, 0}, host;
    struct err why = {0};
    if (!check_members(c, json, webhook_members, err) || !members_str(json, "", "url", WEBHOOK_URL_SIZE_MAX, &url, err))
        return false;
    if (!webhook_url_check(url, &host, &why)) {
        (void)err_field(err, "url", "%s", why.text);
        return err_fix(err, "%s", why.fix);
    }
    return copy(c, url, &c->url, err) && read_roots(c, json, now_s, err);
}

static bool read_syslog(struct notify_channel *c, const json_t *json, struct err *err)
{
    c->facility = FACILITY_DAEMON;
    return check_members(c, json, syslog_members, err) &&
           members_choice(json, "", "facility", facility_names, &c->facility, err);
}

static bool read_kind(struct notify_channel *c, const json_t *json, int64_t now_s, struct err *err)
{
    uint32_t kind = UINT32_MAX;
    if (!members_choice(json, "", "kind", notify_channel_kind_names, &kind, err))
        return false;
    if (kind == UINT32_MAX)
        return err_field(err, "kind", "one of these is needed here: email, webhook, syslog, hook");
    c->kind = (enum notify_channel_kind)kind;
    switch (c->kind) {
    case NOTIFY_EMAIL: return read_email(c, json, now_s, err);
    case NOTIFY_WEBHOOK: return read_webhook(c, json, now_s, err);
    case NOTIFY_HOOK: return check_members(c, json, hook_members, err);
    case NOTIFY_SYSLOG: break;
    }
    return read_syslog(c, json, err);
}

bool notify_channel_read(const json_t *json, int64_t now_s, struct notify_channel **ret, struct err *err)
{
    struct notify_channel *c = calloc(1, sizeof *c);
    if (!c)
        return err_memory(err);
    arena_init(&c->arena, CHANNEL_SIZE_MAX);
    if (json_is_object(json) ? read_kind(c, json, now_s, err) && read_common(c, json, err)
                             : err_set(err, ERR_INPUT, "a JSON object is needed")) {
        *ret = c;
        return true;
    }
    notify_channel_free(c);
    return false;
}

void notify_channel_free(struct notify_channel *channel)
{
    if (!channel)
        return;
    arena_fini(&channel->arena);
    free(channel);
}

static void write_email(const struct notify_channel *c, struct jsonout *out)
{
    jsonout_str(out, "host", c->host);
    jsonout_u64(out, "port", c->port);
    jsonout_str(out, "security", str_from(security_names[c->security]));
    if (c->user.size)
        jsonout_str(out, "user", c->user);
    jsonout_str(out, "from", c->from);
    jsonout_array(out, "to");
    for (size_t i = 0; i < c->to_count; i++)
        jsonout_str(out, NULL, c->to[i]);
    jsonout_array_end(out);
}

void notify_channel_write(const struct notify_channel *c, struct jsonout *out)
{
    jsonout_str(out, "name", c->name);
    jsonout_str(out, "kind", str_from(notify_channel_kind_names[c->kind]));
    jsonout_array(out, "events");
    for (uint32_t i = 0; i < NOTIFY_CHOICE_COUNT; i++)
        if (c->events >> i & 1)
            jsonout_str(out, NULL, str_from(notify_kind_names[i]));
    jsonout_array_end(out);
    jsonout_str(out, "severity", str_from(notify_severity_names[c->severity]));
    if (c->digest_hour != NOTIFY_DIGEST_OFF)
        jsonout_i64(out, "digest_hour", c->digest_hour);
    switch (c->kind) {
    case NOTIFY_EMAIL: write_email(c, out); break;
    case NOTIFY_WEBHOOK: jsonout_str(out, "url", c->url); break;
    case NOTIFY_SYSLOG: jsonout_str(out, "facility", str_from(facility_names[c->facility])); break;
    case NOTIFY_HOOK: break;
    }
    if (c->roots_pem.size)
        jsonout_str(out, "roots_pem", c->roots_pem);
}

struct str notify_channel_place(const struct notify_channel *channel)
{
    struct str host = STR("the webhook");
    switch (channel->kind) {
    case NOTIFY_EMAIL: return channel->host;
    case NOTIFY_WEBHOOK: (void)!webhook_url_check(channel->url, &host, NULL); return host;
    case NOTIFY_HOOK: return STR("the hook");
    case NOTIFY_SYSLOG: break;
    }
    return STR("the system's log");
}

bool notify_channel_wants(const struct notify_channel *channel, enum notify_kind kind, enum notify_severity severity)
{
    return severity >= channel->severity && (channel->events >> kind & 1);
}

bool notify_channel_keeps_secret(const struct notify_channel *before, const struct notify_channel *after)
{
    return before->kind != NOTIFY_EMAIL ||
           (str_eq(before->host, after->host) && before->port == after->port && str_eq(before->user, after->user));
}
