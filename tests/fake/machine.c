#include "fake/machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#define STORE_FOLDER "C:\\ProgramData\\maxport"

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
    [CALL_PROCESSES_LIST] = "processes.list",
    [CALL_OS_VERSION_READ] = "os_version.read",
    [CALL_IDENTITY_READ] = "identity.read",
    [CALL_CLOCK_NOW] = "clock.now_ms",
    [CALL_CLOCK_MONOTONIC] = "clock.monotonic_ms",
    [CALL_CLOCK_OFFSET] = "clock.offset_seconds",
    [CALL_CLOCK_BOOT] = "clock.boot",
    [CALL_CLOCK_RESUME] = "clock.resume",
    [CALL_CLOCK_SLEEP] = "clock.sleep_ms",
    [CALL_SCREEN_WRITE] = "screen.write",
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

/* A mistake in a test, not in what is tested. */
PRINTF_LIKE(1, 2) _Noreturn static void misused(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("tests/fake/machine.c: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    abort();
}

static void *must(void *memory)
{
    if (!memory)
        misused("out of memory");
    return memory;
}

static void *copy_of(const void *data, size_t length)
{
    char *copy = must(malloc(length + 1));
    if (length > 0)
        memcpy(copy, data, length);
    copy[length] = '\0';
    return copy;
}

/* ---------------------------------------------------------------- every call goes through here */

enum { ERROR_ACCESS_DENIED = 5, ERROR_GEN_FAILURE = 31, ERROR_DISK_FULL = 112 };

static void die(struct fake *fake)
{
    if (!fake->is_running)
        misused("a death outside of fake_run");
    longjmp(fake->death, 1);
}

/* Counts the call, lets others act, and says what is to go wrong. */
static enum fake_mishap begin(struct fake *fake, enum fake_call call)
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
        die(fake);
    return mishap;
}

static bool fails_before(enum fake_mishap mishap)
{
    return mishap == FAIL_BEFORE || mishap == FAIL_DURING;
}

/* A read has no effect that could come before its failure. */
static bool fails_at_all(enum fake_mishap mishap)
{
    return fails_before(mishap) || mishap == FAIL_AFTER;
}

static bool fail(const struct fake *fake, enum fake_call call, enum fault_kind kind,
                 struct fault *fault)
{
    if (fake->failure_kind != FAULT_NONE)
        kind = fake->failure_kind;
    return fault_set(fault, kind, kind == FAULT_STORE ? ERROR_DISK_FULL : ERROR_GEN_FAILURE,
                     "The fake failed %s as told.", fake_call_name(call));
}

/* The end of a call that took effect. */
static bool end(struct fake *fake, enum fake_call call, enum fake_mishap mishap,
                enum fault_kind kind, struct fault *fault)
{
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        die(fake);
    if (mishap == FAIL_AFTER)
        return fail(fake, call, kind, fault);
    return true;
}

