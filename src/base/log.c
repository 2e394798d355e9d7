/*
 * One write(2) a line, so that lines of the three processes do not mix. The settings are the module's only state: set
 * once before threads start.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* Longer lines are cut: a log line is a fact, not a dump. */
#define LOG_LINE_SIZE_MAX 2048

static struct {
    const char *process;
    enum log_level least;
    enum log_format format;
} settings = {"strictgate", LOG_LEVEL_NOTICE, LOG_FORMAT_TEXT};

static const char *const level_names[] = {"debug", "info", "notice", "warning", "error"};

void log_init(const char *process, enum log_level least, enum log_format format)
{
    settings.process = process;
    settings.least = least;
    settings.format = format;
}

/* Writes `text` with quotes, backslashes (JSON only) and control characters escaped; returns the bytes written. */
static size_t escape(char *out, size_t room, const char *text, bool json)
{
    size_t at = 0;
    for (; *text && at + 7 < room; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c == 0x7f)
            at += (size_t)snprintf(out + at, room - at, json ? "\\u%04x" : "\\x%02x", c);
        else if (json && (c == '"' || c == '\\')) {
            out[at++] = '\\';
            out[at++] = (char)c;
        } else
            out[at++] = (char)c;
    }
    return at;
}

void log_line(enum log_level level, const char *format, ...)
{
    if (level < settings.least)
        return;
    char text[LOG_LINE_SIZE_MAX], line[LOG_LINE_SIZE_MAX + 256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);

    struct timespec now;
    struct tm utc;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    char stamp[32];
    (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);

    bool json = settings.format == LOG_FORMAT_JSON;
    int head = snprintf(line, sizeof line,
                        json ? "{\"time\":\"%s.%03ldZ\",\"process\":\"%s\",\"pid\":%d,\"level\":\"%s\",\"message\":\""
                             : "%s.%03ldZ %s[%d] %s: ",
                        stamp, now.tv_nsec / 1000000, settings.process, (int)getpid(), level_names[level]);
    if (head < 0)
        return;
    size_t used = (size_t)head;
    used += escape(line + used, sizeof line - used - 4, text, json);
    if (json) {
        line[used++] = '"';
        line[used++] = '}';
    }
    line[used++] = '\n';
    if (write(STDERR_FILENO, line, used) < 0)
        return; /* nowhere left to say so */
}
