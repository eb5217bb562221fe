#include "win32/restore_point.h"

#include "win32/guard.h"
#include "win32/lib/background.h"
#include "win32/lib/com.h"
#include "win32/lib/system_message.h"
#include "win32/lib/wide.h"
#include "win32/lib/wmi.h"
#include "win32/os_version.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- srrestoreptapi.h ------------------------------------------------- */

enum {
    BEGIN_SYSTEM_CHANGE = 100,
    MODIFY_SETTINGS = 12,
    DESCRIPTION_COUNT = 256, /* MAX_DESC_W, with the NUL */
};

#pragma pack(push, 1)
struct restore_point_info {
    DWORD event_type, type;
    INT64 sequence;
    wchar_t description[DESCRIPTION_COUNT];
};

struct restore_point_status {
    DWORD code;
    INT64 sequence;
};
#pragma pack(pop)

_Static_assert(sizeof(struct restore_point_info) == 528, "as RESTOREPOINTINFOW");
_Static_assert(sizeof(struct restore_point_status) == 12, "as STATEMGRSTATUS");

typedef BOOL(WINAPI *set_restore_point)(const struct restore_point_info *,
                                        struct restore_point_status *);

/* ---- a piece of work -------------------------------------------------- */

/* Input and result of the separate thread. */
struct work {
    void (*act)(struct work *);
    struct guard *guard;
    /* in */
    struct late srclient;
    DWORD list_limit_ms;
    wchar_t description[DESCRIPTION_COUNT];
    uint32_t sequence;
    /* out */
    struct restore_point_result result;
    struct restore_points points;
    bool is_ok, is_uncertain; /* uncertain: Windows may have acted, although !is_ok */
    struct fault fault;       /* the reason, if !is_ok */
};

static void run(void *data)
{
    struct work *work = data;
    guard_enter(work->guard);
    work->act(work);
    guard_leave(work->guard);
}

static void release(void *data)
{
    struct work *work = data;
    restore_points_release(&work->points);
    guard_release(work->guard);
}

enum {
    SPARE_MS = 2000, /* extra time for the thread to end after it has finished its work */
    LOOK_MS = 200,   /* interval of checks for Ctrl-C */
};

/* Waits until the thread has finished or crashed, its time is up, or the user presses Ctrl-C. */
static enum guard_end wait_for(struct guard *guard, DWORD limit_ms, const struct screen *screen,
                               struct fault *fault)
{
    DWORD start = GetTickCount(), elapsed = 0;
    uint32_t code = 0;
    enum guard_end end;
    bool is_stopped = false;
    do {
        DWORD left = limit_ms - elapsed;
        end = guard_wait(guard, left < LOOK_MS ? left : LOOK_MS, &code);
        elapsed = GetTickCount() - start;
        is_stopped = end == GUARD_LATE && screen && screen->stop_requested(screen->context);
    } while (end == GUARD_LATE && elapsed < limit_ms && !is_stopped);
    if (end == GUARD_CRASHED) {
        fault_set(fault, FAULT_FAILED, code,
                  "The System Restore code of Windows crashed (exception 0x%08lx).",
                  (unsigned long)code);
    } else if (is_stopped) {
        fault_set(fault, FAULT_DECLINED, 0, "Interrupted while waiting for System Restore.");
    } else if (end == GUARD_LATE) {
        fault_set(fault, FAULT_UNAVAILABLE, ERROR_TIMEOUT,
                  "System Restore did not respond within %lu seconds.",
                  (unsigned long)(limit_ms + 999) / 1000);
    }
    return end;
}

/* Works in a separate thread. Returns the result, valid until *job is closed; NULL with *fault on
 * failure. *end: how the wait ended; GUARD_LEFT: the thread has finished or was not started. */
static struct work *perform(const struct restore_point_adapter *own, struct work *work,
                            DWORD limit_ms, struct background **job, enum guard_end *end,
                            struct fault *fault)
{
    *end = GUARD_LEFT;
    *job = NULL;
    work->srclient = own->srclient;
    work->list_limit_ms = own->list_limit_ms;
    work->guard = guard_make(fault);
    if (!work->guard)
        return NULL;
    *job = background_start(run, release, work, sizeof *work, limit_ms + SPARE_MS, fault);
    if (!*job) {
        release(work);
        return NULL;
    }
    *end = wait_for(work->guard, limit_ms, own->screen, fault);
    struct work *done = *end == GUARD_LEFT ? background_wait(*job) : NULL;
    if (!done && *end == GUARD_LEFT) { /* the work was done, but the thread did not end */
        *end = GUARD_LATE;
        fault_set(fault, FAULT_UNAVAILABLE, ERROR_TIMEOUT,
                  "The System Restore thread did not end.");
    }
    return done;
}

