/* The order: what takes a moment first, the application, which may take its time, last. */
#include "probe/site.h"

#include "probe/application.h"
#include "probe/ports.h"
#include "probe/redirect.h"

void probe_site(const struct probe_target *target, struct hsts_observation *ret, struct served_report *report)
{
    struct hsts_observation observation = {0};
    struct deadline deadline;
    deadline_start(&deadline, target->length_ms ? target->length_ms : PROBE_LENGTH_MS_DEFAULT, target->cancel);
    served_look(target, &deadline, &observation, report);
    redirect_look(target, &deadline, &observation);
    ports_look(target, &deadline, &observation);
    application_look(target, &deadline, &observation);
    *ret = observation;
}
