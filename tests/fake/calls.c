#include "fake/calls.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

static const char *const call_names[CALL_COUNT] = {
    [CALL_REGISTRY_READ] = "registry.read",
    [CALL_REGISTRY_WRITE] = "registry.write",
    [CALL_REGISTRY_FLUSH] = "registry.flush",
    [CALL_REGISTRY_WALK] = "registry.walk",
    [CALL_REGISTRY_LAST_WRITE] = "registry.last_write",
    [CALL_SOCKETS_FETCH] = "sockets.fetch",
    [CALL_RANGES_READ] = "ranges.read",
    [CALL_RANGES_READ_ONE] = "ranges.read_one",
    [CALL_RANGES_WRITE] = "ranges.write",
    [CALL_EVENTS_READ] = "events.read",
    [CALL_SERVICES_READ] = "services.read",
    [CALL_SERVICES_DETAIL] = "services.detail",
    [CALL_MEMORY_READ] = "memory.read",
    [CALL_BINDER_TRY] = "binder.try_bind",
    [CALL_AUDIT_REPORT] = "audit.report",
    [CALL_RESTORE_POINT_MAKE] = "restore_points.make",
    [CALL_RESTORE_POINT_LIST] = "restore_points.list",
    [CALL_RESTORE_POINT_ARM] = "restore_points.arm",
    [CALL_STORE_INSPECT] = "store.inspect",
    [CALL_STORE_RECORD] = "store.record",
    [CALL_STORE_PREPARE] = "store.prepare",
    [CALL_STORE_LOCK] = "store.lock",
    [CALL_STORE_UNLOCK] = "store.unlock",
    [CALL_STORE_READ] = "store.read",
    [CALL_STORE_CREATE] = "store.create",
    [CALL_STORE_REPLACE] = "store.replace",
    [CALL_STORE_APPEND] = "store.append",
    [CALL_STORE_PUBLISH] = "store.publish",
    [CALL_STORE_PATH] = "store.path",
    [CALL_STORE_MEASURE] = "store.measure",
    [CALL_STORE_REMOVE] = "store.remove",
    [CALL_FILES_READ] = "files.read",
    [CALL_FILES_WRITE] = "files.write",
    [CALL_FILES_PATH] = "files.path",
    [CALL_FILES_DOCUMENTS] = "files.documents",
    [CALL_PROCESSES_LIST] = "processes.list",
    [CALL_PROCESSES_DETAIL] = "processes.detail",
    [CALL_OS_VERSION_READ] = "os_version.read",
    [CALL_IDENTITY_READ] = "identity.read",
    [CALL_CLOCK_NOW] = "clock.now_ms",
    [CALL_CLOCK_MONOTONIC] = "clock.monotonic_ms",
    [CALL_CLOCK_OFFSET] = "clock.offset_seconds",
    [CALL_CLOCK_BOOT] = "clock.boot",
    [CALL_CLOCK_RESUME] = "clock.resume",
    [CALL_CLOCK_SLEEP] = "clock.sleep_ms",
    [CALL_DEADLINE_SET] = "deadline.set",
    [CALL_DEADLINE_CLEAR] = "deadline.clear",
    [CALL_SCREEN_WRITE] = "screen.write",
    [CALL_SCREEN_READER] = "screen.reader_has_closed",
    [CALL_SCREEN_STYLE] = "screen.style",
    [CALL_SCREEN_ASK] = "screen.ask",
    [CALL_SCREEN_LOOK] = "screen.look",
    [CALL_SCREEN_STOP] = "screen.stop_requested",
    [CALL_SCREEN_WAIT] = "screen.wait",
    [CALL_SCREEN_PAGE] = "screen.page",
};

const char *fake_call_name(enum fake_call call)
{
    return call < CALL_COUNT ? call_names[call] : "no call";
}