static struct fake_event *new_event(struct fake *fake)
{
    for (size_t i = 0; i < FAKE_EVENT_MAXIMUM; i++)
        if (fake->events[i].is_over)
            return &fake->events[i];
    misused("more than %d events at once", FAKE_EVENT_MAXIMUM);
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
        misused("fake_run within fake_run");
    fake->is_running = true;
#ifdef __SANITIZE_ADDRESS__
    __lsan_disable(); /* the dead do not free */
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

/* ---------------------------------------------------------------- registry */

struct utf16 {
    uint16_t *units;
    size_t count;
};

static struct utf16 utf16_of(const char *string)
{
    size_t length = strlen(string);
    struct utf16 wide = {must(malloc((length + 1) * sizeof *wide.units)), 0};
    for (size_t i = 0; i < length;) {
        uint32_t character;
        size_t size = utf8_decode(string + i, length - i, &character);
        if (size == 0)
            misused("ill-formed UTF-8 in a registry path");
        i += size;
        if (character >= 0x10000) {
            wide.units[wide.count++] = (uint16_t)(0xd800 + ((character - 0x10000) >> 10));
            character = 0xdc00 + ((character - 0x10000) & 0x3ff);
        }
        wide.units[wide.count++] = (uint16_t)character;
    }
    return wide;
}

static uint16_t lower(uint16_t unit)
{
    return unit >= 'A' && unit <= 'Z' ? (uint16_t)(unit - 'A' + 'a') : unit;
}

static bool equal_names(const uint16_t *a, size_t a_count, const uint16_t *b, size_t b_count)
{
    if (a_count != b_count)
        return false;
    for (size_t i = 0; i < a_count; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

static struct fake_key *key_at(const struct fake *fake, const uint16_t *path, size_t count)
{
    for (size_t i = 0; i < fake->key_count; i++)
        if (equal_names(fake->keys[i].path, fake->keys[i].path_count, path, count))
            return &fake->keys[i];
    return NULL;
}

static struct fake_key *key_find(const struct fake *fake, const char *key)
{
    struct utf16 path = utf16_of(key);
    struct fake_key *found = key_at(fake, path.units, path.count);
    free(path.units);
    return found;
}

struct fake_key *fake_key(struct fake *fake, const char *key)
{
    struct utf16 path = utf16_of(key);
    for (size_t i = 1; i <= path.count; i++) {
        if (i < path.count && path.units[i] != '\\')
            continue;
        if (key_at(fake, path.units, i))
            continue;
        fake->keys = must(realloc(fake->keys, (fake->key_count + 1) * sizeof *fake->keys));
        fake->keys[fake->key_count++] =
            (struct fake_key){.path = copy_of(path.units, i * sizeof *path.units),
                              .path_count = i,
                              .last_write_ms = fake->now_ms};
    }
    free(path.units);
    return key_find(fake, key);
}

static struct fake_value *value_at(const struct fake_key *key, const uint16_t *name, size_t count)
{
    for (size_t i = 0; i < key->value_count; i++)
        if (equal_names(key->values[i].name, key->values[i].name_count, name, count))
            return &key->values[i];
    return NULL;
}

const struct fake_value *fake_find(const struct fake *fake, const char *key, const char *name)
{
    const struct fake_key *at = key_find(fake, key);
    if (!at)
        return NULL;
    struct utf16 wide = utf16_of(name);
    const struct fake_value *value = value_at(at, wide.units, wide.count);
    free(wide.units);
    return value;
}

void fake_put_utf16(struct fake *fake, const char *key, const uint16_t *name, size_t name_count,
                    uint32_t type, const void *data, size_t length)
{
    struct fake_key *at = fake_key(fake, key);
    struct fake_value *value = value_at(at, name, name_count);
    if (!value) {
        at->values = must(realloc(at->values, (at->value_count + 1) * sizeof *at->values));
        value = &at->values[at->value_count++];
        *value = (struct fake_value){.name = copy_of(name, name_count * sizeof *name),
                                     .name_count = name_count};
    }
    free(value->data);
    value->type = type;
    value->data = copy_of(data, length);
    value->length = length;
    at->last_write_ms = fake->now_ms;
}

void fake_put(struct fake *fake, const char *key, const char *name, uint32_t type, const void *data,
              size_t length)
{
    struct utf16 wide = utf16_of(name);
    fake_put_utf16(fake, key, wide.units, wide.count, type, data, length);
    free(wide.units);
}

void fake_remove(struct fake *fake, const char *key, const char *name)
{
    struct fake_key *at = key_find(fake, key);
    struct utf16 wide = utf16_of(name);
    struct fake_value *value = at ? value_at(at, wide.units, wide.count) : NULL;
    free(wide.units);
    if (!value)
        return;
    free(value->name);
    free(value->data);
    size_t after = at->value_count - (size_t)(value - at->values) - 1;
    memmove(value, value + 1, after * sizeof *value);
    at->value_count--;
    at->last_write_ms = fake->now_ms;
}

void fake_put_number(struct fake *fake, const char *name, uint32_t number)
{
    uint8_t bytes[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 24)};
    fake_put(fake, TCPIP_PARAMETERS, name, TYPE_DWORD, bytes, sizeof bytes);
}

bool fake_holds_number(const struct fake *fake, const char *name, uint32_t number)
{
    const struct fake_value *value = fake_find(fake, TCPIP_PARAMETERS, name);
    uint8_t bytes[4] = {(uint8_t)number, (uint8_t)(number >> 8), (uint8_t)(number >> 16),
                        (uint8_t)(number >> 24)};
    return value && value->type == TYPE_DWORD && value->length == sizeof bytes &&
           memcmp(value->data, bytes, sizeof bytes) == 0;
}

bool fake_is_absent(const struct fake *fake, const char *name)
{
    return !fake_find(fake, TCPIP_PARAMETERS, name);
}

static void dump_name(struct text *text, const uint16_t *name, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (name[i] >= 0x20 && name[i] < 0x7f)
            text_printf(text, "%c", name[i]);
        else
            text_printf(text, "\\u%04x", (unsigned)name[i]);
}

void fake_dump_registry(const struct fake *fake, struct text *text)
{
    for (size_t i = 0; i < fake->key_count; i++) {
        const struct fake_key *key = &fake->keys[i];
        text_puts(text, "[");
        dump_name(text, key->path, key->path_count);
        text_puts(text, "]\n");
        for (size_t j = 0; j < key->value_count; j++) {
            const struct fake_value *value = &key->values[j];
            dump_name(text, value->name, value->name_count);
            text_printf(text, "=%lu:", (unsigned long)value->type);
            for (size_t k = 0; k < value->length; k++)
                text_printf(text, "%02x", value->data[k]);
            text_puts(text, "\n");
        }
    }
}

static bool denied(struct fault *fault, const char *what)
{
    return fault_set(fault, FAULT_DENIED, ERROR_ACCESS_DENIED, "Access is denied: %s.", what);
}

static bool no_key(struct fault *fault, const char *key)
{
    return fault_set(fault, FAULT_MISSING, 2, "There is no key HKEY_LOCAL_MACHINE\\%s.", key);
}

static bool registry_read(void *context, const struct place *place, struct value *value,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_REGISTRY_READ);
    if (place->kind != PLACE_REGISTRY)
        misused("registry.read of a place that is none of the registry");
    if (fails_at_all(mishap))
        return fail(fake, CALL_REGISTRY_READ, FAULT_FAILED, fault);
    const struct fake_key *key = key_find(fake, place->key);
    if (key && key->is_unreadable)
        return denied(fault, "the key may not be read");
    const struct fake_value *found = fake_find(fake, place->key, place->name);
    struct value read = value_absent();
    if (found && !value_from_registry(&read, found->type, found->data, found->length, fault))
        return false;
    *value = read;
    return end(fake, CALL_REGISTRY_READ, mishap, FAULT_FAILED, fault);
}

static bool registry_write(void *context, const struct place *place, const struct value *value,
                           struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_REGISTRY_WRITE);
    if (place->kind != PLACE_REGISTRY || value->kind == VALUE_RANGE)
        misused("registry.write of what no registry holds");
    if (fails_before(mishap))
        return fail(fake, CALL_REGISTRY_WRITE, FAULT_FAILED, fault);
    if (mishap == LIE)
        return true;
    const struct fake_key *key = key_find(fake, place->key);
    if (!fake->identity.is_elevated || (key && key->is_unwritable))
        return denied(fault, "the key may not be written");
    if (mishap != DIE_DURING) {
        uint8_t scratch[4];
        const uint8_t *data;
        size_t length;
        uint32_t type;
        if (value_to_registry(value, scratch, &type, &data, &length))
            fake_put(fake, place->key, place->name, type, data, length);
        else
            fake_remove(fake, place->key, place->name);
        fake->registry_writes++;
    }
    return end(fake, CALL_REGISTRY_WRITE, mishap, FAULT_FAILED, fault);
}

static bool registry_flush(void *context, const char *key, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_REGISTRY_FLUSH);
    if (fails_before(mishap))
        return fail(fake, CALL_REGISTRY_FLUSH, FAULT_FAILED, fault);
    if (!key_find(fake, key))
        return no_key(fault, key);
    return end(fake, CALL_REGISTRY_FLUSH, mishap, FAULT_FAILED, fault);
}

/* Is `inner` a direct subkey of `outer`? */
static bool is_child(const struct fake_key *outer, const struct fake_key *inner)
{
    size_t count = outer->path_count;
    if (inner->path_count <= count + 1 || inner->path[count] != '\\' ||
        !equal_names(outer->path, count, inner->path, count))
        return false;
    for (size_t i = count + 1; i < inner->path_count; i++)
        if (inner->path[i] == '\\')
            return false;
    return true;
}

static bool walk_key(const struct fake *fake, const struct fake_key *key,
                     const struct registry_visitor *visitor, struct fault *fault)
{
    if (key->is_unreadable)
        return denied(fault, "the key may not be read");
    if (!visitor->key(visitor->context, key->path, key->path_count, fault))
        return false;
    for (size_t i = 0; i < key->value_count; i++) {
        const struct fake_value *value = &key->values[i];
        if (!visitor->value(visitor->context, value->name, value->name_count, value->type,
                            value->data, value->length, fault))
            return false;
    }
    for (size_t i = 0; i < fake->key_count; i++)
        if (is_child(key, &fake->keys[i]) && !walk_key(fake, &fake->keys[i], visitor, fault))
            return false;
    return true;
}

