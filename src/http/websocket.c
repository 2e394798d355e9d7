/*
 * The WebSocket handshake's arithmetic. Between two HTTP/1.1 sides key and accept value pass through and the client
 * checks them; where the gateway made the key itself it has to check.
 */
#include "http/websocket.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

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

/* Base64 with padding (RFC 4648 section 4); `ret` has room for four characters for every three bytes begun. */
static void write_base64(const uint8_t *bytes, size_t size, char *ret)
{
    for (size_t i = 0; i < size; i += 3) {
        size_t have = size - i < 3 ? size - i : 3;
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= have > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= have > 2 ? bytes[i + 2] : 0;
        *ret++ = alphabet[group >> 18];
        *ret++ = alphabet[group >> 12 & 63];
        *ret++ = have > 1 ? alphabet[group >> 6 & 63] : '=';
        *ret++ = have > 2 ? alphabet[group & 63] : '=';
    }
}

void websocket_key_make(const uint8_t nonce[WEBSOCKET_NONCE_SIZE], char ret[WEBSOCKET_KEY_SIZE])
{
    write_base64(nonce, WEBSOCKET_NONCE_SIZE, ret);
}

bool websocket_accept(struct str key, bool (*sha1)(struct str data, uint8_t ret[WEBSOCKET_SHA1_SIZE]),
                      char ret[WEBSOCKET_ACCEPT_SIZE])
{
    const struct str guid = STR("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"); /* RFC 6455 section 1.3 */
    char text[WEBSOCKET_KEY_SIZE + sizeof "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"];
    uint8_t digest[WEBSOCKET_SHA1_SIZE];
    if (!websocket_key_is_valid(key))
        return false;
    memcpy(text, key.data, key.size);
    memcpy(text + key.size, guid.data, guid.size);
    if (!sha1(str_make(text, key.size + guid.size), digest))
        return false;
    write_base64(digest, sizeof digest, ret);
    return true;
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
