/* RFC 4226's truncation over an HMAC of the step's number. */
#include "crypto/totp.h"

#include <stdio.h>

#include "crypto/mac.h"
#include "crypto/random.h"
#include "crypto/wipe.h"

#define CODES_COUNT 1000000U /* 10 to the power of TOTP_DIGITS */

bool totp_secret_make(uint8_t ret[static TOTP_SECRET_SIZE], struct err *err)
{
    return random_bytes(ret, TOTP_SECRET_SIZE, err);
}

bool totp_code(const uint8_t secret[static TOTP_SECRET_SIZE], int64_t step, char ret[static TOTP_DIGITS + 1],
               struct err *err)
{
    uint8_t counter[8], mac[MAC_SIZE_MAX];
    for (int i = 0; i < 8; i++)
        counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
    if (!mac_make(MAC_SHA1, str_make(secret, TOTP_SECRET_SIZE), str_make(counter, sizeof counter), mac, err))
        return false;
    const uint8_t *at = mac + (mac[19] & 15);
    uint32_t value = ((uint32_t)(at[0] & 127) << 24) | ((uint32_t)at[1] << 16) | ((uint32_t)at[2] << 8) | at[3];
    (void)snprintf(ret, TOTP_DIGITS + 1, "%06u", (unsigned)(value % CODES_COUNT));
    wipe_bytes(mac, sizeof mac);
    return true;
}

/* The digits without the blanks between them; false when it is anything else. */
static bool read_code(struct str code, char ret[static TOTP_DIGITS])
{
    size_t count = 0;
    for (size_t i = 0; i < code.size; i++) {
        if (code.data[i] == ' ')
            continue;
        if (!str_is_digit(code.data[i]) || count == TOTP_DIGITS)
            return false;
        ret[count++] = code.data[i];
    }
    return count == TOTP_DIGITS;
}

bool totp_check(const uint8_t secret[static TOTP_SECRET_SIZE], struct str code, int64_t now_s, int64_t last_step,
                int64_t *ret_step)
{
    char given[TOTP_DIGITS], expected[TOTP_DIGITS + 1];
    int64_t now = now_s / TOTP_STEP_S, found = -1;
    if (now_s < 0 || !read_code(code, given))
        return false;
    for (int64_t step = now - TOTP_STEPS_AROUND; step <= now + TOTP_STEPS_AROUND; step++) {
        if (!totp_code(secret, step, expected, NULL))
            return false;
        bool same = mac_equal((const uint8_t *)given, (const uint8_t *)expected, TOTP_DIGITS);
        found = same && step > last_step ? step : found;
    }
    wipe_bytes(expected, sizeof expected);
    if (found < 0)
        return false;
    *ret_step = found;
    return true;
}

bool totp_write_secret(const uint8_t secret[static TOTP_SECRET_SIZE], struct buf *out)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    _Static_assert(TOTP_SECRET_SIZE % 5 == 0, "Base32 without padding");
    for (size_t i = 0; i < TOTP_SECRET_SIZE; i += 5) {
        uint64_t group = 0;
        for (size_t k = 0; k < 5; k++)
            group = group << 8 | secret[i + k];
        for (int shift = 35; shift >= 0; shift -= 5)
            if (!buf_put_char(out, letters[group >> shift & 31]))
                return false;
    }
    return true;
}

/* Percent-encoded but for the unreserved characters (RFC 3986 section 2.3). */
static void put_encoded(struct str text, struct buf *out)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i], low = str_lower_char(c);
        if ((low >= 'a' && low <= 'z') || str_is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~')
            (void)buf_put_char(out, c);
        else
            (void)buf_printf(out, "%%%02X", (unsigned)(uint8_t)c);
    }
}

bool totp_write_uri(const uint8_t secret[static TOTP_SECRET_SIZE], struct str issuer, struct str account,
                    struct buf *out)
{
    (void)buf_put_str(out, STR("otpauth://totp/"));
    put_encoded(issuer, out);
    (void)buf_put_char(out, ':');
    put_encoded(account, out);
    (void)buf_put_str(out, STR("?secret="));
    (void)totp_write_secret(secret, out);
    (void)buf_put_str(out, STR("&issuer="));
    put_encoded(issuer, out);
    (void)buf_printf(out, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_STEP_S);
    return buf_ok(out);
}