static bool registry_walk(void *context, const char *key, const struct registry_visitor *visitor,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_REGISTRY_WALK);
    if (fails_before(mishap))
        return fail(fake, CALL_REGISTRY_WALK, FAULT_FAILED, fault);
    const struct fake_key *at = key_find(fake, key);
    if (!at)
        return no_key(fault, key);
    if (!walk_key(fake, at, visitor, fault))
        return false;
    return end(fake, CALL_REGISTRY_WALK, mishap, FAULT_FAILED, fault);
}

static bool registry_last_write(void *context, const char *key, int64_t *unix_ms,
                                struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_REGISTRY_LAST_WRITE);
    if (fails_at_all(mishap))
        return fail(fake, CALL_REGISTRY_LAST_WRITE, FAULT_FAILED, fault);
    const struct fake_key *at = key_find(fake, key);
    if (!at)
        return no_key(fault, key);
    if (at->is_unreadable)
        return denied(fault, "the key may not be read");
    *unix_ms = at->last_write_ms;
    return end(fake, CALL_REGISTRY_LAST_WRITE, mishap, FAULT_FAILED, fault);
}

/* ---------------------------------------------------------------- sockets and ranges */

static bool is_listener(const struct socket_row *row)
{
    return row->protocol == PROTOCOL_UDP || row->state == STATE_LISTEN;
}

static bool sockets_fetch(void *context, unsigned mask, struct sockets *sockets,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_SOCKETS_FETCH);
    fake->socket_mask = mask;
    fake->socket_masks |= mask;
    if (sockets->count != 0)
        misused("sockets.fetch into sockets that are not empty");
    if (fails_at_all(mishap))
        return fail(fake, CALL_SOCKETS_FETCH, FAULT_FAILED, fault);

    bool wants_listeners = (mask & SOCKETS_LISTENERS) != 0;
    bool is_any_available = false;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            is_any_available |= fake->tables[p][f].is_available;
    if (!is_any_available)
        return fault_set(fault, FAULT_FAILED, ERROR_GEN_FAILURE, "No socket table could be read.");
    if (!sockets_reserve(sockets, fake->sockets.count, fault))
        return false;

    sockets->has_owners =
        fake->can_show_owners && (mask & (SOCKETS_OWNERS | SOCKETS_LISTENERS)) != 0;
    sockets->has_bound = fake->can_show_bound && (mask & SOCKETS_BOUND) != 0;
    memcpy(sockets->tables, fake->tables, sizeof sockets->tables);
    for (size_t i = 0; i < fake->sockets.count; i++) {
        struct socket_row row = fake->sockets.rows[i];
        if (!fake->tables[row.protocol][row.family].is_available ||
            (row.state == STATE_BOUND && !sockets->has_bound) ||
            (wants_listeners && !is_listener(&row)))
            continue;
        if (!sockets->has_owners)
            row.owner = OWNER_UNKNOWN;
        sockets->rows[sockets->count++] = row;
    }
    return end(fake, CALL_SOCKETS_FETCH, mishap, FAULT_FAILED, fault);
}

static void ranges_read(void *context, struct range_answers *answers)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_RANGES_READ);
    struct fault fault;
    memset(answers, 0, sizeof *answers);
    memcpy(answers->running, fake->ranges, sizeof fake->ranges);
    answers->auto_reuse = fake->auto_reuse;
    answers->is_auto_reuse_known = fake->is_auto_reuse_known;
    for (size_t i = 0; i < fake->exclusions.count; i++)
        if (!exclusions_add(&answers->exclusions, &fake->exclusions.rows[i], &fault))
            misused("no memory");
    memcpy(answers->exclusions.is_known, fake->exclusions.is_known,
           sizeof fake->exclusions.is_known);
    memcpy(answers->exclusions.why, fake->exclusions.why, sizeof fake->exclusions.why);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        die(fake);
}

static bool ranges_read_one(void *context, enum protocol protocol, enum family family,
                            struct port_range *range, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_RANGES_READ_ONE);
    if (fails_at_all(mishap) || !fake->ranges[protocol][family].is_known)
        return fail(fake, CALL_RANGES_READ_ONE, FAULT_UNAVAILABLE, fault);
    *range = fake->ranges[protocol][family].range;
    return end(fake, CALL_RANGES_READ_ONE, mishap, FAULT_UNAVAILABLE, fault);
}

static bool ranges_write(void *context, enum protocol protocol, enum family family,
                         struct port_range range, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_RANGES_WRITE);
    if (fails_at_all(mishap))
        return fail(fake, CALL_RANGES_WRITE, FAULT_FAILED, fault);
    if (!fake->identity.is_elevated)
        return fault_set(fault, FAULT_DENIED, 5, "netsh was denied.");
    if (mishap != LIE) {
        fake->ranges[protocol][family].is_known = true;
        fake->ranges[protocol][family].range = range;
        fake->range_writes++;
    }
    return end(fake, CALL_RANGES_WRITE, mishap, FAULT_FAILED, fault);
}

void fake_answer_range(struct fake *fake, enum protocol protocol, enum family family,
                       uint32_t start, uint32_t count, enum range_source source)
{
    if (!fake->machine.ranges.read)
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                fake->ranges[p][f] = (struct running_range){.why = "The fake was not told."};
    fake->machine.ranges.read = ranges_read;
    fake->machine.ranges.read_one = ranges_read_one;
    fake->machine.ranges.write = ranges_write;
    fake->ranges[protocol][family] = (struct running_range){
        .is_known = true, .range = {.start = start, .count = count}, .source = source};
}

void fake_exclude(struct fake *fake, enum protocol protocol, enum family family, uint32_t start,
                  uint32_t count, bool is_administered)
{
    struct exclusion row = {protocol, family, {start, count}, is_administered};
    struct fault fault;
    if (!exclusions_add(&fake->exclusions, &row, &fault))
        misused("no memory");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake->exclusions.is_known[p][f] = true;
}

/* ---------------------------------------------------------------- events, services, memory */

static void events_read(void *context, int64_t since_ms, struct events *events)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_EVENTS_READ);
    memset(events, 0, sizeof *events);
    events->is_known = fake->log.is_known;
    if (!events->is_known)
        strcpy(events->why, "The fake was not told.");
    for (size_t i = 0; i < fake->log.count; i++)
        if (fake->log.rows[i].time_ms >= since_ms)
            events->rows[events->count++] = fake->log.rows[i];
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        die(fake);
}

void fake_add_event(struct fake *fake, uint32_t id, int64_t time_ms)
{
    if (fake->log.count == EVENTS_MAX)
        misused("too many events");
    fake->log.is_known = true;
    memmove(fake->log.rows + 1, fake->log.rows, fake->log.count++ * sizeof *fake->log.rows);
    fake->log.rows[0] = (struct event){id, time_ms};
}

static void services_read(void *context, struct services *services)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_SERVICES_READ);
    memset(services, 0, sizeof *services);
    services->is_known = fake->services.is_known;
    if (!services->is_known)
        strcpy(services->why, "The fake was not told.");
    services->count = fake->services.count;
    if (services->count)
        services->rows = copy_of(fake->services.rows, services->count * sizeof *services->rows);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        die(fake);
}