/* False: this is a server; servers never have restore points. */
static bool may_have_points(const struct restore_point_adapter *own, struct fault *fault)
{
    if (own->is_os_known && os_is_server(&own->os))
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "Windows Server has no System Restore.");
    return true;
}

/* ---- listing ---------------------------------------------------------- */

enum { SEQUENCE, DESCRIPTION, CREATED, TYPE, PROPERTY_COUNT };

static const wchar_t *const properties[PROPERTY_COUNT] = {L"SequenceNumber", L"Description",
                                                          L"CreationTime", L"RestorePointType"};

struct harvest {
    struct restore_points points;
    size_t capacity;
    bool is_broken; /* no memory */
};

static bool grow(struct harvest *harvest)
{
    size_t capacity = harvest->capacity ? harvest->capacity * 2 : 16;
    struct restore_point *rows = realloc(harvest->points.rows, capacity * sizeof *rows);
    if (rows) {
        harvest->points.rows = rows;
        harvest->capacity = capacity;
    }
    return rows != NULL;
}

/* Stores one restore point. Skips an instance without a sequence number, which Wine returns. */
static void on_row(void *context, const struct wmi_value *values)
{
    struct harvest *harvest = context;
    struct restore_points *points = &harvest->points;
    int64_t sequence = values[SEQUENCE].number, type = values[TYPE].number;
    if (values[SEQUENCE].kind != WMI_NUMBER || sequence < 1 || sequence > UINT32_MAX)
        return;
    if (harvest->is_broken || (points->count == harvest->capacity && !grow(harvest))) {
        harvest->is_broken = true;
        return;
    }
    struct restore_point *point = &points->rows[points->count++];
    *point = (struct restore_point){.sequence = (uint32_t)sequence};
    if (values[TYPE].kind == WMI_NUMBER && type >= 0 && type <= UINT32_MAX)
        point->type = (uint32_t)type;
    if (values[CREATED].kind == WMI_TEXT)
        point->created_ms = restore_point_time_ms(values[CREATED].text);
    if (values[DESCRIPTION].kind == WMI_TEXT) {
        struct fault cutter; /* used only to cut after a whole character */
        fault_set(&cutter, FAULT_NONE, 0, "%s", values[DESCRIPTION].text);
        fault_text(&cutter, point->description, sizeof point->description);
    }
}

static int by_sequence(const void *a, const void *b)
{
    const struct restore_point *x = a, *y = b;
    return (x->sequence > y->sequence) - (x->sequence < y->sequence);
}

static const uint32_t class_unknown = 0x80041010;     /* WBEM_E_INVALID_CLASS */
static const uint32_t namespace_unknown = 0x8004100e; /* WBEM_E_INVALID_NAMESPACE */

static bool explain(struct fault *fault)
{
    if (fault->code == class_unknown || fault->code == namespace_unknown) {
        fault_set(fault, FAULT_UNAVAILABLE, fault->code, "This Windows has no System Restore.");
    } else if (fault->kind == FAULT_DENIED) {
        fault_set(fault, FAULT_DENIED, fault->code,
                  "Windows shows restore points only to administrators.");
    }
    return false;
}

/* Lists the restore points. Opens a new connection, because an old one may return an old list. */
static bool list_points(DWORD limit_ms, struct restore_points *points, struct fault *fault)
{
    struct wmi wmi;
    struct harvest harvest = {.capacity = 0};
    if (!wmi_open(&wmi, L"root\\default", fault))
        return explain(fault);
    bool is_ok = wmi_each(&wmi, L"SystemRestore", properties, PROPERTY_COUNT, limit_ms, on_row,
                          &harvest, fault);
    wmi_close(&wmi);
    if (is_ok && harvest.is_broken)
        is_ok = fault_no_memory(fault);
    else if (!is_ok)
        explain(fault);
    if (!is_ok) {
        restore_points_release(&harvest.points);
        return false;
    }
    if (harvest.points.count > 0)
        qsort(harvest.points.rows, harvest.points.count, sizeof *harvest.points.rows, by_sequence);
    *points = harvest.points;
    return true;
}

/* Looks up SRSetRestorePointW. If it is missing, this Windows has no System Restore, even if the
 * WMI query succeeds. */
