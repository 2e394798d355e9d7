/* Says that an answer takes its time because the site is looked at from outside first. */
#ifndef APP_CLI_LOOK_H
#define APP_CLI_LOOK_H

/* "looking at app.example.org …" on standard error, where that is a terminal. */
void cli_look_tell(const char *site);

#endif