static bool services_detail(void *context, uint32_t process, const char *name, char *detail,
                            size_t size)
{
    struct fake *fake = context;
    begin(fake, CALL_SERVICES_DETAIL);
    (void)process;
    if (strcmp(name, "w3wp.exe") != 0)
        return false;
    snprintf(detail, size, "application pool Shop");
    return true;
}

void fake_add_service(struct fake *fake, uint32_t process, const char *name, const char *display)
{
    struct services *services = &fake->services;
    struct service *rows = realloc(services->rows, (services->count + 1) * sizeof *rows);
    if (!rows)
        misused("no memory");
    services->rows = rows;
    rows[services->count] = (struct service){.process = process};
    strcpy(rows[services->count].name, name);
    strcpy(rows[services->count].display, display);
    services->count++;
    services->is_known = true;
}

static bool memory_read(void *context, struct memory *memory, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_MEMORY_READ);
    if (fails_at_all(mishap))
        return fail(fake, CALL_MEMORY_READ, FAULT_FAILED, fault);
    *memory = fake->memory;
    return end(fake, CALL_MEMORY_READ, mishap, FAULT_FAILED, fault);
}

static bool binder_try(void *context, enum protocol protocol, enum family family, uint16_t port,
                       enum bind_answer *answer, uint32_t *code, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_BINDER_TRY);
    (void)family;
    if (fails_at_all(mishap))
        return fail(fake, CALL_BINDER_TRY, FAULT_UNAVAILABLE, fault);
    *answer = (enum bind_answer)fake->bind_answers[protocol][port];
    *code = *answer == BIND_FREE ? 0 : *answer == BIND_IN_USE ? 10048 : 10013;
    return end(fake, CALL_BINDER_TRY, mishap, FAULT_UNAVAILABLE, fault);
}

static void audit_report(void *context, enum audit_event event, const char *text)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_AUDIT_REPORT);
    text_printf(&fake->audited, "%d %s\n", (int)event, text);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        die(fake);
}

static void add_point(struct fake *fake, uint32_t sequence, const char *description,
                      int64_t created_ms)
{
    struct restore_points *points = &fake->points;
    struct restore_point *rows = realloc(points->rows, (points->count + 1) * sizeof *rows);
    if (!rows)
        misused("no memory");
    points->rows = rows;
    rows[points->count] =
        (struct restore_point){.sequence = sequence, .created_ms = created_ms, .type = 12};
    strncpy(rows[points->count].description, description, sizeof rows->description - 1);
    points->count++;
}

static void points_make(void *context, const char *description, struct restore_point_result *result)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_RESTORE_POINT_MAKE);
    *result = fake->point_result;
    if (result->outcome == RESTORE_POINT_MADE)
        add_point(fake, result->sequence, description, fake->now_ms);
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        die(fake);
}

static bool points_list(void *context, struct restore_points *points, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_RESTORE_POINT_LIST);
    if (fails_at_all(mishap))
        return fail(fake, CALL_RESTORE_POINT_LIST, FAULT_UNAVAILABLE, fault);
    points->count = fake->points.count;
    points->rows =
        points->count ? copy_of(fake->points.rows, points->count * sizeof *points->rows) : NULL;
    return end(fake, CALL_RESTORE_POINT_LIST, mishap, FAULT_UNAVAILABLE, fault);
}

static bool points_arm(void *context, uint32_t sequence, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_RESTORE_POINT_ARM);
    if (fails_at_all(mishap))
        return fail(fake, CALL_RESTORE_POINT_ARM, FAULT_FAILED, fault);
    fake->armed_point = sequence;
    return end(fake, CALL_RESTORE_POINT_ARM, mishap, FAULT_FAILED, fault);
}

void fake_add_restore_point(struct fake *fake, uint32_t sequence, const char *description,
                            int64_t created_ms)
{
    add_point(fake, sequence, description, created_ms);
    fake->machine.restore_points =
        (struct restore_point_source){fake, points_make, points_list, points_arm};
}

/* Reads one number; *at moves behind it. */
static unsigned part(const char **at, int base, unsigned most)
{
    char *after;
    unsigned long number = strtoul(*at, &after, base);
    if (after == *at || number > most)
        misused("no address: ...%s", *at);
    *at = after;
    return (unsigned)number;
}

enum family fake_address(const char *address, uint8_t bytes[16])
{
    memset(bytes, 0, 16);
    const char *at = address;
    if (!strchr(address, ':')) {
        for (int i = 0; i < 4; i++) {
            if (i > 0 && *at++ != '.')
                misused("no IPv4 address: %s", address);
            bytes[i] = (uint8_t)part(&at, 10, 255);
        }
        if (*at != '\0')
            misused("no IPv4 address: %s", address);
        return FAMILY_IPV4;
    }

    uint8_t tail[16];
    size_t head_count = 0, tail_count = 0;
    bool has_gap = false;
    if (*at == ':')
        at++; /* of a leading "::" */
    while (*at != '\0') {
        if (*at == ':') {
            if (has_gap)
                misused("two gaps: %s", address);
            has_gap = true;
            at++;
            continue;
        }
        unsigned group = part(&at, 16, 0xffff);
        if (*at == ':' && at[1] != '\0')
            at++;
        else if (*at != '\0')
            misused("no IPv6 address: %s", address);
        uint8_t *to = has_gap ? tail + tail_count : bytes + head_count;
        if (head_count + tail_count + 2 > 16)
            misused("too long an address: %s", address);
        to[0] = (uint8_t)(group >> 8);
        to[1] = (uint8_t)group;
        *(has_gap ? &tail_count : &head_count) += 2;
    }
    if (!has_gap && head_count != 16)
        misused("too short an address: %s", address);
    memcpy(bytes + 16 - tail_count, tail, tail_count);
    return FAMILY_IPV6;
}

void fake_add_sockets(struct fake *fake, unsigned count, enum protocol protocol, unsigned state,
                      const char *local, uint16_t local_port, const char *remote,
                      uint16_t remote_port, uint32_t owner)
{
    struct socket_row row = {.protocol = (uint8_t)protocol,
                             .state = (uint8_t)state,
                             .has_remote = remote != NULL,
                             .remote_port = remote_port,
                             .owner = owner};
    row.family = (uint8_t)fake_address(local, row.local);
    if (remote && fake_address(remote, row.remote) != (enum family)row.family)
        misused("%s and %s are of different families", local, remote);
    if ((unsigned)local_port + count > 65536)
        misused("%u sockets from port %u on do not fit", count, local_port);
    struct fault fault;
    if (!sockets_reserve(&fake->sockets, count, &fault))
        misused("%s", fault.text);
    for (unsigned i = 0; i < count; i++) {
        row.local_port = (uint16_t)(local_port + i);
        fake->sockets.rows[fake->sockets.count++] = row;
    }
}

