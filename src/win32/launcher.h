/* launcher.h - starts maxport.exe from this program's folder: directly if this program is
 * elevated, else with ShellExecuteExW and "runas", which asks for administrator approval. */
#ifndef WIN32_LAUNCHER_H
#define WIN32_LAUNCHER_H

#include "core/base/text.h"
#include "core/system/launcher.h"

#include <windows.h>

struct launcher_adapter {
    HANDLE process; /* NULL: none runs */
};

/* For one thread, not the window's, because it processes no messages while the prompt is open. */
void launcher_open(struct launcher_adapter *adapter, struct launcher *launcher);
void launcher_close(struct launcher_adapter *adapter);

#endif
