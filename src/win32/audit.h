/* audit.h - the interface `audit`: the Application event log, source "maxport".
 *
 * The message texts are in maxport-events.dll, which contains only resources. Event Viewer keeps
 * the DLL open, but never the program. An installer registers the file (Win32, "Event Sources":
 * EventMessageFile). Without registration the event is written too; Event Viewer then adds the
 * harmless remark that the description is missing.
 */
#ifndef WIN32_AUDIT_H
#define WIN32_AUDIT_H

#include "core/system/audit.h"

#include <windows.h>

/* Fills *functions. The context is NULL; there is nothing to close. */
void audit_open(struct audit *functions);

/* ReportEventW, or a test's replacement. */
typedef BOOL(WINAPI *audit_writer)(HANDLE log, WORD type, WORD category, DWORD id, PSID user,
                                   WORD strings_count, DWORD bytes, LPCWSTR *strings, LPVOID data);

/* Writes one event. A text that is too long is shortened, with a remark. If Windows refuses the
 * event, it is written once more with a shorter text. */
void audit_report(enum audit_event event, const char *text, audit_writer write);

#endif
