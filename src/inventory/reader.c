/* Which reader gets the bytes; what all formats have in common is in sink.c. */
#include "inventory/reader.h"

#include <stdlib.h>

#include "inventory/dhcp.h"
#include "inventory/hosts.h"
#include "inventory/plain.h"
#include "inventory/transparency.h"
#include "inventory/zone.h"

/* What editors of Windows put before UTF-8 says nothing, and what they put before UTF-16 tells it. */
#define MARK_SIZE 3

struct inventory_reader {
    enum inventory_format format;
    struct sink sink;
    char head[MARK_SIZE]; /* the first bytes, until it is known whether they are a mark */
    size_t head_size;
    bool has_begun; /* behind the mark */
    bool is_utf16;
    union {
        struct lines lines;
        struct zone zone;
        struct dhcp dhcp;
        struct transparency transparency;
    };
};

static void begin(struct inventory_reader *r, struct str origin)
{
    switch (r->format) {
    case INVENTORY_ZONE: zone_init(&r->zone, &r->sink, origin); return;
    case INVENTORY_HOSTS: lines_init(&r->lines, &r->sink, hosts_line, &r->sink); return;
    case INVENTORY_DHCP: dhcp_init(&r->dhcp, &r->sink); return;
    case INVENTORY_TRANSPARENCY: transparency_init(&r->transparency, &r->sink); return;
    case INVENTORY_NAMES:
    case INVENTORY_FORMATS_COUNT: break;
    }
    lines_init(&r->lines, &r->sink, plain_typed_line, &r->sink);
}

static bool is_domain(struct str name, const char *what, struct err *err)
{
    struct name read;
    if (!name_read(name, what, &read, err))
        return false;
    return (read.kind == NAME_HOST && str_eq(name_str(&read), name)) ||
           err_field(err, what, "\"%.*s\" is no domain", STR_ARG(name));
}

bool inventory_new(enum inventory_format format, struct str domain, struct str origin, const struct inventory_to *to,
                   struct inventory_reader **ret, struct err *err)
{
    if (!is_domain(domain, "domain", err) || (origin.size && !is_domain(origin, "origin", err)))
        return false;
    struct inventory_reader *reader = calloc(1, sizeof *reader);
    if (!reader)
        return err_memory(err);
    reader->format = format;
    reader->sink.to = *to;
    reader->sink.domain_size = domain.size;
    memcpy(reader->sink.domain, domain.data, domain.size);
    begin(reader, origin.size ? origin : domain);
    *ret = reader;
    return true;
}

void inventory_free(struct inventory_reader *reader)
{
    if (!reader)
        return;
    switch (reader->format) {
    case INVENTORY_ZONE: break;
    case INVENTORY_DHCP: dhcp_fini(&reader->dhcp); break;
    case INVENTORY_TRANSPARENCY: transparency_fini(&reader->transparency); break;
    default: lines_fini(&reader->lines);
    }
    free(reader);
}

static bool take(struct inventory_reader *r, struct str bytes, struct err *err)
{
    switch (r->format) {
    case INVENTORY_ZONE: return zone_take(&r->zone, bytes, err);
    case INVENTORY_DHCP: return dhcp_take(&r->dhcp, bytes, err);
    case INVENTORY_TRANSPARENCY: return transparency_take(&r->transparency, bytes, err);
    default: return lines_take(&r->lines, bytes, err);
    }
}

static bool end_head(struct inventory_reader *r, struct err *err)
{
    struct str head = str_make(r->head, r->head_size);
    if (r->has_begun)
        return true;
    r->has_begun = true;
    r->is_utf16 = str_starts(head, STR("\xff\xfe")) || str_starts(head, STR("\xfe\xff"));
    if (r->is_utf16)
        sink_problem(&r->sink, 1, "The file is in UTF-16 and not read: save it as UTF-8.");
    return r->is_utf16 || str_eq(head, STR("\xef\xbb\xbf")) || take(r, head, err);
}

bool inventory_take(struct inventory_reader *reader, struct str bytes, struct err *err)
{
    for (; bytes.size && reader->head_size < MARK_SIZE; bytes = str_after(bytes, 1))
        reader->head[reader->head_size++] = bytes.data[0];
    if (reader->head_size < MARK_SIZE)
        return true;
    return end_head(reader, err) && (reader->is_utf16 || take(reader, bytes, err));
}

bool inventory_end(struct inventory_reader *reader, struct err *err)
{
    if (!end_head(reader, err))
        return false;
    switch (reader->format) {
    case INVENTORY_ZONE: return zone_end(&reader->zone, err);
    case INVENTORY_DHCP: return dhcp_end(&reader->dhcp, err);
    case INVENTORY_TRANSPARENCY: return transparency_end(&reader->transparency, err);
    default: return lines_end(&reader->lines, err);
    }
}

struct inventory_counts inventory_counted(const struct inventory_reader *reader)
{
    return reader->sink.counts;
}

bool inventory_record(struct inventory_reader *reader, struct str owner, struct str type, struct str target,
                      struct err *err)
{
    const struct zone_type *known = zone_type_of(type);
    struct buf name, leads;
    bool ok = true;
    if (!known || known->data == ZONE_NONE) {
        reader->sink.counts.passed++;
        return true;
    }
    buf_init(&name, ZONE_NAME_SIZE_MAX);
    buf_init(&leads, ZONE_NAME_SIZE_MAX);
    if (zone_absolute(owner, STR(""), &name) && zone_absolute(target, STR(""), &leads))
        ok = zone_record(&reader->sink, 0, buf_str(&name), known, buf_str(&leads), err);
    else
        reader->sink.counts.passed++;
    buf_fini(&name);
    buf_fini(&leads);
    return ok;
}

bool inventory_read(enum inventory_format format, struct str domain, struct str text, const struct inventory_to *to,
                    struct inventory_counts *ret_counts, struct err *err)
{
    struct inventory_reader *reader = NULL;
    if (!inventory_new(format, domain, STR(""), to, &reader, err))
        return false;
    bool ok = inventory_take(reader, text, err) && inventory_end(reader, err);
    if (ret_counts)
        *ret_counts = inventory_counted(reader);
    inventory_free(reader);
    return ok;
}
