/* From a name as a stranger wrote it to a place in this worker's table. */
#include "gateway/asked.h"

void asked_note(struct worker *w, struct str asked, enum seen_by by)
{
    char room[SEEN_NAME_SIZE_MAX];
    struct str name;
    if (!w->epoch || !seen_name_read(asked, room, &name))
        return;
    const struct snap_site *site = snapshot_site_above(w->epoch->snapshot, name);
    if (site)
        seen_note(&w->counters->seen, site->slot, name, by, w->wall_s);
}
