/* restore_point.h - the port `restore_points`: Windows' own System Restore.
 *
 * Points are made by SRSetRestorePointW of srclient.dll, loaded late: servers and
 * Windows 2000 have no System Restore. They are listed, and a return to one is armed, by
 * WMI: class SystemRestore in root\default. Windows gives the list to administrators only.
 *
 * Every call has a thread of its own, under a guard (guard.h) and with a limit: what hangs
 * is left alone, and what crashes stops there. A point that is made within the limit but
 * after a crash of ours, or after the limit, stays: it harms nobody.
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
    RESTORE_POINT_MAKE_MINUTES = 10, /* it waits for a snapshot of the disk */
    RESTORE_POINT_LIST_SECONDS = 60, /* WMI's own patience in connecting is two minutes */
    RESTORE_POINT_ARM_SECONDS = 120,
};

struct restore_point_adapter {
    struct os_version os;
    bool is_os_known;
    struct late srclient;
    DWORD make_limit_ms, list_limit_ms, arm_limit_ms;
    const struct screen *screen; /* whose Ctrl-C ends the waiting; NULL: nobody's */
};

/* Fills *functions, which keeps a pointer to *adapter, and that one to *screen. Loads nothing
 * yet. For one thread. */
void restore_point_open(struct restore_point_adapter *adapter, const struct screen *screen,
                        struct restore_point_source *functions);

/* "20261122100000.123456-000" as ms since 1970 UTC, 0 where it is none (WMI SDK,
 * "Date and Time Format"). Here for tests. */
int64_t restore_point_time_ms(const char *text);

#endif
