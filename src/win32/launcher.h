/* launcher.h - starts maxport.exe from this program's folder. If this program is elevated, it
 * starts maxport.exe directly, else with ShellExecuteExW and "runas", which asks for administrator
 * approval. */
#ifndef WIN32_LAUNCHER_H
#define WIN32_LAUNCHER_H

#include "core/base/text.h"
#include "core/system/launcher.h"

#include <windows.h>

struct launcher_adapter {
    HANDLE process; /* NULL: no process */
};

/* For use by one thread. Do not use the window's thread, because start() processes no messages
 * while the prompt is open. */
void launcher_open(struct launcher_adapter *adapter, struct launcher *launcher);
void launcher_close(struct launcher_adapter *adapter);

#endif