void fake_add_socket(struct fake *fake, enum protocol protocol, unsigned state, const char *local,
                     uint16_t local_port, const char *remote, uint16_t remote_port, uint32_t owner)
{
    fake_add_sockets(fake, 1, protocol, state, local, local_port, remote, remote_port, owner);
}

/* ---------------------------------------------------------------- store and files */

static bool equal_paths(const char *a, const char *b)
{
    for (;; a++, b++) {
        char x = *a == '/' ? '\\' : *a, y = *b == '/' ? '\\' : *b;
        if (lower((unsigned char)x) != lower((unsigned char)y))
            return false;
        if (x == '\0')
            return true;
    }
}

static struct fake_file *folder_find(const struct fake_folder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; i++)
        if (equal_paths(folder->files[i].name, name))
            return &folder->files[i];
    return NULL;
}

const struct fake_file *fake_folder_find(const struct fake_folder *folder, const char *name)
{
    return folder_find(folder, name);
}

void fake_folder_put(struct fake_folder *folder, const char *name, const void *data, size_t length)
{
    struct fake_file *file = folder_find(folder, name);
    if (!file) {
        folder->files = must(realloc(folder->files, (folder->count + 1) * sizeof *folder->files));
        file = &folder->files[folder->count++];
        *file = (struct fake_file){.name = copy_of(name, strlen(name))};
        for (char *c = file->name; *c != '\0'; c++)
            if (*c == '/')
                *c = '\\';
    }
    char *copy = copy_of(data, length);
    free(file->data);
    file->data = copy;
    file->length = length;
}

static void folder_append(struct fake_folder *folder, const char *name, const void *data,
                          size_t length)
{
    const struct fake_file *file = folder_find(folder, name);
    size_t before = file ? file->length : 0;
    char *whole = must(malloc(before + length + 1));
    if (before > 0)
        memcpy(whole, file->data, before);
    if (length > 0)
        memcpy(whole + before, data, length);
    fake_folder_put(folder, name, whole, before + length);
    free(whole);
}

static void folder_release(struct fake_folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        free(folder->files[i].name);
        free(folder->files[i].data);
    }
    free(folder->files);
    *folder = (struct fake_folder){0};
}

const char *fake_stored(const struct fake *fake, const char *name)
{
    const struct fake_file *file = folder_find(&fake->store, name);
    return file ? file->data : "";
}

static void store_why(const struct fake *fake, char *why)
{
    snprintf(why, STORE_PATH_SIZE, "%s",
             fake->store_state == STORE_UNTRUSTED ? "Its owner is LAB\\mallory." : "");
}

/* Before the first write since the store was published. */
static void fall_behind(struct fake *fake)
{
    if (fake->is_public_behind)
        return;
    fake->is_public_behind = true;
    folder_release(&fake->published);
    for (size_t i = 0; i < fake->store.count; i++)
        fake_folder_put(&fake->published, fake->store.files[i].name, fake->store.files[i].data,
                        fake->store.files[i].length);
}

void fake_publish(struct fake *fake)
{
    fake->is_public_behind = false;
    folder_release(&fake->published);
}

static bool store_inspect(void *context, enum store_state *state, char *why, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_INSPECT);
    if (fails_at_all(mishap))
        return fail(fake, CALL_STORE_INSPECT, FAULT_FAILED, fault);
    *state = fake->store_state;
    store_why(fake, why);
    return end(fake, CALL_STORE_INSPECT, mishap, FAULT_FAILED, fault);
}

static bool store_record(void *context, struct store_record *record, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_RECORD);
    if (fails_at_all(mishap))
        return fail(fake, CALL_STORE_RECORD, FAULT_FAILED, fault);
    *record = (struct store_record){.is_present = fake->store_state == STORE_TRUSTED};
    if (record->is_present) {
        strcpy(record->path, STORE_FOLDER);
        record->volume = 0x1a2b3c4d;
        record->index = 77;
        record->is_public_behind = fake->is_public_behind;
    }
    return end(fake, CALL_STORE_RECORD, mishap, FAULT_FAILED, fault);
}

static bool store_prepare(void *context, struct store_preparation *preparation, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_PREPARE);
    if (fails_before(mishap))
        return fail(fake, CALL_STORE_PREPARE, FAULT_STORE, fault);
    if (!fake->identity.is_elevated)
        return denied(fault, STORE_FOLDER " may not be made");
    struct store_preparation made = {0};
    if (mishap != LIE && mishap != DIE_DURING) {
        if (fake->store_state == STORE_UNTRUSTED) {
            snprintf(made.moved_to, sizeof made.moved_to, "%s", STORE_FOLDER "-untrusted-1");
            store_why(fake, made.why);
            folder_release(&fake->store);
            fake_publish(fake);
        }
        fake->store_state = STORE_TRUSTED;
    }
    if (!end(fake, CALL_STORE_PREPARE, mishap, FAULT_STORE, fault))
        return false;
    *preparation = made;
    return true;
}

static bool store_lock(void *context, uint32_t wait_ms, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_LOCK);
    if (fails_at_all(mishap))
        return fail(fake, CALL_STORE_LOCK, FAULT_STORE, fault);
    if (fake->is_locked)
        misused("store.lock twice: the real one would wait for itself");
    if (!fake->identity.is_elevated)
        return denied(fault, "the lock may not be taken");
    if (fake->is_locked_by_other) {
        int64_t until = fake->now_ms + wait_ms;
        bool is_freed = fake->other_unlocks_ms != 0 && fake->other_unlocks_ms <= until;
        int64_t waited = (is_freed ? fake->other_unlocks_ms : until) - fake->now_ms;
        if (waited > 0) {
            fake->now_ms += waited;
            fake->monotonic_ms += waited;
        }
        if (!is_freed)
            return fault_set(fault, FAULT_BUSY, 0,
                             "Another maxport (process 999) is making a change.");
        fake->is_locked_by_other = false;
    }
    fake->is_locked = true;
    return end(fake, CALL_STORE_LOCK, mishap, FAULT_STORE, fault);
}

static void store_unlock(void *context)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_UNLOCK);
    if (!fake->is_locked)
        misused("store.unlock without a lock");
    fake->is_locked = false;
    if (mishap == DIE_DURING || mishap == DIE_AFTER)
        die(fake);
}

static bool folder_read(const struct fake_folder *folder, const char *name, char **data,
                        size_t *length, struct fault *fault)
{
    const struct fake_file *file = folder_find(folder, name);
    if (!file)
        return fault_set(fault, FAULT_MISSING, 2, "There is no file %s.", name);
    *data = copy_of(file->data, file->length);
    *length = file->length;
    return true;
}

