#include "win32/event_query.h"

#include "win32/lib/system_message.h"

#include <string.h>

/* Values from winevt.h, which mingw does not provide for Windows before Vista. Source: Win32,
 * Windows Event Log. */
enum {
    QUERY_CHANNEL = 0x1,
    QUERY_NEWEST_FIRST = 0x200,
    CONTEXT_VALUES = 0,
    RENDER_VALUES = 0,
    VARIANT_TYPE_MASK = 0x7f,
    VARIANT_BYTE = 4,
    VARIANT_UINT16 = 6,
    VARIANT_UINT32 = 8,
    VARIANT_UINT64 = 10,
    VARIANT_FILETIME = 17,
    VARIANT_HEX32 = 20,
    VARIANT_HEX64 = 21,
};

struct variant {
    union {
        uint8_t uint8;
        uint16_t uint16;
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
typedef HANDLE(WINAPI *evt_create_context)(DWORD count, const wchar_t *const *paths, DWORD flags);
typedef BOOL(WINAPI *evt_render)(HANDLE context, HANDLE event, DWORD flags, DWORD size,
                                 void *buffer, DWORD *used, DWORD *count);
typedef BOOL(WINAPI *evt_close)(HANDLE object);

static void close_object(const struct event_query *query, HANDLE object)
{
    struct fault ignored;
    evt_close close = (evt_close)late_bind(query->wevtapi, "EvtClose", &ignored);
    if (object && close)
        close(object);
}

static bool refuse(struct fault *fault, DWORD code)
{
    if (code == ERROR_SUCCESS) { /* Wine's functions fail without a code */
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "The event log could not be read, and Windows did not report why.");
    }
    return system_fault(fault, FAULT_UNAVAILABLE, code, "The event log could not be read");
}

bool event_query_open(struct event_query *query, struct late *wevtapi, const wchar_t *log,
                      const wchar_t *xpath, const wchar_t *const *paths, size_t path_count,
                      struct fault *fault)
{
    evt_query ask = (evt_query)late_bind(wevtapi, "EvtQuery", fault);
    evt_create_context create_context =
        ask ? (evt_create_context)late_bind(wevtapi, "EvtCreateRenderContext", fault) : NULL;
    if (!create_context)
        return false;
    if (path_count > EVENT_VALUES_MAX)
        return fault_set(fault, FAULT_FAILED, 0, "Too many event values were requested.");
    *query = (struct event_query){.wevtapi = wevtapi, .value_count = path_count};
    SetLastError(ERROR_SUCCESS);
    query->result = ask(NULL, log, xpath, QUERY_CHANNEL | QUERY_NEWEST_FIRST);
    DWORD code = GetLastError();
    if (!query->result)
        return refuse(fault, code);
    SetLastError(ERROR_SUCCESS);
    query->context = create_context((DWORD)path_count, paths, CONTEXT_VALUES);
    code = GetLastError();
    if (!query->context) {
        event_query_close(query);
        return refuse(fault, code);
    }
    return true;
}

void event_query_close(struct event_query *query)
{
    while (query->batch_next < query->batch_count)
        close_object(query, query->batch[query->batch_next++]);
    close_object(query, query->context);
    close_object(query, query->result);
    query->context = query->result = NULL;
}

static struct event_value value_of(const struct variant *variant)
{
    struct event_value value = {.is_there = true};
    switch (variant->type & VARIANT_TYPE_MASK) {
    case VARIANT_BYTE:
        value.number = variant->uint8;
        break;
    case VARIANT_UINT16:
        value.number = variant->uint16;
        break;
    case VARIANT_UINT32:
    case VARIANT_HEX32:
        value.number = variant->uint32;
        break;
    case VARIANT_UINT64:
    case VARIANT_HEX64:
        value.number = variant->uint64;
        break;
    case VARIANT_FILETIME:
        value.time_ms = ((int64_t)variant->uint64 - 116444736000000000) / 10000;
        break;
    default:
        value.is_there = false;
    }
    return value;
}

/* Reads the values of an event. Marks a value as missing if it could not be read. */
static void render(const struct event_query *query, HANDLE event, struct event_value *values)
{
    struct variant variants[EVENT_VALUES_MAX + 16]; /* EvtRender stores strings in the rest */
    struct fault ignored;
    DWORD used, count = 0;
    evt_render call = (evt_render)late_bind(query->wevtapi, "EvtRender", &ignored);
    memset(values, 0, EVENT_VALUES_MAX * sizeof *values);
    if (call &&
        call(query->context, event, RENDER_VALUES, sizeof variants, variants, &used, &count)) {
        for (size_t i = 0; i < count && i < query->value_count; i++)
            values[i] = value_of(&variants[i]);
    }
}

/* Sets the error code to 0 before the call, because Wine's EvtNext fails without setting a code. */
static enum event_next fetch_batch(struct event_query *query, DWORD patience_ms,
                                   struct fault *fault)
{
    evt_next next = (evt_next)late_bind(query->wevtapi, "EvtNext", fault);
    if (!next)
        return EVENT_FAILED;
    query->batch_count = query->batch_next = 0;
    SetLastError(ERROR_SUCCESS);
    BOOL is_ok =
        next(query->result, EVENT_BATCH, query->batch, patience_ms, 0, &query->batch_count);
    DWORD code = GetLastError();
    if (is_ok && query->batch_count > 0 && query->batch_count <= EVENT_BATCH)
        return EVENT_FOUND;
    query->batch_count = 0;
    if (is_ok || code == ERROR_NO_MORE_ITEMS)
        return EVENT_NONE_LEFT;
    refuse(fault, code);
    return EVENT_FAILED;
}

enum event_next event_query_next(struct event_query *query, DWORD patience_ms,
                                 struct event_value values[EVENT_VALUES_MAX], struct fault *fault)
{
    if (query->batch_next == query->batch_count) {
        enum event_next answer = fetch_batch(query, patience_ms, fault);
        if (answer != EVENT_FOUND)
            return answer;
    }
    HANDLE event = query->batch[query->batch_next++];
    render(query, event, values);
    close_object(query, event);
    return EVENT_FOUND;
}
