#include "win32/audit.h"

#include "win32/lib/wide.h"

#include <windows.h>

#include <stdlib.h>

/* Bits 30 and 31 of an event's id are its severity (Win32, "Event Identifiers"); the
 * log shows the low word. res/events.mc has the same. */
static DWORD event_id(enum audit_event event, WORD *type)
{
    DWORD severity = 1;
    *type = EVENTLOG_INFORMATION_TYPE;
    if (event >= AUDIT_STUCK) {
        severity = 3;
        *type = EVENTLOG_ERROR_TYPE;
    } else if (event >= AUDIT_REFUSED) {
        severity = 2;
        *type = EVENTLOG_WARNING_TYPE;
    }
    return severity << 30 | (DWORD)event;
}

/* Best effort: a log that is full or switched off fails no change. */
static void report(void *context, enum audit_event event, const char *text)
{
    wchar_t *wide = wide_from_utf8(text);
    HANDLE log = wide ? RegisterEventSourceW(NULL, L"maxport") : NULL;
    WORD type;
    DWORD id = event_id(event, &type);
    (void)context;
    if (log) {
        const wchar_t *strings[] = {wide};
        ReportEventW(log, type, 0, id, NULL, 1, 0, strings, NULL);
        DeregisterEventSource(log);
    }
    free(wide);
}

void audit_open(struct audit *functions)
{
    *functions = (struct audit){.report = report};
}
