/* Over https.h. */
#include "outbound/webhook.h"

#include <stdio.h>

#include "crypto/digest.h"
#include "crypto/mac.h"
#include "outbound/https.h"

/* The largest body, with room for the timestamp. */
#define SIGNED_SIZE_MAX ((size_t)1 << 20)

bool webhook_sign(struct str secret, int64_t at_s, struct str body, char ret[static WEBHOOK_SIGNATURE_SIZE],
                  struct err *err)
{
    uint8_t mac[MAC_SIZE_MAX];
    struct buf text;
    buf_init(&text, SIGNED_SIZE_MAX);
    bool fine = (buf_printf(&text, "%lld.", (long long)at_s) && buf_put_str(&text, body)) || err_memory(err);
    fine = fine && mac_make(MAC_SHA256, secret, buf_str(&text), mac, err);
    buf_fini(&text);
    if (!fine)
        return false;
    memcpy(ret, "v1=", 3);
    digest_hex(mac, mac_size(MAC_SHA256), ret + 3);
    return true;
}

static enum webhook_outcome judge(const struct https_answer *answer, char why[static WEBHOOK_WHY_SIZE])
{
    if (answer->outcome != HTTPS_OK) {
        (void)snprintf(why, WEBHOOK_WHY_SIZE, "%s", answer->why);
        return WEBHOOK_FAILED;
    }
    if (answer->status >= 200 && answer->status < 300)
        return WEBHOOK_DELIVERED;
    (void)snprintf(why, WEBHOOK_WHY_SIZE,
                   answer->status == 410 ? "answers with status %u (Gone): it wants no more messages"
                   : answer->status >= 300 && answer->status < 400
                       ? "answers with status %u: redirects are not followed"
                       : "answers with status %u",
                   answer->status);
    return answer->status == 410 ? WEBHOOK_GONE : WEBHOOK_FAILED;
}

enum webhook_outcome webhook_send(const struct webhook_message *message, const struct deadline *deadline,
                                  char why[static WEBHOOK_WHY_SIZE])
{
    char signature[WEBHOOK_SIGNATURE_SIZE], moment[STR_U64_SIZE];
    struct err err = {0};
    struct https_answer answer;
    if (!webhook_sign(message->secret, message->at_s, message->body, signature, &err)) {
        (void)snprintf(why, WEBHOOK_WHY_SIZE, "was not asked: %.250s", err.text);
        return WEBHOOK_FAILED;
    }
    const struct head_field fields[] = {
        {STR_INIT("Content-Type"), STR_INIT("application/json")},
        {STR_INIT("Strictgate-Id"), message->id},
        {STR_INIT("Strictgate-Timestamp"), str_from_u64((uint64_t)message->at_s, moment)},
        {STR_INIT("Strictgate-Signature"), str_from(signature)},
    };
    const struct https_request request = {.method = HTTPS_POST,
                                          .url = message->url,
                                          .fields = fields,
                                          .fields_count = sizeof fields / sizeof *fields,
                                          .body = message->body,
                                          .roots_pem = message->roots_pem,
                                          .body_size_max = WEBHOOK_ANSWER_SIZE_MAX,
                                          .limit_ms = WEBHOOK_MS_MAX};
    (void)https_ask(&request, deadline, &answer);
    enum webhook_outcome outcome = judge(&answer, why);
    https_answer_fini(&answer);
    return outcome;
}

static bool refuse(struct err *err, const char *why)
{
    (void)err_set(err, ERR_INPUT, "%s", why);
    return err_fix(err, "write it as https://hooks.example.org/path?query");
}

static bool is_visible(struct str text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] <= ' ' || text.data[i] > '~' || memchr("\"<>\\^`{|}", text.data[i], 9))
            return false;
    return true;
}

/* The port of "host:port" or "[v6]:port" is cut off; false when it is no port. */
static bool cut_port(struct str *host)
{
    size_t colon = str_find_last(*host, ':');
    uint64_t port = 0;
    if (colon == host->size || host->data[host->size - 1] == ']')
        return true;
    if (!str_to_u64(str_after(*host, colon + 1), 65535, &port) || port == 0)
        return false;
    *host = str_part(*host, 0, colon);
    return true;
}

bool webhook_url_check(struct str url, struct str *ret_host, struct err *err)
{
    static const char scheme[] = "https://";
    if (url.size > WEBHOOK_URL_SIZE_MAX)
        return refuse(err, "the URL is too long");
    if (!str_eq_nocase(str_part(url, 0, sizeof scheme - 1), str_from(scheme)))
        return refuse(err, "a webhook is called over https only");
    if (!is_visible(url))
        return refuse(err, "the URL has characters that a URL cannot have");
    struct str rest = str_after(url, sizeof scheme - 1);
    size_t end = str_find(rest, '/'), query = str_find(rest, '?');
    struct str host = str_part(rest, 0, end < query ? end : query);
    if (str_find(url, '#') < url.size)
        return refuse(err, "the URL has a fragment, which is never sent");
    if (str_find(host, '@') < host.size)
        return refuse(err, "the URL has a user in it, and would show the password to everybody who sees it");
    if (!cut_port(&host) || host.size == 0 || host.size > 253)
        return refuse(err, "the URL names no host, or no port that there is");
    *ret_host = host;
    return true;
}
