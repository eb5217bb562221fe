/* restore_point.h - the interface `restore_points`: Windows System Restore.
 *
 * SRSetRestorePointW of srclient.dll creates restore points. The DLL is loaded late, because
 * servers and Windows 2000 have no System Restore. The WMI class SystemRestore in root\default
 * lists the restore points and schedules a return to one of them. Only administrators can read the
 * list.
 *
 * Every call runs in a separate thread with a guard (guard.h) and a time limit. A thread that hangs
 * is abandoned; a thread that crashes is suspended. If Windows creates the restore point after the
 * limit or before a crash, the point remains, which does no harm.
 *
 * Sources: SDK, srrestoreptapi.h (SRSetRestorePointW, RESTOREPOINTINFOW, STATEMGRSTATUS);
 * Win32, "Calling SRSetRestorePoint", "SystemRestore class".
 */
#ifndef WIN32_RESTORE_POINT_H
#define WIN32_RESTORE_POINT_H

#include "core/system/os_version.h"
#include "core/system/restore_point.h"
#include "core/system/screen.h"
#include "win32/lib/late.h"

enum {
    RESTORE_POINT_MAKE_MINUTES = 10, /* Windows first makes a snapshot of the disk */
    RESTORE_POINT_LIST_SECONDS = 60, /* WMI itself waits up to two minutes for a connection */
    RESTORE_POINT_ARM_SECONDS = 120,
};

struct restore_point_adapter {
    struct os_version os;
    bool is_os_known;
    struct late srclient;
    DWORD make_limit_ms, list_limit_ms, arm_limit_ms;
    const struct screen *screen; /* Ctrl-C on this screen ends the wait; NULL: no screen */
};

/* Fills *functions, which retains pointers to *adapter and *screen. Does not load srclient.dll yet.
 * For use by one thread. */
void restore_point_open(struct restore_point_adapter *adapter, const struct screen *screen,
                        struct restore_point_source *functions);

/* Converts a text such as "20261122100000.123456-000" to ms since 1970 UTC. Returns 0 if the text
 * is invalid (WMI SDK, "Date and Time Format"). Public for tests. */
int64_t restore_point_time_ms(const char *text);

#endif
