/* What names and policies may be. */
#include "hsts/preload_entry.h"

int preload_symbol(char c)
{
    if (c == '-' || c == '.')
        return c - '-';
    if (str_is_digit(c))
        return c - '0' + 2;
    if (c == '_')
        return 12;
    return c >= 'a' && c <= 'z' ? c - 'a' + 13 : -1;
}

bool preload_name_is_fine(struct str name)
{
    size_t label_size = 0;
    if (name.size == 0 || name.size > PRELOAD_NAME_SIZE_MAX)
        return false;
    for (size_t i = 0; i < name.size; i++) {
        if (preload_symbol(name.data[i]) < 0)
            return false;
        bool is_dot = name.data[i] == '.';
        if (is_dot ? label_size == 0 : label_size == PRELOAD_LABEL_SIZE_MAX)
            return false;
        label_size = is_dot ? 0 : label_size + 1;
    }
    return label_size > 0;
}

bool preload_policy_is_fine(struct str policy)
{
    for (size_t i = 0; i < policy.size; i++) {
        char c = policy.data[i];
        if (!str_is_digit(c) && c != '-' && !(c >= 'a' && c <= 'z'))
            return false;
    }
    return policy.size > 0 && policy.size <= PRELOAD_POLICY_SIZE_MAX;
}
