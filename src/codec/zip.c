/* Numbers are little-endian; each file has a header of its own, and all have one more at the end. */
#include "codec/zip.h"

#include <zlib.h>

#include "codec/date.h"

#define LOCAL_HEADER    0x04034b50U
#define CENTRAL_HEADER  0x02014b50U
#define END_OF_CENTRAL  0x06054b50U
#define VERSION_NEEDED  10 /* 1.0: stored */
#define DOS_YEAR_FIRST  1980
#define DOS_YEARS_COUNT 128
#define EXTERNAL_PLAIN  0
#define MADE_BY_MS_DOS  10

static void put_u16(struct buf *out, uint32_t value)
{
    (void)buf_put_char(out, (char)(value & 0xff));
    (void)buf_put_char(out, (char)(value >> 8 & 0xff));
}

static void put_u32(struct buf *out, uint32_t value)
{
    put_u16(out, value & 0xffff);
    put_u16(out, value >> 16);
}

static uint32_t digits(struct str text, size_t from, size_t count)
{
    uint64_t value = 0;
    (void)!str_to_u64(str_part(text, from, count), 9999, &value);
    return (uint32_t)value;
}

/* The date format of MS-DOS: two seconds fine, from 1980 on. */
void zip_begin(struct zip *zip, struct buf *out, int64_t at_s)
{
    char room[DATE_ISO_SIZE];
    struct str text = date_write_iso(at_s * 1000, room);
    uint32_t year = digits(text, 0, 4);
    *zip = (struct zip){.out = out};
    if (year < DOS_YEAR_FIRST || year >= DOS_YEAR_FIRST + DOS_YEARS_COUNT) {
        zip->dos_date = 1 << 5 | 1;
        return;
    }
    zip->dos_date = (uint16_t)((year - DOS_YEAR_FIRST) << 9 | digits(text, 5, 2) << 5 | digits(text, 8, 2));
    zip->dos_time = (uint16_t)(digits(text, 11, 2) << 11 | digits(text, 14, 2) << 5 | digits(text, 17, 2) / 2);
}

/* What both headers of a file have in common. */
static void put_facts(struct zip *zip, size_t i)
{
    put_u16(zip->out, VERSION_NEEDED);
    put_u16(zip->out, 0); /* flags */
    put_u16(zip->out, 0); /* stored */
    put_u16(zip->out, zip->dos_time);
    put_u16(zip->out, zip->dos_date);
    put_u32(zip->out, zip->files[i].crc);
    put_u32(zip->out, zip->files[i].size);
    put_u32(zip->out, zip->files[i].size);
    put_u16(zip->out, (uint32_t)zip->files[i].name.size);
    put_u16(zip->out, 0); /* extra */
}

bool zip_put(struct zip *zip, struct str name, struct str content)
{
    size_t i = zip->count, at = buf_str(zip->out).size;
    if (i == ZIP_FILES_COUNT_MAX || name.size > UINT16_MAX || content.size > UINT32_MAX / 2 || at > UINT32_MAX / 2)
        return false;
    zip->files[i].name = name;
    zip->files[i].size = (uint32_t)content.size;
    zip->files[i].at = (uint32_t)at;
    zip->files[i].crc = (uint32_t)crc32_z(0, (const unsigned char *)content.data, content.size);
    put_u32(zip->out, LOCAL_HEADER);
    put_facts(zip, i);
    zip->count++;
    return buf_put_str(zip->out, name) && buf_put_str(zip->out, content);
}

static void put_central(struct zip *zip, size_t i)
{
    put_u32(zip->out, CENTRAL_HEADER);
    put_u16(zip->out, MADE_BY_MS_DOS);
    put_facts(zip, i);
    put_u16(zip->out, 0); /* comment */
    put_u16(zip->out, 0); /* disk */
    put_u16(zip->out, 0); /* internal attributes */
    put_u32(zip->out, EXTERNAL_PLAIN);
    put_u32(zip->out, zip->files[i].at);
    (void)buf_put_str(zip->out, zip->files[i].name);
}

bool zip_end(struct zip *zip)
{
    size_t from = buf_str(zip->out).size;
    for (size_t i = 0; i < zip->count; i++)
        put_central(zip, i);
    size_t size = buf_str(zip->out).size - from;
    put_u32(zip->out, END_OF_CENTRAL);
    put_u16(zip->out, 0); /* this disk */
    put_u16(zip->out, 0); /* where the list is */
    put_u16(zip->out, (uint32_t)zip->count);
    put_u16(zip->out, (uint32_t)zip->count);
    put_u32(zip->out, (uint32_t)size);
    put_u32(zip->out, (uint32_t)from);
    put_u16(zip->out, 0); /* comment */
    return buf_ok(zip->out);
}
