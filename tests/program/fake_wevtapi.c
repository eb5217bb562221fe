/* fake_wevtapi.c - a wevtapi.dll that reads the System log from the text file C:\fake\events.txt.
 *
 * Wine's own wevtapi.dll stores nothing. If this DLL is in system32, Wine loads this DLL instead
 * (docs/windows.md, "What Wine does differently"). The file contains these lines, in any order:
 *
 *     tcpip 4231 60      event 4231 of source Tcpip, 60 seconds ago
 *     boot 1 3600        event 27 of Kernel-Boot with BootType 1, 3600 seconds ago
 *     delay 5000         EvtQuery needs 5000 ms
 *     pause 5000         each EvtNext needs 5000 ms, or fails if its timeout is shorter
 *     hang               EvtQuery never returns
 *     error 5            EvtQuery fails with code 5; "error 0": it fails without a code
 *     break 1722         EvtNext returns the events above this line and then fails with code 1722
 *
 * If there is no file, the log is empty. EvtQuery accepts only the two queries that maxport uses,
 * so that a test fails if their XPath contains an error. It finds only the Tcpip events that the
 * query names.
 */
#include <windows.h>

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define EXPORTED __declspec(dllexport)

enum { EVENTS_MAX = 4096, OBJECT_MAGIC = 0x45767431 };
enum { TYPE_UINT16 = 6, TYPE_UINT32 = 8, TYPE_FILETIME = 17 };

struct variant {
    uint64_t number;
    DWORD count, type;
};

struct entry {
    bool is_boot;
    unsigned number; /* event ID, or BootType of a boot event */
    uint64_t time;   /* in the unit of FILETIME */
};

/* An object that a handle identifies: a query, an event or a context. */
struct object {
    DWORD magic;
    struct entry *entries; /* only of a query: its events, newest first */
    size_t count, next;
    unsigned pause_ms;
    DWORD broken_code;
    bool is_broken;
    struct entry entry;          /* only of an event */
    const wchar_t *const *paths; /* only of a context: static strings of the caller */
    DWORD path_count;
};

EXPORTED HANDLE WINAPI EvtQuery(HANDLE session, const wchar_t *path, const wchar_t *query,
                                DWORD flags);
EXPORTED BOOL WINAPI EvtNext(HANDLE result, DWORD size, HANDLE *events, DWORD timeout, DWORD flags,
                             DWORD *returned);
EXPORTED HANDLE WINAPI EvtCreateRenderContext(DWORD count, const wchar_t *const *paths,
                                              DWORD flags);
EXPORTED BOOL WINAPI EvtRender(HANDLE context, HANDLE event, DWORD flags, DWORD size, void *buffer,
                               DWORD *used, DWORD *count);
EXPORTED BOOL WINAPI EvtClose(HANDLE object);
/* Returns how many handles are open. */
EXPORTED LONG WINAPI FakeOpenHandles(void);

static LONG open_handles;

static struct object *make(void)
{
    struct object *object = calloc(1, sizeof *object);
    if (object) {
        object->magic = OBJECT_MAGIC;
        InterlockedIncrement(&open_handles);
    }
    return object;
}

LONG WINAPI FakeOpenHandles(void)
{
    return open_handles;
}

static int newest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    return (x->time < y->time) - (x->time > y->time);
}

static const wchar_t age[] = L"timediff(@SystemTime) <= ";

static bool is_asked_for(const wchar_t *query, const struct entry *entry, uint64_t age_ms)
{
    wchar_t words[32];
    if (entry->is_boot)
        return wcsstr(query, L"Kernel-Boot") != NULL;
    swprintf(words, 32, L"EventID=%u", entry->number);
    return wcsstr(query, L"'Tcpip'") && wcsstr(query, words) &&
           age_ms <= wcstoull(wcsstr(query, age) + wcslen(age), NULL, 10);
}

/* Applies one line of the file. Returns false if EvtQuery must fail. In this case apply_line()
 * has set the last error to the code of the line, or has left it unchanged for "error 0". */
static bool apply_line(const char *line, const wchar_t *query, struct object *result)
{
    unsigned a, b;
    FILETIME now;
    GetSystemTimeAsFileTime(&now);
    uint64_t ticks = (uint64_t)now.dwHighDateTime << 32 | now.dwLowDateTime;
    struct entry entry = {.is_boot = strncmp(line, "boot", 4) == 0};
    if (sscanf(line, "tcpip %u %u", &a, &b) == 2 || sscanf(line, "boot %u %u", &a, &b) == 2) {
        entry.number = a;
        entry.time = ticks - (uint64_t)b * 10000000;
        if (is_asked_for(query, &entry, (uint64_t)b * 1000) && result->count < EVENTS_MAX &&
            !result->is_broken)
            result->entries[result->count++] = entry;
    } else if (sscanf(line, "delay %u", &a) == 1) {
        Sleep(a);
    } else if (sscanf(line, "pause %u", &a) == 1) {
        result->pause_ms = a;
    } else if (strncmp(line, "hang", 4) == 0) {
        Sleep(INFINITE);
    } else if (sscanf(line, "break %u", &a) == 1) {
        result->is_broken = true;
        result->broken_code = a;
    } else if (sscanf(line, "error %u", &a) == 1) {
        if (a != 0)
            SetLastError(a);
        return false;
    }
    return true;
}

