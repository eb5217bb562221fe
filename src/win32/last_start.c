#include "win32/last_start.h"

#include "win32/late.h"
#include "win32/os_version.h"

#include <stdlib.h>

#include <windows.h>

enum {
    PATIENCE_MS = 2000, /* in all */
    NEXT_MS = 1000,     /* for the newest event */
    CLOCK_SET_MS = 5 * 60 * 1000,
    BOOT_TYPE_FAST = 1,
    BOOT_TYPE_LAST = 2,
};

/* winevt.h's, which mingw hides below Vista. Source: Win32, Windows Event Log. */
enum {
    QUERY_CHANNEL = 0x1,
    QUERY_NEWEST_FIRST = 0x200,
    CONTEXT_VALUES = 0,
    RENDER_VALUES = 0,
    VARIANT_TYPE_MASK = 0x7f,
    VARIANT_UINT32 = 8,
    VARIANT_UINT64 = 10,
    VARIANT_FILETIME = 17,
    VARIANT_HEX32 = 20,
    VARIANT_HEX64 = 21,
};

struct variant {
    union {
        uint32_t uint32;
        uint64_t uint64;
    };
    DWORD count, type;
};
_Static_assert(sizeof(struct variant) == 16, "EVT_VARIANT");

typedef HANDLE(WINAPI *evt_query)(HANDLE session, const wchar_t *path, const wchar_t *query,
                                  DWORD flags);
typedef BOOL(WINAPI *evt_next)(HANDLE result, DWORD size, HANDLE *events, DWORD timeout,
                               DWORD flags, DWORD *returned);
typedef HANDLE(WINAPI *evt_create_context)(DWORD count, const wchar_t **paths, DWORD flags);
typedef BOOL(WINAPI *evt_render)(HANDLE context, HANDLE event, DWORD flags, DWORD size,
                                 void *buffer, DWORD *used, DWORD *count);
typedef BOOL(WINAPI *evt_close)(HANDLE object);

struct wevtapi {
    evt_query query;
    evt_next next;
    evt_create_context create_context;
    evt_render render;
    evt_close close;
};

struct answer {
    bool is_known;
    uint64_t boot_type;
    int64_t time_ms;
};

/* Shared by the asker and a thread that may outlive its patience; whoever comes
 * last frees it. */
struct inquiry {
    LONG users;
    struct answer answer;
};

static bool load(struct wevtapi *api)
{
    struct late dll = {.name = L"wevtapi.dll"};
    struct fault ignored;
    api->query = (evt_query)late_bind(&dll, "EvtQuery", &ignored);
    api->next = (evt_next)late_bind(&dll, "EvtNext", &ignored);
    api->create_context = (evt_create_context)late_bind(&dll, "EvtCreateRenderContext", &ignored);
    api->render = (evt_render)late_bind(&dll, "EvtRender", &ignored);
    api->close = (evt_close)late_bind(&dll, "EvtClose", &ignored);
    return api->query && api->next && api->create_context && api->render && api->close;
}

static void render(const struct wevtapi *api, HANDLE event, struct answer *answer)
{
    static const wchar_t *paths[] = {L"Event/System/TimeCreated/@SystemTime",
                                     L"Event/EventData/Data[@Name='BootType']"};
    struct variant values[16]; /* two, and room for what they might point at */
    DWORD used, count = 0;
    HANDLE context = api->create_context(2, paths, CONTEXT_VALUES);
    if (!context) {
        return;
    }
    BOOL is_ok = api->render(context, event, RENDER_VALUES, sizeof values, values, &used, &count);
    api->close(context);
    if (!is_ok || count != 2 || (values[0].type & VARIANT_TYPE_MASK) != VARIANT_FILETIME) {
        return;
    }
    DWORD type = values[1].type & VARIANT_TYPE_MASK;
    if (type == VARIANT_UINT32 || type == VARIANT_HEX32) {
        answer->boot_type = values[1].uint32;
    } else if (type == VARIANT_UINT64 || type == VARIANT_HEX64) {
        answer->boot_type = values[1].uint64;
    } else {
        return;
    }
    answer->time_ms = ((int64_t)values[0].uint64 - 116444736000000000) / 10000;
    answer->is_known = answer->boot_type <= BOOT_TYPE_LAST;
}

static void ask(struct answer *answer)
{
    struct wevtapi api;
    HANDLE event = NULL;
    DWORD returned = 0;
    if (!load(&api)) {
        return;
    }
    HANDLE result =
        api.query(NULL, L"System",
                  L"*[System[Provider[@Name='Microsoft-Windows-Kernel-Boot'] and (EventID=27)]]",
                  QUERY_CHANNEL | QUERY_NEWEST_FIRST);
    if (!result) {
        return;
    }
    if (api.next(result, 1, &event, NEXT_MS, 0, &returned) && returned == 1 && event) {
        render(&api, event, answer);
        api.close(event);
    }
    api.close(result);
}

static void leave(struct inquiry *inquiry)
{
    if (InterlockedDecrement(&inquiry->users) == 0) {
        free(inquiry);
    }
}

static DWORD WINAPI run(void *parameter)
{
    struct inquiry *inquiry = parameter;
    ask(&inquiry->answer);
    leave(inquiry);
    return 0;
}

void last_start_read(struct boot *boot)
{
    struct os_version os;
    struct fault ignored;
    boot->was_resumed = false;
    boot->is_resume_known = false;
    if (!os_version_number(&os, &ignored)) {
        return;
    }
    if (!os_at_least(&os, 6, 2, 0)) {
        boot->is_resume_known = true; /* Fast Startup came with Windows 8 */
        return;
    }

    struct inquiry *inquiry = malloc(sizeof *inquiry);
    if (!inquiry) {
        return;
    }
    *inquiry = (struct inquiry){.users = 2};
    HANDLE thread = CreateThread(NULL, 0, run, inquiry, 0, NULL);
    if (!thread) {
        free(inquiry);
        return;
    }
    struct answer answer = {.is_known = false};
    if (WaitForSingleObject(thread, PATIENCE_MS) == WAIT_OBJECT_0) {
        answer = inquiry->answer;
    }
    CloseHandle(thread);
    leave(inquiry);
    /* An older event is of an earlier session: the log has lost this one's. */
    if (answer.is_known && answer.time_ms >= boot->start_ms - CLOCK_SET_MS) {
        boot->is_resume_known = true;
        boot->was_resumed = answer.boot_type == BOOT_TYPE_FAST;
    }
}
