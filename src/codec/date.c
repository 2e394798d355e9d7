/*
 * Calendar arithmetic counts years from March, so that the day that comes and goes is the last of a year; eras of 400
 * years have the same number of days each.
 */
#include "codec/date.h"

#define DAY_S     86400
#define ERA_YEARS 400
#define ERA_DAYS  146097
/* Days from 0000-03-01 to 1970-01-01. */
#define EPOCH_DAYS 719468

static const char weekdays[7][10] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct date {
    int year, month, day; /* 1994, 11, 6 */
    int hour, minute, second;
    int weekday; /* 0 is Sunday */
};

/* Division that rounds down, also below zero. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t days_of(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = floor_div(year, ERA_YEARS), year_of_era = year - era * ERA_YEARS;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * ERA_DAYS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - EPOCH_DAYS;
}

static int weekday_of(int64_t days)
{
    return (int)(days + 4 - floor_div(days + 4, 7) * 7); /* 1970-01-01 was a Thursday */
}

static struct date date_of(int64_t time_s)
{
    int64_t days = floor_div(time_s, DAY_S), second_of_day = time_s - days * DAY_S;
    int64_t shifted = days + EPOCH_DAYS, era = floor_div(shifted, ERA_DAYS), day_of_era = shifted - era * ERA_DAYS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t month = (5 * day_of_year + 2) / 153; /* 0 is March */
    struct date date = {.day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
                        .month = (int)(month < 10 ? month + 3 : month - 9),
                        .hour = (int)(second_of_day / 3600),
                        .minute = (int)(second_of_day / 60 % 60),
                        .second = (int)(second_of_day % 60),
                        .weekday = weekday_of(days)};
    date.year = (int)(year_of_era + era * ERA_YEARS + (date.month <= 2));
    return date;
}

/* Within what four digits of a year can say. */
static int64_t clamp(int64_t time_s)
{
    int64_t first = days_of(0, 1, 1) * DAY_S, last = days_of(10000, 1, 1) * DAY_S - 1;
    if (time_s < first)
        return first;
    return time_s > last ? last : time_s;
}

/* `count` digits with leading zeros; returns where to go on. */
static char *put_digits(char *at, int value, int count)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
    return at + count;
}

static char *put_text(char *at, const char *text, size_t size)
{
    memcpy(at, text, size);
    return at + size;
}

static char *put_time(char *at, const struct date *date)
{
    at = put_digits(at, date->hour, 2);
    *at++ = ':';
    at = put_digits(at, date->minute, 2);
    *at++ = ':';
    return put_digits(at, date->second, 2);
}

struct str date_write_imf(int64_t time_s, char text[static DATE_IMF_SIZE])
{
    struct date date = date_of(clamp(time_s));
    char *at = put_text(text, weekdays[date.weekday], 3);
    at = put_text(at, ", ", 2);
    at = put_digits(at, date.day, 2);
    *at++ = ' ';
    at = put_text(at, months[date.month - 1], 3);
    *at++ = ' ';
    at = put_digits(at, date.year, 4);
    *at++ = ' ';
    at = put_time(at, &date);
    at = put_text(at, " GMT", 4);
    return str_make(text, (size_t)(at - text));
}

struct str date_write_log(int64_t time_s, char text[static DATE_LOG_SIZE])
{
    struct date date = date_of(clamp(time_s));
    char *at = put_digits(text, date.day, 2);
    *at++ = '/';
    at = put_text(at, months[date.month - 1], 3);
    *at++ = '/';
    at = put_digits(at, date.year, 4);
    *at++ = ':';
    at = put_time(at, &date);
    at = put_text(at, " +0000", 6);
    return str_make(text, (size_t)(at - text));
}

struct str date_write_iso(int64_t time_ms, char text[static DATE_ISO_SIZE])
{
    int64_t time_s = floor_div(time_ms, 1000);
    struct date date = date_of(clamp(time_s));
    char *at = put_digits(text, date.year, 4);
    *at++ = '-';
    at = put_digits(at, date.month, 2);
    *at++ = '-';
    at = put_digits(at, date.day, 2);
    *at++ = 'T';
    at = put_time(at, &date);
    *at++ = '.';
    at = put_digits(at, (int)((time_ms % 1000 + 1000) % 1000), 3);
    *at++ = 'Z';
    return str_make(text, (size_t)(at - text));
}

/* The takers below cut their part off the front of *text and fail when it is not there. */

static bool take(struct str *text, struct str what)
{
    if (!str_starts(*text, what))
        return false;
    *text = str_after(*text, what.size);
    return true;
}

static bool take_digits(struct str *text, size_t count, int *ret)
{
    uint64_t value;
    struct str digits = str_part(*text, 0, count);
    if (digits.size != count || !str_to_u64(digits, 9999, &value))
        return false;
    *ret = (int)value;
    *text = str_after(*text, count);
    return true;
}

static bool take_weekday(struct str *text, bool whole, int *ret)
{
    for (int i = 0; i < 7; i++) {
        struct str name = str_from(weekdays[i]);
        if (!whole)
            name.size = 3;
        if (take(text, name)) {
            *ret = i;
            return true;
        }
    }
    return false;
}

static bool take_month(struct str *text, int *ret)
{
    for (int i = 0; i < 12; i++) {
        if (take(text, str_from(months[i]))) {
            *ret = i + 1;
            return true;
        }
    }
    return false;
}

static bool take_time(struct str *text, struct date *date)
{
    return take_digits(text, 2, &date->hour) && take(text, STR(":")) && take_digits(text, 2, &date->minute) &&
           take(text, STR(":")) && take_digits(text, 2, &date->second);
}

