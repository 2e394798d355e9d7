/* The transfer. libcurl speaks SMTP; what the server said last is kept, since its words are the best explanation. */
#include "outbound/smtp.h"

#include <curl/curl.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "crypto/wipe.h"
#include "outbound/bounds.h"
#include "outbound/why.h"

/* URL, addresses and user. */
#define ROOM_SIZE_MAX 65536
/* What is quoted of a reply: its last line as far as it says anything. */
#define REPLY_SIZE 160

struct transfer {
    CURL *curl;
    const struct smtp_message *message;
    const struct deadline *deadline;
    struct arena room;
    struct curl_slist *to;
    struct str unsent;
    int64_t limit_ms;
    char reply[REPLY_SIZE];
    char error[CURL_ERROR_SIZE];
};

static bool say(char why[static SMTP_WHY_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool say(char why[static SMTP_WHY_SIZE], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(why, SMTP_WHY_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

static size_t on_text(char *data, size_t one, size_t size, void *context)
{
    struct transfer *t = context;
    struct str part = str_part(t->unsent, 0, one * size);
    if (part.size)
        memcpy(data, part.data, part.size);
    t->unsent = str_after(t->unsent, part.size);
    return part.size;
}

/* A line of the server's: visible ASCII of it, for it is input. */
static size_t on_reply(char *data, size_t one, size_t size, void *context)
{
    struct transfer *t = context;
    size_t used = 0;
    for (size_t i = 0; i < one * size && used + 1 < sizeof t->reply; i++)
        if (data[i] >= ' ' && data[i] <= '~')
            t->reply[used++] = data[i];
    t->reply[used] = '\0';
    return one * size;
}

static bool set_str(struct transfer *t, CURLoption option, struct str value)
{
    struct str text;
    return value.size == 0 ||
           (arena_str(&t->room, value, &text) && curl_easy_setopt(t->curl, option, text.data) == CURLE_OK);
}

/* libcurl has a copy of its own, which it does not let go of before its end. */
static bool set_password(struct transfer *t)
{
    struct str password = t->message->password;
    char *text = password.size ? str_dup(password) : NULL;
    bool fine = password.size == 0 || (text && curl_easy_setopt(t->curl, CURLOPT_PASSWORD, text) == CURLE_OK);
    wipe_free(text, text ? password.size : 0);
    return fine;
}

static bool set_url(struct transfer *t)
{
    const struct smtp_message *m = t->message;
    bool is_v6 = str_find(m->host, ':') < m->host.size;
    struct str url = arena_printf(&t->room, "%s://%s%.*s%s:%u/%.*s", m->security == SMTP_TLS ? "smtps" : "smtp",
                                  is_v6 ? "[" : "", STR_ARG(m->host), is_v6 ? "]" : "", m->port, STR_ARG(m->hello));
    long tls = m->security == SMTP_PLAIN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL;
    return url.data && curl_easy_setopt(t->curl, CURLOPT_URL, url.data) == CURLE_OK &&
           curl_easy_setopt(t->curl, CURLOPT_USE_SSL, tls) == CURLE_OK;
}

static bool set_addresses(struct transfer *t)
{
    for (size_t i = 0; i < t->message->to_count; i++) {
        struct str text;
        if (!arena_str(&t->room, t->message->to[i], &text))
            return false;
        struct curl_slist *more = curl_slist_append(t->to, text.data);
        if (!more)
            return false;
        t->to = more;
    }
    return set_str(t, CURLOPT_MAIL_FROM, t->message->from) &&
           curl_easy_setopt(t->curl, CURLOPT_MAIL_RCPT, t->to) == CURLE_OK;
}

static bool set_text(struct transfer *t)
{
    CURL *curl = t->curl;
    t->unsent = t->message->text;
    return curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READFUNCTION, on_text) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_READDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_reply) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_HEADERDATA, t) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, t->error) == CURLE_OK;
}

static bool explain(const struct transfer *t, CURLcode code, char why[static SMTP_WHY_SIZE])
{
    char words[WHY_SIZE];
    const struct why_seen seen = {
        .curl = t->curl, .code = code, .error = t->error, .deadline = t->deadline, .limit_ms = t->limit_ms};
    switch (code) {
    case CURLE_LOGIN_DENIED: return say(why, "refuses the user name or the password: \"%s\"", t->reply);
    case CURLE_USE_SSL_FAILED: return say(why, "offers no STARTTLS, so nothing was sent to it");
    case CURLE_SEND_ERROR:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_REMOTE_ACCESS_DENIED:
    case CURLE_RECV_ERROR:
        if (t->reply[0])
            return say(why, "does not take the message: \"%s\"", t->reply);
        break;
    default: break;
    }
    (void)why_explain(&seen, words);
    return say(why, "%s", words);
}

static bool perform(struct transfer *t, char why[static SMTP_WHY_SIZE])
{
    if (!t->curl || !set_url(t) || !set_str(t, CURLOPT_USERNAME, t->message->user) || !set_password(t) ||
        !set_addresses(t) || !bounds_set(t->curl, "smtp,smtps", t->limit_ms, t->deadline) ||
        !bounds_set_trust(t->curl, t->message->roots_pem) || !set_text(t))
        return say(why, "could not be asked: the message is too long, or memory ran out");
    CURLcode code = curl_easy_perform(t->curl);
    return code == CURLE_OK || explain(t, code, why);
}

bool smtp_send(const struct smtp_message *message, const struct deadline *deadline, char why[static SMTP_WHY_SIZE])
{
    struct transfer t = {.message = message, .deadline = deadline};
    if (message->security == SMTP_PLAIN && message->user.size)
        return say(why, "was not asked: a password is sent over TLS only");
    t.limit_ms = deadline_left_ms(deadline, SMTP_MS_DEFAULT);
    if (t.limit_ms == 0)
        return say(why, "was not asked: %s", deadline_words(deadline));
    arena_init(&t.room, ROOM_SIZE_MAX);
    t.curl = curl_easy_init();
    bool fine = perform(&t, why);
    curl_easy_cleanup(t.curl);
    curl_slist_free_all(t.to);
    arena_fini(&t.room);
    return fine;
}

/* RFC 5321 section 4.1.2: atext, and dots between. */
static bool is_local_part(struct str local)
{
    static const char others[] = "!#$%&'*+-/=?^_`{|}~";
    char before = '.';
    if (local.size == 0 || local.size > 64)
        return false;
    for (size_t i = 0; i < local.size; before = local.data[i++]) {
        char c = local.data[i], lower = str_lower_char(c);
        bool is_atext =
            (lower >= 'a' && lower <= 'z') || str_is_digit(c) || (c && memchr(others, c, sizeof others - 1));
        if (!is_atext && (c != '.' || before == '.'))
            return false;
    }
    return before != '.';
}

static bool is_label(struct str label)
{
    if (label.size == 0 || label.size > 63 || label.data[0] == '-' || label.data[label.size - 1] == '-')
        return false;
    for (size_t i = 0; i < label.size; i++) {
        char c = str_lower_char(label.data[i]);
        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-')
            return false;
    }
    return true;
}

bool smtp_address_check(struct str address, struct err *err)
{
    struct str domain = address;
    struct str local = str_cut(&domain, '@');
    bool good = address.size <= SMTP_ADDRESS_SIZE_MAX && is_local_part(local) && domain.size > 0;
    for (struct str rest = domain; good && rest.data;)
        good = is_label(str_cut(&rest, '.'));
    if (good)
        return true;
    (void)err_set(err, ERR_INPUT, "this is no mail address");
    return err_fix(err, "write it as name@example.org: without a display name, in ASCII");
}
