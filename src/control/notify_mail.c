/* Head, then the text of each notification. */
#include "control/notify_mail.h"

#include "codec/base64.h"
#include "codec/date.h"
#include "codec/json.h"
#include "control/notify_words.h"

/* RFC 2045 section 6.7: a line of quoted-printable, with its soft break. */
#define LINE_SIZE_MAX 76
/* Running text is wrapped before it is encoded. */
#define TEXT_WIDTH 72
/* RFC 2047 section 2: an encoded word has at most 75 characters; 45 bytes are 60 in Base64, and 12 around them. */
#define WORD_SIZE_MAX 45

/* ---- the text, before it is encoded ---- */

static void put_wrapped(struct buf *text, struct str words)
{
    size_t column = 0;
    for (struct str rest = words; rest.data;) {
        struct str word = str_cut(&rest, ' ');
        if (word.size == 0)
            continue;
        if (column && column + 1 + word.size > TEXT_WIDTH) {
            (void)buf_put_char(text, '\n');
            column = 0;
        }
        if (column)
            (void)buf_put_char(text, ' ');
        (void)buf_put_str(text, word);
        column += word.size + (column ? 1 : 0);
    }
    if (column)
        (void)buf_put_char(text, '\n');
}

static struct str member(const json_t *json, const char *name)
{
    const json_t *value = json_object_get(json, name);
    return json_is_string(value) ? str_make(json_string_value(value), json_string_length(value)) : STR("");
}

static void put_paragraph(struct buf *text, const char *title, struct str words)
{
    if (words.size == 0)
        return;
    (void)buf_put_char(text, '\n');
    if (title)
        (void)buf_printf(text, "%s\n", title);
    put_wrapped(text, words);
}

static void put_lines(struct buf *text, const json_t *lines)
{
    if (json_array_size(lines))
        (void)buf_put_char(text, '\n');
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const char *line = json_string_value(json_array_get(lines, i));
        (void)buf_printf(text, "%s\n", line ? line : "");
    }
}

static void put_one(struct buf *text, const json_t *json)
{
    put_wrapped(text, member(json, "subject"));
    put_paragraph(text, NULL, member(json, "happened"));
    put_paragraph(text, NULL, member(json, "balance"));
    put_lines(text, json_object_get(json, "lines"));
    put_paragraph(text, "What it means:", member(json, "meaning"));
    put_paragraph(text, "What to do:", member(json, "advice"));
}

static void put_foot(struct buf *text, const struct notify_mail *mail)
{
    (void)buf_printf(text, "\n-- \nStrictgate on %.*s, channel %.*s\n", STR_ARG(mail->host),
                     STR_ARG(mail->channel->name));
}

static bool put_text(const struct notify_mail *mail, json_t *const *contents, struct buf *text)
{
    for (size_t i = 0; i < mail->count; i++) {
        if (i)
            (void)buf_put_str(text, STR("\n----------------------------------------\n\n"));
        put_one(text, contents[i]);
    }
    put_foot(text, mail);
    return buf_ok(text);
}

/* ---- quoted-printable ---- */

static bool is_plain(char c, bool is_last)
{
    return (c >= '!' && c <= '~' && c != '=') || (c == ' ' && !is_last);
}

static void put_encoded_line(struct str line, struct buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t column = 0;
    for (size_t i = 0; i < line.size; i++) {
        unsigned char c = (unsigned char)line.data[i];
        bool plain = is_plain(line.data[i], i + 1 == line.size);
        size_t size = plain ? 1 : 3;
        if (column + size > LINE_SIZE_MAX - 1) {
            (void)buf_put_str(out, STR("=\r\n"));
            column = 0;
        }
        if (plain)
            (void)buf_put_char(out, (char)c);
        else
            (void)buf_printf(out, "=%c%c", digits[c >> 4], digits[c & 15]);
        column += size;
    }
    (void)buf_put_str(out, STR("\r\n"));
}

static void put_encoded(struct str text, struct buf *out)
{
    for (struct str rest = text; rest.size;)
        put_encoded_line(str_cut(&rest, '\n'), out);
}

/* ---- the head ---- */

static bool is_visible(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < ' ' || text.data[i] > '~')
            return false;
    return true;
}

/* As many bytes of whole characters as an encoded word holds. */
static size_t word_size(struct str text)
{
    size_t size = text.size < WORD_SIZE_MAX ? text.size : WORD_SIZE_MAX;
    while (size < text.size && size > WORD_SIZE_MAX - 4 && ((unsigned char)text.data[size] & 0xc0) == 0x80)
        size--;
    return size;
}