static const struct fake_folder *viewed(const struct fake *fake, enum store_view view)
{
    return view == STORE_PUBLIC && fake->is_public_behind ? &fake->published : &fake->store;
}

static bool store_read(void *context, enum store_view view, const char *name, char **data,
                       size_t *length, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_READ);
    fake->private_reads += view == STORE_PRIVATE;
    if (fails_at_all(mishap))
        return fail(fake, CALL_STORE_READ, FAULT_FAILED, fault);
    if (fake->store_state == STORE_UNTRUSTED)
        return fault_set(fault, FAULT_STORE, 0, STORE_FOLDER " is not trusted.");
    if (view == STORE_PRIVATE && !fake->identity.is_elevated)
        return denied(fault, STORE_FOLDER " is for administrators");
    if (view == STORE_PUBLIC && fake->unreadable &&
        strncmp(name, fake->unreadable, strlen(fake->unreadable)) == 0)
        return denied(fault, STORE_FOLDER "\\public cannot be opened");
    if (!folder_read(viewed(fake, view), name, data, length, fault))
        return false;
    return end(fake, CALL_STORE_READ, mishap, FAULT_FAILED, fault);
}

/* What create, replace and append have in common. *is_done: there is nothing left to
 * do, the result is returned. */
static bool store_may_write(struct fake *fake, enum fake_call call, enum fake_mishap mishap,
                            const char *name, bool *is_done, struct fault *fault)
{
    *is_done = true;
    if (fake->store_state != STORE_TRUSTED)
        return fault_set(fault, FAULT_STORE, 3,
                         STORE_FOLDER "\\%s could not be written: the folder is %s.", name,
                         fake->store_state == STORE_ABSENT ? "not there" : "not trusted");
    if (!fake->identity.is_elevated)
        return denied(fault, "the store may not be written");
    if (call == CALL_STORE_CREATE && folder_find(&fake->store, name))
        return fault_set(fault, FAULT_EXISTS, 80, STORE_FOLDER "\\%s exists already.", name);
    if (fails_before(mishap) && !(mishap == FAIL_DURING && call == CALL_STORE_APPEND))
        return fail(fake, call, FAULT_STORE, fault);
    if (mishap == LIE)
        return true;
    *is_done = false;
    return true;
}

static bool store_write(struct fake *fake, enum fake_call call, const char *name, const void *data,
                        size_t length, struct fault *fault)
{
    enum fake_mishap mishap = begin(fake, call);
    bool is_done;
    bool is_good = store_may_write(fake, call, mishap, name, &is_done, fault);
    if (is_done)
        return is_good;

    bool is_torn = mishap == FAIL_DURING || mishap == DIE_DURING;
    size_t written = is_torn ? length / 2 : length;
    fall_behind(fake);
    if (call == CALL_STORE_APPEND)
        folder_append(&fake->store, name, data, written);
    else if (call == CALL_STORE_CREATE || !is_torn) /* replace: all or nothing */
        fake_folder_put(&fake->store, name, data, written);
    fake->store_writes++;
    if (!fake->is_locked)
        fake->unlocked_writes++;
    if (mishap == FAIL_DURING)
        return fail(fake, call, FAULT_STORE, fault);
    return end(fake, call, mishap, FAULT_STORE, fault);
}

static bool store_create(void *context, const char *name, const void *data, size_t length,
                         struct fault *fault)
{
    return store_write(context, CALL_STORE_CREATE, name, data, length, fault);
}

static bool store_replace(void *context, const char *name, const void *data, size_t length,
                          struct fault *fault)
{
    return store_write(context, CALL_STORE_REPLACE, name, data, length, fault);
}

static bool store_append(void *context, const char *name, const void *data, size_t length,
                         struct fault *fault)
{
    return store_write(context, CALL_STORE_APPEND, name, data, length, fault);
}

static void store_path(void *context, enum store_view view, const char *name,
                       char full[STORE_PATH_SIZE])
{
    struct fake *fake = context;
    begin(fake, CALL_STORE_PATH);
    snprintf(full, STORE_PATH_SIZE, "%s%s%s", STORE_FOLDER,
             name[0] == '\0'        ? ""
             : view == STORE_PUBLIC ? "\\public\\"
                                    : "\\",
             name);
    for (char *c = full; *c != '\0'; c++)
        if (*c == '/')
            *c = '\\';
}

static bool store_publish(void *context, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_PUBLISH);
    if (fails_before(mishap))
        return fail(fake, CALL_STORE_PUBLISH, FAULT_FAILED, fault);
    if (!fake->identity.is_elevated)
        return denied(fault, STORE_FOLDER "\\public may not be written");
    if (fake->is_locked)
        misused("store.publish under the lock: users could keep other changes waiting");
    if (mishap != LIE && mishap != DIE_DURING)
        fake_publish(fake);
    return end(fake, CALL_STORE_PUBLISH, mishap, FAULT_FAILED, fault);
}

static struct store_size folder_size(const struct fake_folder *folder)
{
    struct store_size size = {0};
    for (size_t i = 0; i < folder->count; i++) {
        size.files++;
        size.bytes += folder->files[i].length;
    }
    return size;
}

static bool store_measure(void *context, enum store_view view, struct store_size *size,
                          struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_MEASURE);
    if (fails_at_all(mishap))
        return fail(fake, CALL_STORE_MEASURE, FAULT_FAILED, fault);
    if (view == STORE_PRIVATE && !fake->identity.is_elevated)
        return denied(fault, STORE_FOLDER " is for administrators");
    *size = folder_size(viewed(fake, view));
    return end(fake, CALL_STORE_MEASURE, mishap, FAULT_FAILED, fault);
}

/* All but the journal, which goes last. */
static void drop_backups(struct fake_folder *folder)
{
    const struct fake_file *journal = folder_find(folder, "journal.jsonl");
    size_t length = journal ? journal->length : 0;
    char *data = journal ? copy_of(journal->data, length) : NULL;
    folder_release(folder);
    if (data)
        fake_folder_put(folder, "journal.jsonl", data, length);
    free(data);
}

static bool store_remove(void *context, struct store_size *removed, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_STORE_REMOVE);
    *removed = (struct store_size){0};
    if (!fake->is_locked)
        misused("store.remove without a lock");
    fake->is_locked = false;
    if (fails_before(mishap) && mishap != FAIL_DURING)
        return fail(fake, CALL_STORE_REMOVE, FAULT_STORE, fault);
    if (mishap == LIE)
        return true;
    *removed = folder_size(&fake->store);
    fake->store_writes++;
    if (mishap == FAIL_DURING || mishap == DIE_DURING) {
        drop_backups(&fake->store);
        if (mishap == FAIL_DURING)
            return fail(fake, CALL_STORE_REMOVE, FAULT_STORE, fault);
    } else {
        folder_release(&fake->store);
        fake_publish(fake);
        fake->store_state = STORE_ABSENT;
    }
    return end(fake, CALL_STORE_REMOVE, mishap, FAULT_STORE, fault);
}

