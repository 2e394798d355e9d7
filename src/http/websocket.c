/*
 * The WebSocket handshake's arithmetic. Between two HTTP/1.1 sides key and accept value pass through and the client
 * checks them; where the gateway made the key itself it has to check.
 */
#include "http/websocket.h"

#include "codec/base64.h"

static bool is_base64(char c)
{
    char lower = str_lower_char(c);
    return (lower >= 'a' && lower <= 'z') || str_is_digit(c) || c == '+' || c == '/';
}

bool websocket_key_is_valid(struct str key)
{
    if (key.size != WEBSOCKET_KEY_SIZE || !str_ends(key, STR("==")))
        return false;
    for (size_t i = 0; i < WEBSOCKET_KEY_SIZE - 2; i++)
        if (!is_base64(key.data[i]))
            return false;
    return true;
}

/* The text of `bytes`, which is `text_size` characters long. */
static bool write_base64(struct str bytes, char *text, size_t text_size)
{
    struct buf out;
    buf_init(&out, text_size);
    bool ok = base64_encode(BASE64_STANDARD, bytes, &out) && out.size == text_size;
    if (ok)
        memcpy(text, buf_str(&out).data, text_size);
    buf_fini(&out);
    return ok;
}

bool websocket_key_make(const uint8_t nonce[WEBSOCKET_NONCE_SIZE], char ret[WEBSOCKET_KEY_SIZE])
{
    return write_base64(str_make(nonce, WEBSOCKET_NONCE_SIZE), ret, WEBSOCKET_KEY_SIZE);
}

bool websocket_accept(struct str key, bool (*sha1)(struct str data, uint8_t *ret, struct err *err),
                      char ret[WEBSOCKET_ACCEPT_SIZE])
{
    const struct str guid = STR("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"); /* RFC 6455 section 1.3 */
    char text[WEBSOCKET_KEY_SIZE + sizeof "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"];
    uint8_t digest[WEBSOCKET_SHA1_SIZE];
    if (!websocket_key_is_valid(key))
        return false;
    memcpy(text, key.data, key.size);
    memcpy(text + key.size, guid.data, guid.size);
    return sha1(str_make(text, key.size + guid.size), digest, NULL) &&
           write_base64(str_make(digest, sizeof digest), ret, WEBSOCKET_ACCEPT_SIZE);
}

static size_t count_of(const struct http_field *fields, size_t count, enum http_field_id id)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++)
        found += fields[i].id == id;
    return found;
}

static void drop(struct http_field *fields, size_t count, enum http_field_id id)
{
    for (size_t i = 0; i < count; i++)
        if (fields[i].id == id)
            fields[i].hop_by_hop = true;
}

bool websocket_request_from_h2(struct http_request *request)
{
    struct http_field *fields = request->fields;
    size_t count = request->fields_count;
    const struct http_field *version = http_field_find(fields, count, HTTP_FIELD_SEC_WEBSOCKET_VERSION);
    if (request->method != HTTP_METHOD_CONNECT || count_of(fields, count, HTTP_FIELD_SEC_WEBSOCKET_VERSION) != 1 ||
        !str_eq(version->value, STR("13")))
        return false;
    drop(fields, count, HTTP_FIELD_SEC_WEBSOCKET_KEY);
    drop(fields, count, HTTP_FIELD_SEC_WEBSOCKET_ACCEPT);
    drop(fields, count, HTTP_FIELD_CONTENT_LENGTH);
    drop(fields, count, HTTP_FIELD_EXPECT);
    request->method = HTTP_METHOD_GET;
    request->method_text = STR("GET");
    request->framing = HTTP_FRAMING_NONE;
    request->expect_continue = false;
    request->websocket = true;
    return true;
}

bool websocket_response_to_h2(struct http_response *response, struct str accept)
{
    struct http_field *fields = response->fields;
    size_t count = response->fields_count;
    const struct http_field *said = http_field_find(fields, count, HTTP_FIELD_SEC_WEBSOCKET_ACCEPT);
    if (!response->websocket || count_of(fields, count, HTTP_FIELD_SEC_WEBSOCKET_ACCEPT) != 1 ||
        !str_eq(said->value, accept))
        return false;
    drop(fields, count, HTTP_FIELD_SEC_WEBSOCKET_ACCEPT);
    response->status = 200;
    response->reason = STR("");
    response->framing = HTTP_FRAMING_STREAM;
    return true;
}