HANDLE WINAPI EvtQuery(HANDLE session, const wchar_t *path, const wchar_t *query, DWORD flags)
{
    static const wchar_t tcpip[] = L"*[System[Provider[@Name='Tcpip'] and (EventID=4227 or "
                                   L"EventID=4231 or EventID=4266) and "
                                   L"TimeCreated[timediff(@SystemTime) <= ";
    static const wchar_t boot[] = L"*[System[Provider[@Name='Microsoft-Windows-Kernel-Boot'] and "
                                  L"(EventID=27)]]";
    char line[128];
    if (session || flags != 0x201 || wcscmp(path, L"System") != 0 ||
        (wcsncmp(query, tcpip, wcslen(tcpip)) != 0 && wcscmp(query, boot) != 0)) {
        SetLastError(15001); /* ERROR_EVT_INVALID_QUERY */
        return NULL;
    }
    struct object *result = make();
    if (!result) {
        SetLastError(ERROR_OUTOFMEMORY);
        return NULL;
    }
    result->entries = calloc(EVENTS_MAX, sizeof *result->entries);
    FILE *file = fopen("C:\\fake\\events.txt", "r");
    bool is_good = result->entries != NULL;
    while (file && is_good && fgets(line, sizeof line, file))
        is_good = apply_line(line, query, result);
    if (file) {
        DWORD error = GetLastError();
        fclose(file);
        SetLastError(error);
    }
    if (!is_good) {
        EvtClose(result);
        return NULL;
    }
    qsort(result->entries, result->count, sizeof *result->entries, newest_first);
    return result;
}

BOOL WINAPI EvtNext(HANDLE handle, DWORD size, HANDLE *events, DWORD timeout, DWORD flags,
                    DWORD *returned)
{
    struct object *result = handle;
    *returned = 0;
    if (result->magic != OBJECT_MAGIC || !result->entries || flags != 0) {
        SetLastError(ERROR_INVALID_HANDLE);
        return FALSE;
    }
    if (result->pause_ms > timeout) {
        Sleep(timeout);
        SetLastError(ERROR_TIMEOUT);
        return FALSE;
    }
    Sleep(result->pause_ms);
    for (; *returned < size && result->next < result->count; result->next++) {
        struct object *event = make();
        if (!event)
            break;
        event->entry = result->entries[result->next];
        events[(*returned)++] = event;
    }
    if (*returned == 0)
        SetLastError(result->is_broken ? result->broken_code : ERROR_NO_MORE_ITEMS);
    return *returned > 0;
}

HANDLE WINAPI EvtCreateRenderContext(DWORD count, const wchar_t *const *paths, DWORD flags)
{
    struct object *context = flags == 0 ? make() : NULL;
    if (context) {
        context->paths = paths;
        context->path_count = count;
    }
    return context;
}

static struct variant value_at(const struct entry *entry, const wchar_t *path)
{
    if (wcscmp(path, L"Event/System/TimeCreated/@SystemTime") == 0)
        return (struct variant){entry->time, 1, TYPE_FILETIME};
    if (wcscmp(path, L"Event/System/EventID") == 0)
        return (struct variant){entry->is_boot ? 27 : entry->number, 1, TYPE_UINT16};
    if (wcscmp(path, L"Event/EventData/Data[@Name='BootType']") == 0 && entry->is_boot)
        return (struct variant){entry->number, 1, TYPE_UINT32};
    return (struct variant){0, 0, 0};
}

BOOL WINAPI EvtRender(HANDLE context_handle, HANDLE event_handle, DWORD flags, DWORD size,
                      void *buffer, DWORD *used, DWORD *count)
{
    const struct object *context = context_handle, *event = event_handle;
    *used = context->path_count * (DWORD)sizeof(struct variant);
    if (flags != 0 || size < *used) {
        SetLastError(ERROR_INSUFFICIENT_BUFFER);
        return FALSE;
    }
    *count = context->path_count;
    for (DWORD i = 0; i < *count; i++)
        ((struct variant *)buffer)[i] = value_at(&event->entry, context->paths[i]);
    return TRUE;
}

BOOL WINAPI EvtClose(HANDLE handle)
{
    struct object *object = handle;
    if (!object || object->magic != OBJECT_MAGIC)
        return FALSE;
    object->magic = 0;
    free(object->entries);
    free(object);
    InterlockedDecrement(&open_handles);
    return TRUE;
}