static bool files_read(void *context, const char *path, size_t limit, char **data, size_t *length,
                       struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_FILES_READ);
    if (fails_at_all(mishap))
        return fail(fake, CALL_FILES_READ, FAULT_FAILED, fault);
    const struct fake_file *file = folder_find(&fake->files, path);
    if (file && file->length > limit)
        return fault_set(fault, FAULT_USAGE, 0, "The file %s is longer than %zu bytes.", path,
                         limit);
    if (!folder_read(&fake->files, path, data, length, fault))
        return false;
    return end(fake, CALL_FILES_READ, mishap, FAULT_FAILED, fault);
}

static bool files_write(void *context, const char *path, bool overwrite, const void *data,
                        size_t length, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_FILES_WRITE);
    if (fails_before(mishap))
        return fail(fake, CALL_FILES_WRITE, FAULT_FAILED, fault);
    if (!overwrite && folder_find(&fake->files, path))
        return fault_set(fault, FAULT_USAGE, 80,
                         "The file %s exists already; it was not overwritten.", path);
    if (mishap != LIE && mishap != DIE_DURING)
        fake_folder_put(&fake->files, path, data, length);
    return end(fake, CALL_FILES_WRITE, mishap, FAULT_FAILED, fault);
}

/* This program's folder is C:\work. */
static void files_path(void *context, const char *path, char full[STORE_PATH_SIZE])
{
    begin(context, CALL_FILES_PATH);
    bool is_full = path[0] == '\\' || (path[0] != '\0' && path[1] == ':');
    snprintf(full, STORE_PATH_SIZE, "%s%s", is_full ? "" : "C:\\work\\", path);
}

/* ---------------------------------------------------------------- the system */

void fake_add_process(struct fake *fake, uint32_t id, const char *name)
{
    struct processes *all = &fake->processes;
    all->rows = must(realloc(all->rows, (all->count + 1) * sizeof *all->rows));
    struct process *row = &all->rows[all->count++];
    *row = (struct process){.id = id, .parent = 4};
    snprintf(row->name, sizeof row->name, "%s", name);
}

static bool processes_list(void *context, struct processes *processes, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_PROCESSES_LIST);
    if (fails_at_all(mishap))
        return fail(fake, CALL_PROCESSES_LIST, FAULT_FAILED, fault);
    size_t count = fake->processes.count;
    if (count > 0)
        processes->rows = copy_of(fake->processes.rows, count * sizeof *processes->rows);
    processes->count = count;
    processes_sort(processes);
    return end(fake, CALL_PROCESSES_LIST, mishap, FAULT_FAILED, fault);
}

void fake_set_windows(struct fake *fake, uint32_t major, uint32_t minor, uint32_t build,
                      enum os_role role)
{
    fake->os = (struct os_version){
        .major = major, .minor = minor, .build = build, .role = role, .is_64_bit = true};
}

static bool os_version_read(void *context, struct os_version *os, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_OS_VERSION_READ);
    if (fails_at_all(mishap))
        return fail(fake, CALL_OS_VERSION_READ, FAULT_FAILED, fault);
    *os = fake->os;
    return end(fake, CALL_OS_VERSION_READ, mishap, FAULT_FAILED, fault);
}

static bool identity_read(void *context, struct identity *identity, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_IDENTITY_READ);
    if (fails_at_all(mishap))
        return fail(fake, CALL_IDENTITY_READ, FAULT_FAILED, fault);
    *identity = fake->identity;
    return end(fake, CALL_IDENTITY_READ, mishap, FAULT_FAILED, fault);
}

static bool identity_read_computer(void *context, char computer[IDENTITY_SIZE], struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_IDENTITY_READ);
    if (fails_at_all(mishap))
        return fail(fake, CALL_IDENTITY_READ, FAULT_FAILED, fault);
    strcpy(computer, fake->identity.computer);
    return end(fake, CALL_IDENTITY_READ, mishap, FAULT_FAILED, fault);
}

static void pass(struct fake *fake, int64_t ms)
{
    fake->now_ms += ms;
    fake->monotonic_ms += ms;
}

static int64_t clock_now_ms(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_CLOCK_NOW);
    pass(fake, fake->tick_ms);
    return fake->now_ms;
}

static int64_t clock_monotonic_ms(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_CLOCK_MONOTONIC);
    pass(fake, fake->tick_ms);
    return fake->monotonic_ms;
}

static int32_t clock_offset_seconds(void *context, int64_t unix_ms)
{
    struct fake *fake = context;
    (void)unix_ms;
    begin(fake, CALL_CLOCK_OFFSET);
    return fake->offset_seconds;
}

static bool clock_boot(void *context, struct boot *boot, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_CLOCK_BOOT);
    if (fails_at_all(mishap))
        return fail(fake, CALL_CLOCK_BOOT, FAULT_FAILED, fault);
    if (!fake->is_boot_known)
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "When Windows started is not known.");
    *boot = fake->boot;
    boot->was_resumed = boot->is_resume_known = false; /* resume's to tell */
    return end(fake, CALL_CLOCK_BOOT, mishap, FAULT_FAILED, fault);
}

static bool clock_resume(void *context, struct boot *boot)
{
    struct fake *fake = context;
    begin(fake, CALL_CLOCK_RESUME);
    boot->was_resumed = fake->boot.was_resumed;
    boot->is_resume_known = fake->boot.is_resume_known;
    return boot->is_resume_known;
}

static void clock_sleep_ms(void *context, uint32_t ms)
{
    struct fake *fake = context;
    begin(fake, CALL_CLOCK_SLEEP);
    pass(fake, ms);
}

/* ---------------------------------------------------------------- screen */

/* What does not fit is counted and gone. */
static void write_page(struct fake *fake, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        bool is_rest = ((unsigned char)data[i] & 0xc0) == 0x80;
        if (data[i] == '\n') {
            if (fake->page_row < fake->page_rows)
                text_puts(&fake->draft, "\n");
            fake->page_row++;
            fake->page_column = 0;
            continue;
        }
        fake->page_column += !is_rest;
        if (fake->page_row < fake->page_rows && fake->page_column <= fake->page_columns)
            text_append(&fake->draft, &data[i], 1);
        else
            fake->cut += !is_rest;
    }
}

static bool screen_write(void *context, enum screen_stream stream, const char *data, size_t length)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_SCREEN_WRITE);
    if (fails_before(mishap))
        return false;
    if (stream == SCREEN_OUT && fake->is_page_open)
        write_page(fake, data, length);
    else
        text_append(stream == SCREEN_ERROR ? &fake->error : &fake->out, data, length);
    struct fault fault;
    return end(fake, CALL_SCREEN_WRITE, mishap, FAULT_FAILED, &fault);
}

