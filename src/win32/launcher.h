/* launcher.h - maxport.exe beside this program, started: directly where this program is
 * elevated, else by ShellExecuteExW's "runas", which asks for an administrator. */
#ifndef WIN32_LAUNCHER_H
#define WIN32_LAUNCHER_H

#include "core/base/text.h"
#include "core/system/launcher.h"

#include <windows.h>

struct launcher_adapter {
    HANDLE process; /* NULL: none runs */
};

/* To be used by one thread, which pumps no messages while it asks: any but the window's. */
void launcher_open(struct launcher_adapter *adapter, struct launcher *launcher);
void launcher_close(struct launcher_adapter *adapter);

/* Adds one argument to a command line, quoted where needed so that the C runtime takes it
 * apart again as it was (Microsoft Learn, "main function and command-line arguments"). */
void launcher_quote(struct text *line, const char *argument);

#endif