static set_restore_point bind_set(struct work *work, struct fault *fault)
{
    struct fault why;
    set_restore_point set =
        (set_restore_point)late_bind(&work->srclient, "SRSetRestorePointW", &why);
    if (!set)
        fault_set(fault, FAULT_UNAVAILABLE, why.code, "This Windows has no System Restore: %s",
                  why.text);
    return set;
}

static void act_list(struct work *work)
{
    work->is_ok = bind_set(work, &work->fault) &&
                  list_points(work->list_limit_ms, &work->points, &work->fault);
}

static bool list(void *context, struct restore_points *points, struct fault *fault)
{
    struct restore_point_adapter *own = context;
    struct work work = {.act = act_list};
    struct background *job;
    enum guard_end end;
    if (!may_have_points(own, fault))
        return false;
    struct work *done = perform(own, &work, own->list_limit_ms, &job, &end, fault);
    bool is_ok = done && done->is_ok;
    if (is_ok) {
        *points = done->points;
        restore_points_init(&done->points);
    } else if (done) {
        *fault = done->fault;
    }
    background_close(job);
    return is_ok;
}

static const struct restore_point *find(const struct restore_points *points, uint32_t sequence)
{
    struct restore_point key = {.sequence = sequence};
    return points->count ? bsearch(&key, points->rows, points->count, sizeof key, by_sequence)
                         : NULL;
}

/* ---- making ----------------------------------------------------------- */

static void conclude(struct restore_point_result *result, enum restore_point_outcome outcome,
                     uint32_t sequence, uint32_t code, const char *format, ...) PRINTF_LIKE(5, 6);

static void conclude(struct restore_point_result *result, enum restore_point_outcome outcome,
                     uint32_t sequence, uint32_t code, const char *format, ...)
{
    struct fault sentence; /* used only to cut after a whole character */
    char text[FAULT_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    *result = (struct restore_point_result){.outcome = outcome, .sequence = sequence, .code = code};
    fault_set(&sentence, FAULT_NONE, 0, "%s", text);
    fault_text(&sentence, result->why, sizeof result->why);
}

/* The documented values of STATEMGRSTATUS.nStatus. */
static const struct {
    DWORD code;
    enum restore_point_outcome outcome;
    const char *why;
} statuses[] = {
    {ERROR_SERVICE_DISABLED, RESTORE_POINT_UNAVAILABLE,
     "System Restore is off on this computer (error 1058)."},
    {ERROR_BAD_ENVIRONMENT, RESTORE_POINT_FAILED,
     "Windows is in safe mode and created no restore point (error 10)."},
    {ERROR_DISK_FULL, RESTORE_POINT_FAILED,
     "System Restore is suspended because of low disk space; it created no restore point (error "
     "112)."},
    {ERROR_INTERNAL_ERROR, RESTORE_POINT_FAILED,
     "System Restore had an internal error and created no restore point (error 1359)."},
    {ERROR_INVALID_DATA, RESTORE_POINT_FAILED,
     "System Restore rejected the sequence number and created no restore point (error 13)."},
    {ERROR_TIMEOUT, RESTORE_POINT_FAILED,
     "System Restore was busy for too long and created no restore point (error 1460)."},
};

static void conclude_failure(struct restore_point_result *result, DWORD code)
{
    struct text message;
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        if (statuses[i].code == code) {
            conclude(result, statuses[i].outcome, 0, code, "%s", statuses[i].why);
            return;
        }
    }
    if (code == 0) { /* only under Wine; GetLastError() does not return the reason either */
        conclude(result, RESTORE_POINT_FAILED, 0, 0,
                 "Windows created no restore point and did not report why.");
        return;
    }
    text_init(&message);
    system_message(&message, code);
    conclude(result, RESTORE_POINT_FAILED, 0, code, "Windows created no restore point: %s.",
             text_string(&message));
    text_release(&message);
}

/* Finds the new restore point, which is in `after`, but not in `before`. Looks for the number that
 * Windows reported, else for maxport's description. */
static const struct restore_point *find_new(const struct restore_points *before,
                                            const struct restore_points *after, int64_t reported,
                                            const wchar_t *description)
{
    char own[sizeof after->rows->description];
    wide_copy_utf8(description, own, sizeof own);
    if (reported > 0 && reported <= UINT32_MAX) {
        const struct restore_point *point = find(after, (uint32_t)reported);
        if (point)
            return find(before, point->sequence) ? NULL : point;
    }
    for (size_t i = after->count; i > 0; i--) {
        const struct restore_point *point = &after->rows[i - 1];
        if (!find(before, point->sequence) && strcmp(point->description, own) == 0)
            return point;
    }
    return NULL;
}