static bool parse_imf(struct str text, struct date *date)
{
    return take_weekday(&text, false, &date->weekday) && take(&text, STR(", ")) && take_digits(&text, 2, &date->day) &&
           take(&text, STR(" ")) && take_month(&text, &date->month) && take(&text, STR(" ")) &&
           take_digits(&text, 4, &date->year) && take(&text, STR(" ")) && take_time(&text, date) &&
           str_eq(text, STR(" GMT"));
}

static bool parse_asctime(struct str text, struct date *date)
{
    if (!take_weekday(&text, false, &date->weekday) || !take(&text, STR(" ")) || !take_month(&text, &date->month) ||
        !take(&text, STR(" ")))
        return false;
    /* The day is padded with a space, not with a zero. */
    bool padded = take(&text, STR(" "));
    return take_digits(&text, padded ? 1 : 2, &date->day) && (padded || date->day >= 10) && take(&text, STR(" ")) &&
           take_time(&text, date) && take(&text, STR(" ")) && take_digits(&text, 4, &date->year) && text.size == 0;
}

static bool parse_rfc850(struct str text, int64_t now_s, struct date *date)
{
    int year;
    if (!take_weekday(&text, true, &date->weekday) || !take(&text, STR(", ")) || !take_digits(&text, 2, &date->day) ||
        !take(&text, STR("-")) || !take_month(&text, &date->month) || !take(&text, STR("-")) ||
        !take_digits(&text, 2, &year) || !take(&text, STR(" ")) || !take_time(&text, date) ||
        !str_eq(text, STR(" GMT")))
        return false;
    int now_year = date_of(clamp(now_s)).year;
    date->year = now_year - now_year % 100 + year;
    if (date->year > now_year + 50)
        date->year -= 100;
    else if (date->year <= now_year - 50)
        date->year += 100;
    return date->year >= 0;
}

/* The moment, or false when there is no such day or time. The weekday is not looked at. */
static bool seconds_of(const struct date *date, int64_t *ret_s)
{
    if (date->month < 1 || date->month > 12 || date->day < 1 || date->hour > 23 || date->minute > 59 ||
        date->second > 60)
        return false;
    int64_t days = days_of(date->year, date->month, date->day);
    struct date back = date_of(days * DAY_S);
    if (back.day != date->day || back.month != date->month)
        return false;
    *ret_s = days * DAY_S + date->hour * 3600 + date->minute * 60 + date->second;
    return true;
}

bool date_parse_http(struct str text, int64_t now_s, int64_t *ret_s)
{
    struct date date = {0};
    if (!parse_imf(text, &date) && !parse_rfc850(text, now_s, &date) && !parse_asctime(text, &date))
        return false;
    return weekday_of(days_of(date.year, date.month, date.day)) == date.weekday && seconds_of(&date, ret_s);
}

/* ".123", or nothing. */
static bool take_fraction(struct str *text)
{
    if (!take(text, STR(".")))
        return true;
    size_t size = 0;
    while (size < text->size && str_is_digit(text->data[size]))
        size++;
    *text = str_after(*text, size);
    return size > 0;
}

bool date_parse_iso(struct str text, int64_t *ret_s, bool *ret_has_time)
{
    struct date date = {0};
    if (!take_digits(&text, 4, &date.year) || !take(&text, STR("-")) || !take_digits(&text, 2, &date.month) ||
        !take(&text, STR("-")) || !take_digits(&text, 2, &date.day))
        return false;
    bool has_time = text.size > 0;
    if (has_time &&
        (!take(&text, STR("T")) || !take_time(&text, &date) || !take_fraction(&text) || !str_eq(text, STR("Z"))))
        return false;
    if (!seconds_of(&date, ret_s))
        return false;
    *ret_has_time = has_time;
    return true;
}

/* "Z" or "+01:00": seconds that the local time is ahead. */
static bool take_offset(struct str *text, int *ret_s)
{
    if (take(text, STR("Z")) || take(text, STR("z"))) {
        *ret_s = 0;
        return true;
    }
    bool ahead = take(text, STR("+"));
    int hours, minutes;
    if ((!ahead && !take(text, STR("-"))) || !take_digits(text, 2, &hours) || !take(text, STR(":")) ||
        !take_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *ret_s = (hours * 3600 + minutes * 60) * (ahead ? 1 : -1);
    return true;
}

bool date_parse_rfc3339(struct str text, int64_t *ret_s)
{
    struct date date = {0};
    int offset_s;
    int64_t local_s;
    if (!take_digits(&text, 4, &date.year) || !take(&text, STR("-")) || !take_digits(&text, 2, &date.month) ||
        !take(&text, STR("-")) || !take_digits(&text, 2, &date.day) ||
        (!take(&text, STR("T")) && !take(&text, STR("t"))) || !take_time(&text, &date) || !take_fraction(&text) ||
        !take_offset(&text, &offset_s) || text.size > 0 || !seconds_of(&date, &local_s))
        return false;
    *ret_s = local_s - offset_s;
    return true;
}

bool date_parse_log(struct str text, int64_t *ret_s)
{
    struct date date = {0};
    return take_digits(&text, 2, &date.day) && take(&text, STR("/")) && take_month(&text, &date.month) &&
           take(&text, STR("/")) && take_digits(&text, 4, &date.year) && take(&text, STR(":")) &&
           take_time(&text, &date) && (text.size == 0 || str_eq(text, STR(" +0000"))) && seconds_of(&date, ret_s);
}
