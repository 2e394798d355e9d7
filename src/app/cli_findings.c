/* A line or two for each. */
#include "app/cli_findings.h"

#include "app/cli_output.h"
#include "app/cli_text.h"

void cli_findings_write(FILE *out, const json_t *findings)
{
    size_t i;
    const json_t *one;
    json_array_foreach(findings, i, one)
    {
        const char *fix = cli_json_text(one, "fix", NULL);
        cli_text_printf(out, "", 4, "%s: %s (%s)", cli_json_text(one, "weight", "warning"),
                        cli_json_text(one, "text", "?"), cli_json_text(one, "id", "?"));
        if (fix)
            cli_text_printf(out, "    ", 4, "fix: %s", fix);
    }
}