/* Windows has reported success. Only comparing the lists shows whether there is a new point. */
static void conclude_success(struct work *work, int64_t reported,
                             const struct restore_points *before,
                             const struct restore_points *after)
{
    const struct restore_point *point = find_new(before, after, reported, work->description);
    if (point) {
        conclude(&work->result, RESTORE_POINT_MADE, point->sequence, 0,
                 "Restore point %lu was created.", (unsigned long)point->sequence);
    } else if (reported > 0 && reported <= UINT32_MAX && find(before, (uint32_t)reported)) {
        conclude(&work->result, RESTORE_POINT_REUSED, (uint32_t)reported, 0,
                 "No restore point was created: Windows kept restore point %lu, because it "
                 "creates at most one in 24 hours (registry value "
                 "SystemRestorePointCreationFrequency; 0 removes this limit).",
                 (unsigned long)reported);
    } else {
        conclude(&work->result, RESTORE_POINT_FAILED, 0, 0,
                 "Windows reported success, but its list has no new restore point.");
    }
}

static void call(struct work *work, set_restore_point set)
{
    /* The sequence number must be 0. END_SYSTEM_CHANGE is needed only for nested calls (SDK,
     * RESTOREPOINTINFOW); a restore point is complete without it. */
    struct restore_point_info info = {.event_type = BEGIN_SYSTEM_CHANGE, .type = MODIFY_SETTINGS};
    struct restore_point_status status = {.code = 0};
    struct restore_points before, after;
    struct fault fault;
    restore_points_init(&before);
    restore_points_init(&after);
    memcpy(info.description, work->description, sizeof info.description);
    bool can_compare = list_points(work->list_limit_ms, &before, &fault);
    bool is_success = set(&info, &status) && status.code == 0;
    if (is_success && can_compare)
        can_compare = list_points(work->list_limit_ms, &after, &fault);
    if (!is_success) {
        conclude_failure(&work->result, status.code);
    } else if (can_compare) {
        conclude_success(work, status.sequence, &before, &after);
    } else {
        conclude(&work->result, RESTORE_POINT_FAILED, 0, fault.code,
                 "Windows reported success, but maxport could not check whether there is a new "
                 "restore point: %s",
                 fault.text);
    }
    restore_points_release(&before);
    restore_points_release(&after);
}

static void act_make(struct work *work)
{
    struct fault fault;
    struct com com;
    set_restore_point set = bind_set(work, &fault);
    if (!set) {
        conclude(&work->result, RESTORE_POINT_UNAVAILABLE, 0, fault.code, "%s", fault.text);
        return;
    }
    if (!com_enter(&com, EOAC_DISABLE_AAA, &fault)) {
        conclude(&work->result, RESTORE_POINT_FAILED, 0, fault.code, "%s", fault.text);
        return;
    }
    call(work, set);
    com_leave(&com);
}

/* Converts the description. Cuts a description that is too long after a whole character. */
static bool set_description(const char *utf8, wchar_t description[DESCRIPTION_COUNT])
{
    wchar_t *wide = wide_from_utf8(utf8);
    if (!wide)
        return false;
    size_t count = wcslen(wide);
    if (count >= DESCRIPTION_COUNT) {
        count = DESCRIPTION_COUNT - 1;
        if (wide[count - 1] >= 0xd800 && wide[count - 1] < 0xdc00)
            count--;
    }
    memset(description, 0, DESCRIPTION_COUNT * sizeof *description);
    memcpy(description, wide, count * sizeof *description);
    free(wide);
    return true;
}

static void make(void *context, const char *description, struct restore_point_result *result)
{
    struct restore_point_adapter *own = context;
    struct work work = {.act = act_make};
    struct background *job = NULL;
    struct fault fault;
    enum guard_end end = GUARD_LEFT;
    if (!may_have_points(own, &fault)) {
        conclude(result, RESTORE_POINT_UNAVAILABLE, 0, 0, "%s", fault.text);
        return;
    }
    if (!set_description(description, work.description)) {
        fault_no_memory(&fault);
        conclude(result, RESTORE_POINT_FAILED, 0, 0, "%s", fault.text);
        return;
    }
    struct work *done = perform(own, &work, own->make_limit_ms, &job, &end, &fault);
    if (done) {
        *result = done->result;
    } else if (end == GUARD_LATE && fault.kind == FAULT_DECLINED) {
        conclude(result, RESTORE_POINT_FAILED, 0, 0,
                 "Interrupted while Windows was creating a restore point, which it may still "
                 "complete.");
    } else if (end == GUARD_LATE) {
        conclude(result, RESTORE_POINT_FAILED, 0, fault.code,
                 "Windows did not finish creating a restore point within %lu seconds.",
                 (unsigned long)(own->make_limit_ms / 1000));
    } else {
        conclude(result, RESTORE_POINT_FAILED, 0, fault.code, "%s", fault.text);
        result->has_crashed = end == GUARD_CRASHED;
    }
    background_close(job);
}