void fake_misused(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("tests/fake: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

void *fake_must(void *memory)
{
    if (!memory)
        fake_misused("out of memory");
    return memory;
}

void *fake_copy(const void *data, size_t length)
{
    char *copy = fake_must(malloc(length + 1));
    if (length > 0)
        memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

void fake_die(struct fake *fake)
{
    if (!fake->is_running)
        fake_misused("a kill outside of fake_run");
    longjmp(fake->death, 1);
}

enum fake_mishap fake_begin(struct fake *fake, enum fake_call call)
{
    if (fake->calls < FAKE_NOTE_MAXIMUM)
        fake->notes[fake->calls] = (uint16_t)call;
    fake->calls++;
    fake->calls_of[call]++;

    enum fake_mishap mishap = MISHAP_NONE;
    for (size_t i = 0; i < FAKE_EVENT_MAXIMUM; i++) {
        struct fake_event *event = &fake->events[i];
        if (event->is_over || (event->calls & FAKE_CALL(call)) == 0)
            continue;
        if (!event->is_endless && --event->nth != 0)
            continue;
        event->is_over = !event->is_endless;
        if (event->act)
            event->act(fake, event->context);
        if (event->mishap != MISHAP_NONE && mishap == MISHAP_NONE)
            mishap = event->mishap;
    }
    if (mishap != MISHAP_NONE) {
        fake->has_struck = true;
        fake->struck = call;
    }
    if (mishap == DIE_BEFORE)
        fake_die(fake);
    fake_check_deadline(fake);
    return mishap;
}

bool fake_fails_before(enum fake_mishap mishap)
{
    return mishap == FAIL_BEFORE || mishap == FAIL_DURING;
}

bool fake_fails_at_all(enum fake_mishap mishap)
{
    return fake_fails_before(mishap) || mishap == FAIL_AFTER;
}

bool fake_fail(const struct fake *fake, enum fake_call call, enum fault_kind kind,
               struct fault *fault)
{
    if (fake->failure_kind != FAULT_NONE)
        kind = fake->failure_kind;
    return fault_set(fault, kind, kind == FAULT_STORE ? ERROR_DISK_FULL : ERROR_GEN_FAILURE,
                     "The fake failed %s as told.", fake_call_name(call));
}

bool fake_end(struct fake *fake, enum fake_call call, enum fake_mishap mishap, enum fault_kind kind,
              struct fault *fault)
{
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        fake_die(fake);
    if (mishap == FAIL_AFTER)
        return fake_fail(fake, call, kind, fault);
    return true;
}

static struct fake_event *new_event(struct fake *fake)
{
    for (size_t i = 0; i < FAKE_EVENT_MAXIMUM; i++)
        if (fake->events[i].is_over)
            return &fake->events[i];
    fake_misused("more than %d events at once", FAKE_EVENT_MAXIMUM);
}

void fake_upset(struct fake *fake, uint64_t calls, unsigned nth, enum fake_mishap mishap)
{
    *new_event(fake) =
        (struct fake_event){.calls = calls, .nth = nth, .is_endless = nth == 0, .mishap = mishap};
}

void fake_when(struct fake *fake, uint64_t calls, unsigned nth,
               void (*act)(struct fake *, void *context), void *context)
{
    *new_event(fake) = (struct fake_event){
        .calls = calls, .nth = nth, .is_endless = nth == 0, .act = act, .context = context};
}

void fake_calm(struct fake *fake)
{
    for (size_t i = 0; i < FAKE_EVENT_MAXIMUM; i++)
        fake->events[i] = (struct fake_event){.is_over = true};
    fake->has_struck = false;
}

bool fake_run(struct fake *fake, void (*body)(void *context), void *context)
{
    if (fake->is_running)
        fake_misused("fake_run within fake_run");
    fake->is_running = true;
#ifdef __SANITIZE_ADDRESS__
    __lsan_disable(); /* a killed program does not free its memory */
#endif
    bool has_returned = false;
    if (setjmp(fake->death) == 0) {
        body(context);
        has_returned = true;
    }
#ifdef __SANITIZE_ADDRESS__
    __lsan_enable();
#endif
    fake->is_running = false;
    return has_returned;
}

void fake_restart(struct fake *fake)
{
    fake_calm(fake);
    fake->is_locked = false;
    fake->calls = 0;
    memset(fake->calls_of, 0, sizeof fake->calls_of);
    fake->registry_writes = fake->store_writes = fake->unlocked_writes = 0;
    fake->private_reads = 0;
    fake->socket_mask = fake->socket_masks = 0;
    fake->answered = 0;
    fake->is_stop_requested = false;
    fake->has_passed_deadline = false;
    fake->deadline_ms = 0;
    fake->is_page_open = false;
    fake->pages = fake->cut = 0;
    text_release(&fake->out);
    text_release(&fake->error);
    text_release(&fake->page);
    text_release(&fake->draft);
    fake->identity.process_id++;
}

void fake_reboot(struct fake *fake, int64_t later_ms)
{
    fake_restart(fake);
    fake->now_ms += later_ms;
    fake->monotonic_ms = 0;
    fake->boot.start_ms = fake->now_ms;
    if (fake->boot.session_ms != 0)
        fake->boot.session_ms = fake->now_ms;
    if (fake->boot.boot_count != 0)
        fake->boot.boot_count++;
}

static unsigned count_of_notes(const struct fake *fake)
{
    return fake->calls < FAKE_NOTE_MAXIMUM ? fake->calls : FAKE_NOTE_MAXIMUM;
}

unsigned fake_first(const struct fake *fake, uint64_t calls)
{
    for (unsigned i = 0; i < count_of_notes(fake); i++)
        if ((calls & FAKE_CALL(fake->notes[i])) != 0)
            return i + 1;
    return 0;
}

unsigned fake_last(const struct fake *fake, uint64_t calls)
{
    for (unsigned i = count_of_notes(fake); i > 0; i--)
        if ((calls & FAKE_CALL(fake->notes[i - 1])) != 0)
            return i;
    return 0;
}

bool fake_denied(struct fault *fault, const char *what)
{
    return fault_set(fault, FAULT_DENIED, ERROR_ACCESS_DENIED, "Access is denied: %s.", what);
}

uint16_t fake_lower(uint16_t unit)
{
    return unit >= 'A' && unit <= 'Z' ? (uint16_t)(unit - 'A' + 'a') : unit;
}
