/* The order: what takes a moment first, the application, which may take its time, last. */
#include "probe/site.h"

#include "probe/application.h"
#include "probe/ports.h"
#include "probe/redirect.h"
#include "probe/served.h"

void probe_site(const struct probe_target *target, struct hsts_observation *ret)
{
    struct hsts_observation observation = {0};
    struct deadline deadline;
    deadline_start(&deadline, target->length_ms ? target->length_ms : PROBE_LENGTH_MS_DEFAULT, target->cancel);
    served_look(target, &deadline, &observation);
    redirect_look(target, &deadline, &observation);
    ports_look(target, &deadline, &observation);
    application_look(target, &deadline, &observation);
    *ret = observation;
}