/* ---- arming ----------------------------------------------------------- */

/* Returns whether WMI did not call the method. After any other error, Windows may have carried out
 * the request (winerror.h, wbemcli.h). */
static bool is_refusal(uint32_t code)
{
    static const uint32_t refusals[] = {
        0x80070005, /* E_ACCESSDENIED */
        0x80041002, /* WBEM_E_NOT_FOUND */
        0x80041003, /* WBEM_E_ACCESS_DENIED */
        0x80041008, /* WBEM_E_INVALID_PARAMETER */
        0x8004100e, /* WBEM_E_INVALID_NAMESPACE */
        0x80041010, /* WBEM_E_INVALID_CLASS */
        0x8004102e, /* WBEM_E_INVALID_METHOD */
        0x80041055, /* WBEM_E_METHOD_NOT_IMPLEMENTED */
    };
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++)
        if (code == refusals[i])
            return true;
    return false;
}

static void act_arm(struct work *work)
{
    struct wmi wmi;
    struct wmi_value answer;
    if (!list_points(work->list_limit_ms, &work->points, &work->fault))
        return;
    if (!find(&work->points, work->sequence)) {
        fault_set(&work->fault, FAULT_MISSING, 0, "Windows has no restore point %lu.",
                  (unsigned long)work->sequence);
        return;
    }
    if (!wmi_open(&wmi, L"root\\default", &work->fault)) {
        explain(&work->fault);
        return;
    }
    bool has_answer = wmi_call(&wmi, L"SystemRestore", L"Restore", L"SequenceNumber",
                               work->sequence, &answer, &work->fault);
    wmi_close(&wmi);
    if (!has_answer) {
        work->is_uncertain = !is_refusal(work->fault.code);
    } else if (answer.kind != WMI_NUMBER) {
        work->is_uncertain = true;
        fault_set(&work->fault, FAULT_FAILED, 0,
                  "Windows did not report whether it scheduled the return to restore point %lu.",
                  (unsigned long)work->sequence);
    } else if (answer.number != 0) {
        system_fault(&work->fault, FAULT_FAILED, (uint32_t)answer.number,
                     "Windows did not schedule the return to restore point %lu",
                     (unsigned long)work->sequence);
    } else {
        work->is_ok = true;
    }
}

/* Ctrl-C does not end the wait, because the request cannot be withdrawn. */
static enum return_result arm(void *context, uint32_t sequence, struct fault *fault)
{
    struct restore_point_adapter patient = *(struct restore_point_adapter *)context;
    const struct restore_point_adapter *own = &patient;
    struct work work = {.act = act_arm, .sequence = sequence};
    struct background *job;
    enum guard_end end;
    patient.screen = NULL;
    if (!may_have_points(own, fault))
        return RETURN_REFUSED;
    struct work *done = perform(own, &work, own->arm_limit_ms, &job, &end, fault);
    bool is_ok = done && done->is_ok, is_uncertain = done ? done->is_uncertain : end != GUARD_LEFT;
    if (done && !is_ok)
        *fault = done->fault;
    if (is_uncertain) {
        struct fault cause = *fault;
        fault_set(fault, cause.kind, cause.code,
                  "%s The return to restore point %lu may still happen at the next restart.",
                  cause.text, (unsigned long)sequence);
    }
    background_close(job);
    return is_ok ? RETURN_SCHEDULED : is_uncertain ? RETURN_UNCERTAIN : RETURN_REFUSED;
}

void restore_point_open(struct restore_point_adapter *adapter, const struct screen *screen,
                        struct restore_point_source *functions)
{
    struct fault ignored;
    *adapter = (struct restore_point_adapter){
        .srclient = {.name = L"srclient.dll"},
        .make_limit_ms = RESTORE_POINT_MAKE_MINUTES * 60 * 1000,
        .list_limit_ms = RESTORE_POINT_LIST_SECONDS * 1000,
        .arm_limit_ms = RESTORE_POINT_ARM_SECONDS * 1000,
        .screen = screen,
    };
    adapter->is_os_known = os_version_number(&adapter->os, &ignored);
    *functions =
        (struct restore_point_source){.context = adapter, .make = make, .list = list, .arm = arm};
}
