/* audit.h - the interface `audit`: the Application event log, source "maxport".
 *
 * The message texts are in maxport-events.dll, which contains only resources. Event Viewer keeps
 * this DLL open; if the texts were in maxport.exe, Event Viewer would keep maxport.exe open. An
 * installer registers the DLL (Win32, "Event Sources": EventMessageFile). Even if the DLL is not
 * registered, maxport writes the event; without the DLL, Event Viewer adds the harmless remark that
 * the description is missing.
 */
#ifndef WIN32_AUDIT_H
#define WIN32_AUDIT_H

#include "core/system/audit.h"

#include <windows.h>

/* Fills *functions. The context is NULL; there is nothing to close. */
void audit_open(struct audit *functions);

/* Writes the event: ReportEventW, or a replacement in tests. */
typedef BOOL(WINAPI *audit_writer)(HANDLE log, WORD type, WORD category, DWORD id, PSID user,
                                   WORD strings_count, DWORD bytes, LPCWSTR *strings, LPVOID data);

/* Writes one event. Shortens a text that is too long and adds a remark to it. If Windows refuses
 * the event, tries once more with a shorter text. */
void audit_report(enum audit_event event, const char *text, audit_writer write);

#endif
