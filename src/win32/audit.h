/* audit.h - the port `audit`: the Application event log, source "maxport".
 *
 * The texts are in maxport-events.dll, a file of its own with nothing but
 * resources, so that Event Viewer, which keeps it open, never holds the program.
 * An installer registers it (Win32, "Event Sources": EventMessageFile). Where it is
 * not registered the event is written all the same, and shows its text under a
 * remark that there is no description: harmless.
 */
#ifndef WIN32_AUDIT_H
#define WIN32_AUDIT_H

#include "core/system/audit.h"

#include <windows.h>

/* There is nothing to hold: its context is NULL. */
void audit_open(struct audit *functions);

/* ReportEventW, or what a test has in its place. */
typedef BOOL(WINAPI *audit_writer)(HANDLE log, WORD type, WORD category, DWORD id, PSID user,
                                   WORD strings_count, DWORD bytes, LPCWSTR *strings, LPVOID data);

/* One event. A text that is too long for one is shortened, and says so; one that is refused all
 * the same is shortened further and tried once more. */
void audit_report(enum audit_event event, const char *text, audit_writer write);

#endif
