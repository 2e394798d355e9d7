/* Filling a struct err. Text that does not fit is cut; an error must never fail. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

__attribute__((format(printf, 4, 0))) static void err_fill(struct err *err, enum err_code code, const char *field,
                                                           const char *format, va_list args)
{
    if (!err)
        return;
    err->code = code;
    err->fix[0] = '\0';
    (void)snprintf(err->field, sizeof err->field, "%s", field);
    (void)vsnprintf(err->text, sizeof err->text, format, args);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err_fill(err, code, "", format, args);
    va_end(args);
    return false;
}

bool err_field(struct err *err, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    err_fill(err, ERR_INPUT, field, format, args);
    va_end(args);
    return false;
}

bool err_errno(struct err *err, const char *format, ...)
{
    int number = errno;
    va_list args;
    va_start(args, format);
    err_fill(err, ERR_SYSTEM, "", format, args);
    va_end(args);
    if (err) {
        size_t used = strlen(err->text);
        (void)snprintf(err->text + used, sizeof err->text - used, ": %s", strerror(number));
    }
    return false;
}

bool err_fix(struct err *err, const char *format, ...)
{
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->fix, sizeof err->fix, format, args);
    va_end(args);
    return false;
}

bool err_context(struct err *err, const char *format, ...)
{
    char text[sizeof err->text];
    if (!err)
        return false;
    va_list args;
    va_start(args, format);
    int used = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (used > 0 && (size_t)used < sizeof text)
        (void)snprintf(text + used, sizeof text - (size_t)used, ": %s", err->text);
    memcpy(err->text, text, sizeof text);
    return false;
}

bool err_memory(struct err *err)
{
    return err_set(err, ERR_MEMORY, "out of memory");
}