/* The value of a field that may hold any text (RFC 2047). */
static void put_unstructured(struct str text, struct buf *out)
{
    if (is_visible(text)) {
        (void)buf_put_str(out, text);
        return;
    }
    for (struct str rest = text; rest.size;) {
        size_t size = word_size(rest);
        (void)buf_put_str(out, rest.data == text.data ? STR("=?utf-8?B?") : STR("\r\n =?utf-8?B?"));
        (void)base64_encode(BASE64_STANDARD, str_part(rest, 0, size), out);
        (void)buf_put_str(out, STR("?="));
        rest = str_after(rest, size);
    }
}

/* Whose subject stands for all: the most severe one, the first of several. */
static size_t worst(const struct notify_mail *mail)
{
    size_t at = 0;
    for (size_t i = 1; i < mail->count; i++)
        if (mail->notifications[i].severity > mail->notifications[at].severity)
            at = i;
    return at;
}

static void put_subject(const struct notify_mail *mail, json_t *const *contents, struct buf *out)
{
    struct buf subject;
    size_t at = worst(mail);
    enum notify_severity severity = mail->notifications[at].severity;
    buf_init(&subject, 2 * NOTIFY_SUBJECT_SIZE_MAX);
    (void)buf_put_str(&subject, STR("[Strictgate] "));
    if (severity != NOTIFY_INFO)
        (void)buf_printf(&subject, "%s: ", notify_severity_names[severity]);
    (void)buf_put_str(&subject, member(contents[at], "subject"));
    if (mail->count > 1)
        (void)buf_printf(&subject, " (and %zu more)", mail->count - 1);
    (void)buf_put_str(out, STR("Subject: "));
    put_unstructured(buf_str(&subject), out);
    (void)buf_put_str(out, STR("\r\n"));
    buf_fini(&subject);
}

static struct str domain_of(struct str address)
{
    return str_after(address, str_find(address, '@') + 1);
}

/* Obsolete zone names are left to others: "+0000" (RFC 5322 section 3.3). */
static void put_date(int64_t at_s, struct buf *out)
{
    char room[DATE_IMF_SIZE];
    (void)buf_printf(out, "Date: %.*s+0000\r\n", STR_ARG(str_part(date_write_imf(at_s, room), 0, DATE_IMF_SIZE - 3)));
}

static void put_head(const struct notify_mail *mail, json_t *const *contents, struct buf *out)
{
    const struct notify_channel *c = mail->channel;
    struct str domain = domain_of(c->from);
    put_date(mail->at_s, out);
    (void)buf_printf(out, "From: Strictgate <%.*s>\r\n", STR_ARG(c->from));
    for (size_t i = 0; i < c->to_count; i++)
        (void)buf_printf(out, "%s<%.*s>", i ? ",\r\n " : "To: ", STR_ARG(c->to[i]));
    (void)buf_put_str(out, STR("\r\n"));
    put_subject(mail, contents, out);
    (void)buf_printf(out, "Message-ID: <%.*s.%.*s@%.*s>\r\n", STR_ARG(mail->notifications[mail->count - 1].key),
                     STR_ARG(c->name), STR_ARG(domain));
    (void)buf_printf(out, "List-Id: <%.*s.strictgate.%.*s>\r\n", STR_ARG(c->name), STR_ARG(domain));
    (void)buf_put_str(out, STR("Auto-Submitted: auto-generated\r\n")); /* RFC 3834 section 5 */
    (void)buf_put_str(out, STR("X-Auto-Response-Suppress: All\r\n"));
    if (mail->notifications[worst(mail)].severity == NOTIFY_CRITICAL)
        (void)buf_put_str(out, STR("Importance: high\r\n"));
    (void)buf_put_str(out, STR("MIME-Version: 1.0\r\n"
                               "Content-Type: text/plain; charset=utf-8\r\n"
                               "Content-Transfer-Encoding: quoted-printable\r\n\r\n"));
}

static bool write_all(const struct notify_mail *mail, json_t *const *contents, struct buf *out, struct err *err)
{
    struct buf text;
    buf_init(&text, NOTIFY_MAIL_SIZE_MAX / 4);
    bool fine = put_text(mail, contents, &text);
    put_head(mail, contents, out);
    put_encoded(buf_str(&text), out);
    buf_fini(&text);
    return (fine && buf_ok(out)) || err_memory(err);
}

bool notify_mail_write(const struct notify_mail *mail, struct buf *out, struct err *err)
{
    json_t *contents[NOTIFY_MAIL_COUNT_MAX] = {NULL};
    bool fine = mail->count > 0 && mail->count <= NOTIFY_MAIL_COUNT_MAX;
    for (size_t i = 0; fine && i < mail->count; i++)
        fine = json_parse(mail->notifications[i].content, &contents[i], err);
    fine = fine && write_all(mail, contents, out, err);
    for (size_t i = 0; i < NOTIFY_MAIL_COUNT_MAX; i++)
        json_decref(contents[i]);
    return fine;
}
