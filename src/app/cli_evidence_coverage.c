#include "app/cli_evidence_coverage.h"

#include "app/cli_client.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

static void write_forecast(FILE *out, const json_t *forecast)
{
    const char *text = cli_json_text(forecast, "text", NULL);
    if (!text)
        return;
    (void)fputc('\n', out);
    cli_text_printf(out, "", 4, "%s", text);
}

void cli_evidence_coverage(FILE *out, const json_t *json)
{
    write_forecast(out, json_object_get(json, "forecast"));
}
