/* The WebSocket handshake's arithmetic. */
#include "http/websocket.h"

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
