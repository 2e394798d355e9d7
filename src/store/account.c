/* What may be a name, a language, a label; how long a session lives. */
#include "store/account.h"

#include "crypto/wipe.h"

const char *const account_role_names[] = {"viewer", "operator", "owner", NULL};

const char *account_role_name(enum account_role role)
{
    return role == ACCOUNT_NONE ? "none" : account_role_names[role - 1];
}

const char *session_door_name(enum session_door door)
{
    static const char *const names[SESSION_DOORS_COUNT] = {
        [SESSION_LOOPBACK] = "loopback", [SESSION_PANEL_SOCKET] = "panel_socket", [SESSION_NAME] = "name"};
    return names[door];
}

static bool is_word_char(char c)
{
    char low = str_lower_char(c);
    return (low >= 'a' && low <= 'z') || str_is_digit(c);
}

bool account_name_check(struct str name, const char *field, struct err *err)
{
    bool fine = name.size > 0 && name.size <= ACCOUNT_NAME_SIZE_MAX && is_word_char(name.data[0]);
    for (size_t i = 0; i < name.size && fine; i++)
        fine = is_word_char(name.data[i]) || (name.data[i] && strchr("._-@+", name.data[i]));
    if (fine)
        return true;
    (void)err_field(err, field, "this can be no account's name");
    return err_fix(err,
                   "take up to %d letters (a to z), digits and \". _ - @ +\", as in \"anna\" or \"anna@example.org\"",
                   ACCOUNT_NAME_SIZE_MAX);
}

bool account_language_check(struct str language, const char *field, struct err *err)
{
    bool fine = language.size <= ACCOUNT_LANGUAGE_SIZE_MAX;
    for (size_t i = 0; i < language.size && fine; i++)
        fine = is_word_char(language.data[i]) || (language.data[i] == '-' && i > 0);
    if (fine)
        return true;
    (void)err_field(err, field, "this is no language");
    return err_fix(err, "give a tag like \"en\" or \"fr\"");
}

bool account_label_check(struct str label, const char *field, struct err *err)
{
    bool fine = label.size > 0 && label.size <= ACCOUNT_LABEL_SIZE_MAX;
    for (size_t i = 0; i < label.size && fine;) {
        size_t size = str_utf8_size(str_after(label, i));
        fine = size > 0 && (uint8_t)label.data[i] >= 0x20 && label.data[i] != 0x7f;
        i += size;
    }
    if (fine)
        return true;
    return err_field(err, field, "it must have 1 to %d bytes of text", ACCOUNT_LABEL_SIZE_MAX);
}

void account_wipe(struct account *account)
{
    wipe_bytes(account->password, sizeof account->password);
    wipe_bytes(account->totp_secret, sizeof account->totp_secret);
    wipe_bytes(account->totp_next, sizeof account->totp_next);
}

bool session_is_over(const struct session *session, int64_t now_s)
{
    return now_s >= session->expires_s || now_s - session->last_seen_s >= SESSION_IDLE_S ||
           session->created_s - now_s > SESSION_AHEAD_S_MAX || session->last_seen_s - now_s > SESSION_AHEAD_S_MAX;
}

void session_set_text(char *ret, size_t ret_size, struct str text)
{
    size_t size = text.size < ret_size - 1 ? text.size : ret_size - 1;
    for (size_t i = 0; i < size; i++)
        ret[i] = text.data[i] >= 0x20 && text.data[i] < 0x7f ? text.data[i] : '?';
    ret[size] = '\0';
}
