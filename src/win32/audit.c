#include "win32/audit.h"

#include "win32/lib/wide.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* Bits 30 and 31 of an event's id are its severity (Win32, "Event Identifiers"); the log shows only
 * the low word. res/events.mc defines the same ids. */
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

/* Lengths in UTF-16 units. STRING_UNITS is below the limit of 31,839 for a string of an event
 * (Win32, ReportEventW). If a log server accepts less, the event contains only the first
 * SHORT_UNITS. */
enum { STRING_UNITS = 30000, SHORT_UNITS = 1000, MARK_UNITS = 80 };

static bool is_first_of_two(wchar_t unit)
{
    return unit >= 0xd800 && unit < 0xdc00;
}

/* Cuts the text after a whole character and adds a remark. */
static void shorten(wchar_t *text, size_t units, size_t original)
{
    wchar_t mark[MARK_UNITS];
    if (wcslen(text) <= units)
        return;
    snwprintf(mark, MARK_UNITS, L" ... [maxport shortened this text of %lu characters]",
              (unsigned long)original);
    size_t mark_units = wcslen(mark), kept = units - mark_units;
    if (is_first_of_two(text[kept - 1]))
        kept--;
    memcpy(text + kept, mark, (mark_units + 1) * sizeof *mark);
}

/* Ignores failures, because a change must not fail if the log is full or off. */
void audit_report(enum audit_event event, const char *text, audit_writer write)
{
    wchar_t *wide = wide_from_utf8(text);
    HANDLE log = wide ? RegisterEventSourceW(NULL, L"maxport") : NULL;
    WORD type;
    DWORD id = event_id(event, &type);
    if (log) {
        const wchar_t *strings[] = {wide};
        size_t original = wcslen(wide);
        shorten(wide, STRING_UNITS, original);
        if (!write(log, type, 0, id, NULL, 1, 0, strings, NULL) && original > SHORT_UNITS) {
            shorten(wide, SHORT_UNITS, original);
            write(log, type, 0, id, NULL, 1, 0, strings, NULL);
        }
        DeregisterEventSource(log);
    }
    free(wide);
}

static void report(void *context, enum audit_event event, const char *text)
{
    (void)context;
    audit_report(event, text, ReportEventW);
}

void audit_open(struct audit *functions)
{
    *functions = (struct audit){.report = report};
}
