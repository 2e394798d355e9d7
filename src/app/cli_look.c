/* One line for those who wait. */
#include "app/cli_look.h"

#include <stdio.h>
#include <unistd.h>

#include "app/cli_text.h"

void cli_look_tell(const char *site)
{
    if (!isatty(STDERR_FILENO))
        return;
    cli_text_printf(stderr, "", 0, "looking at %s ...", site);
    (void)fflush(stderr);
}