static void screen_style(void *context, enum screen_style style)
{
    static const char *const marks[] = {
        [STYLE_NORMAL] = "<normal>",   [STYLE_STRONG] = "<strong>", [STYLE_GOOD] = "<good>",
        [STYLE_WARNING] = "<warning>", [STYLE_BAD] = "<bad>",
    };
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_STYLE);
    if (!fake->wants_color)
        misused("screen.style where no colour is wanted");
    text_puts(fake->is_page_open ? &fake->draft : &fake->out, marks[style]);
}

static bool screen_ask(void *context, char *answer, size_t size)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_SCREEN_ASK);
    if (!fake->can_ask)
        misused("screen.ask where nobody can be asked");
    if (fails_at_all(mishap) || fake->answered >= FAKE_ANSWER_MAXIMUM ||
        !fake->answers[fake->answered])
        return false;
    snprintf(answer, size, "%s", fake->answers[fake->answered++]);
    return true;
}

static bool screen_can_ask(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_LOOK);
    return fake->can_ask;
}

static bool screen_is_console(void *context, enum screen_stream stream)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_LOOK);
    return fake->is_console[stream];
}

static unsigned screen_width(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_LOOK);
    return fake->width;
}

static bool screen_wants_color(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_LOOK);
    return fake->wants_color;
}

static bool screen_stop_requested(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_STOP);
    return fake->is_stop_requested;
}

static void screen_wait(void *context, uint32_t ms)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_WAIT);
    if (!fake->is_stop_requested)
        pass(fake, ms);
}

static bool screen_page_begin(void *context)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_SCREEN_PAGE);
    if (!fake->is_console[SCREEN_OUT])
        misused("screen.page_begin where there is no console");
    if (fake->is_page_open)
        misused("screen.page_begin within a page");
    if (fails_at_all(mishap))
        return false;
    fake->is_page_open = true;
    return true;
}

static void screen_page_start(void *context, unsigned *columns, unsigned *rows)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_LOOK);
    if (!fake->is_page_open)
        misused("screen.page_start without a page");
    text_release(&fake->draft);
    fake->page_row = fake->page_column = 0;
    *columns = fake->page_columns;
    *rows = fake->page_rows;
}

static unsigned screen_page_row(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_LOOK);
    return fake->page_row;
}

static bool screen_page_show(void *context)
{
    struct fake *fake = context;
    enum fake_mishap mishap = begin(fake, CALL_SCREEN_PAGE);
    if (!fake->is_page_open)
        misused("screen.page_show without a page");
    if (fails_before(mishap))
        return false;
    text_release(&fake->page);
    fake->page = fake->draft;
    text_init(&fake->draft);
    fake->pages++;
    struct fault fault;
    return end(fake, CALL_SCREEN_PAGE, mishap, FAULT_FAILED, &fault);
}

static void screen_page_end(void *context)
{
    struct fake *fake = context;
    begin(fake, CALL_SCREEN_LOOK);
    if (!fake->is_page_open)
        misused("screen.page_end without a page");
    fake->is_page_open = false;
}

const char *fake_page(const struct fake *fake)
{
    return text_string(&fake->page);
}

const char *fake_out(const struct fake *fake)
{
    return text_string(&fake->out);
}

const char *fake_error(const struct fake *fake)
{
    return text_string(&fake->error);
}

/* ---------------------------------------------------------------- the whole */

void fake_init(struct fake *fake)
{
    memset(fake, 0, sizeof *fake);
    fake->machine = (struct machine){
        .registry = {fake, registry_read, registry_write, registry_flush, registry_walk,
                     registry_last_write},
        .sockets = {fake, sockets_fetch},
        .ranges = {.context = fake},
        .events = {.context = fake, .read = events_read},
        .services = {.context = fake, .read = services_read, .detail = services_detail},
        .memory = {fake, memory_read},
        .binder = {fake, binder_try},
        .audit = {fake, audit_report},
        .store = {fake, store_inspect, store_record, store_prepare, store_lock, store_unlock,
                  store_read, store_create, store_replace, store_append, store_publish, store_path,
                  store_measure, store_remove},
        .files = {fake, files_read, files_write, files_path},
        .processes = {fake, processes_list},
        .os_version = {fake, os_version_read},
        .identity = {fake, identity_read, identity_read_computer},
        .clock = {fake, clock_now_ms, clock_monotonic_ms, clock_offset_seconds, clock_boot,
                  clock_resume, clock_sleep_ms},
        .screen = {fake, screen_write, screen_style, screen_ask, screen_can_ask, screen_is_console,
                   screen_width, screen_wants_color, screen_stop_requested, screen_wait,
                   screen_page_begin, screen_page_start, screen_page_row, screen_page_show,
                   screen_page_end},
    };
    fake_calm(fake);
    fake_set_windows(fake, 10, 0, 20348, OS_SERVER);
    fake->identity = (struct identity){.account = "LAB\\ada",
                                       .session_user = "LAB\\ada",
                                       .computer = "SERVER1",
                                       .is_elevated = true,
                                       .process_id = 1000};
    fake->now_ms = INT64_C(1795341600000); /* 2026-11-22T10:00:00Z */
    fake->monotonic_ms = 3600 * 1000;
    fake->boot = (struct boot){.start_ms = fake->now_ms - 3600 * 1000,
                               .session_ms = fake->now_ms - 3600 * 1000,
                               .boot_count = 7,
                               .is_resume_known = true};
    fake->is_boot_known = true;
    fake->can_show_owners = fake->can_show_bound = true;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            fake->tables[p][f].is_available = true;
    fake->memory.physical_bytes = UINT64_C(8) << 30;
    fake->width = 80;
    fake->page_columns = 80;
    fake->page_rows = 24;
    /* Last written before the machine started, as on most machines. */
    fake->now_ms -= 24 * 3600 * 1000;
    fake_key(fake, TCPIP_PARAMETERS);
    fake->now_ms += 24 * 3600 * 1000;
}

void fake_release(struct fake *fake)
{
    for (size_t i = 0; i < fake->key_count; i++) {
        struct fake_key *key = &fake->keys[i];
        for (size_t j = 0; j < key->value_count; j++) {
            free(key->values[j].name);
            free(key->values[j].data);
        }
        free(key->values);
        free(key->path);
    }
    free(fake->keys);
    folder_release(&fake->published);
    folder_release(&fake->store);
    folder_release(&fake->files);
    sockets_release(&fake->sockets);
    processes_release(&fake->processes);
    exclusions_release(&fake->exclusions);
    free(fake->services.rows);
    restore_points_release(&fake->points);
    text_release(&fake->audited);
    text_release(&fake->out);
    text_release(&fake->error);
    text_release(&fake->page);
    text_release(&fake->draft);
    memset(fake, 0, sizeof *fake);
}
