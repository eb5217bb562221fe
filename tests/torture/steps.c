/* maxport-steps MODE N ARGUMENT... - runs maxport on a machine whose Nth call has a fault.
 *
 * The program is linked from the same objects as maxport.exe, because maxport.exe itself cannot be
 * made to fail. Most functions of the interfaces are wrapped, and their calls are counted. The Nth
 * of these calls has the fault. The modes are:
 *
 * count          no fault
 * die-before     the process ends itself (TerminateProcess) just before the call
 * die-during     the process ends itself when half of the bytes are written; N counts calls of
 *                store.create and store.append
 * die-after      the process ends itself when the call has taken effect; N counts calls that act
 * fail-before    the call fails without effect; N counts calls that can fail
 * fail-after     the call takes effect, but reports a failure; N counts calls that can fail and act
 * ctrl-c         Ctrl-C is pressed once, before the call
 * foreign        before the call, this process writes STEPS_FOREIGN to MaxUserPort, as another
 *                program could do
 * clock          the clock is N seconds late during the whole run
 *
 * A call that only reads changes nothing on the machine. So a kill after such a call equals a kill
 * before the next call, and fail-after equals fail-before. A line on standard error reports
 * whether the fault has occurred: "steps: struck 12 registry.write" or "steps: 57 calls".
 */
#include <windows.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/commands.h"
#include "torture/steps.h"
#include "win32/harden.h"
#include "win32/lib/background.h"
#include "win32/lib/wide.h"
#include "win32/machine.h"

enum mode {
    COUNT,
    DIE_BEFORE,
    DIE_DURING,
    DIE_AFTER,
    FAIL_BEFORE,
    FAIL_AFTER,
    CTRL_C,
    FOREIGN,
    CLOCK,
    MODE_COUNT
};

static const wchar_t *const mode_names[MODE_COUNT] = {
    [COUNT] = L"count",         [DIE_BEFORE] = L"die-before",   [DIE_DURING] = L"die-during",
    [DIE_AFTER] = L"die-after", [FAIL_BEFORE] = L"fail-before", [FAIL_AFTER] = L"fail-after",
    [CTRL_C] = L"ctrl-c",       [FOREIGN] = L"foreign",         [CLOCK] = L"clock",
};

/* What a call can do. */
enum nature {
    CAN_FAIL = 1,
    ACTS = 2,         /* changes something on the machine */
    WRITES_FILES = 4, /* writes a file; may be interrupted after a part of it */
};

static struct machine real;
static enum mode mode;
static unsigned nth, calls;
static bool has_begun; /* a call that appends to the journal has begun */

/* ---- faults ----------------------------------------------------------- */

static void print_error(const char *format, ...) PRINTF_LIKE(1, 2);

static void print_error(const char *format, ...)
{
    char line[128];
    DWORD written;
    va_list list;
    int length;

    va_start(list, format);
    length = vsnprintf(line, sizeof line, format, list);
    va_end(list);
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), line, (DWORD)length, &written, NULL);
}

_Noreturn static void die(void)
{
    TerminateProcess(GetCurrentProcess(), STEPS_EXIT_KILLED);
    abort();
}

static void write_foreign(void)
{
    DWORD number = STEPS_FOREIGN;
    HKEY key;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, STEPS_KEY, 0, KEY_SET_VALUE, &key) != ERROR_SUCCESS ||
        RegSetValueExW(key, L"MaxUserPort", 0, REG_DWORD, (BYTE *)&number, sizeof number) !=
            ERROR_SUCCESS)
        print_error("steps: the foreign value could not be written\n");
    RegCloseKey(key);
}

/* Sends Ctrl-C through the console, as the real key does, so that the program's handler runs. */
static void press_ctrl_c(void)
{
    DWORD start = GetTickCount();

    if (GenerateConsoleCtrlEvent(CTRL_C_EVENT, 0))
        while (!real.screen.stop_requested(real.screen.context) && GetTickCount() - start < 5000)
            Sleep(1);
    if (!real.screen.stop_requested(real.screen.context))
        print_error("steps: Ctrl-C did not come\n");
}

/* Begins a call. If the call is the Nth call, causes the faults that come before it, and returns
 * true. */
static bool begin(const char *name, unsigned nature)
{
    unsigned wanted = mode == DIE_DURING    ? WRITES_FILES
                      : mode == DIE_AFTER   ? ACTS
                      : mode == FAIL_BEFORE ? CAN_FAIL
                      : mode == FAIL_AFTER  ? CAN_FAIL | ACTS
                                            : 0;

    has_begun |= strcmp(name, "store.append") == 0;
    if ((nature & wanted) != wanted || mode == CLOCK || ++calls != nth || mode == COUNT)
        return false;
    print_error("\nsteps: struck %u %s%s\n", calls, name, has_begun ? ", begun" : "");
    if (mode == DIE_BEFORE)
        die();
    if (mode == CTRL_C)
        press_ctrl_c();
    if (mode == FOREIGN)
        write_foreign();
    return true;
}

/* Ends a call, and causes the faults that come after it. */
static void end(bool is_struck)
{
    if (is_struck && (mode == DIE_AFTER || mode == DIE_DURING))
        die();
}

static bool refuse(enum fault_kind kind, const char *name, struct fault *fault)
{
    return fault_set(fault, kind, ERROR_GEN_FAILURE, "The torture made %s fail.", name);
}

/* ---- wrapping --------------------------------------------------------- */

/* Wraps a function that can fail with a struct fault. `nature`: ACTS if the function changes
 * something. */
#define WRAP(port, name, nature, kind, parameters, arguments)                                      \
    static bool port##_##name parameters                                                           \
    {                                                                                              \
        bool is_struck = begin(#port "." #name, (nature) | CAN_FAIL);                              \
        bool is_done;                                                                              \
                                                                                                   \
        if (is_struck && mode == FAIL_BEFORE)                                                      \
            return refuse(kind, #port "." #name, fault);                                           \
        is_done = real.port.name arguments;                                                        \
        end(is_struck);                                                                            \
        if (is_struck && mode == FAIL_AFTER)                                                       \
            return refuse(kind, #port "." #name, fault);                                           \
        return is_done;                                                                            \
    }

/* Wraps a function that cannot fail. */
#define WRAP_SURE(type, port, name, parameters, arguments)                                         \
    static type port##_##name parameters                                                           \
    {                                                                                              \
        bool is_struck = begin(#port "." #name, 0);                                                \
        type result = real.port.name arguments;                                                    \
                                                                                                   \
        end(is_struck);                                                                            \
        return result;                                                                             \
    }

#define WRAP_VOID(port, name, nature, parameters, arguments)                                       \
    static void port##_##name parameters                                                           \
    {                                                                                              \
        bool is_struck = begin(#port "." #name, nature);                                           \
                                                                                                   \
        real.port.name arguments;                                                                  \
        end(is_struck);                                                                            \
    }

/* clang-format off */
WRAP(registry, read, 0, FAULT_FAILED,
     (void *context, const struct place *place, struct value *value, struct fault *fault),
     (context, place, value, fault))
WRAP(registry, write, ACTS, FAULT_FAILED,
     (void *context, const struct place *place, const struct value *value, struct fault *fault),
     (context, place, value, fault))
WRAP(registry, flush, ACTS, FAULT_FAILED, (void *context, const char *key, struct fault *fault),
     (context, key, fault))
WRAP(registry, walk, 0, FAULT_FAILED,
     (void *context, const char *key, const struct registry_visitor *visitor, struct fault *fault),
     (context, key, visitor, fault))
WRAP(registry, last_write, 0, FAULT_FAILED,
     (void *context, const char *key, int64_t *unix_ms, struct fault *fault),
     (context, key, unix_ms, fault))

WRAP(sockets, fetch, 0, FAULT_FAILED,
     (void *context, unsigned mask, struct sockets *sockets, struct fault *fault),
     (context, mask, sockets, fault))

WRAP_VOID(ranges, begin, 0, (void *context), (context))
WRAP_VOID(ranges, read, 0, (void *context, struct range_answers *answers), (context, answers))
WRAP(ranges, read_one, 0, FAULT_FAILED,
     (void *context, enum protocol protocol, enum family family, struct port_range *range,
      struct fault *fault),
     (context, protocol, family, range, fault))
WRAP(ranges, write, ACTS, FAULT_FAILED,
     (void *context, enum protocol protocol, enum family family, struct port_range range,
      struct fault *fault),
     (context, protocol, family, range, fault))

WRAP_VOID(services, begin, 0, (void *context), (context))
WRAP_VOID(services, read, 0, (void *context, struct services *services), (context, services))
WRAP_VOID(events, begin, 0, (void *context), (context))
WRAP_VOID(events, read, 0, (void *context, int64_t since_ms, struct events *events),
          (context, since_ms, events))
WRAP(memory, read, 0, FAULT_FAILED, (void *context, struct memory *memory, struct fault *fault),
     (context, memory, fault))
WRAP_VOID(audit, report, ACTS, (void *context, enum audit_event event, const char *text),
          (context, event, text))
WRAP_VOID(restore_points, make, ACTS,
          (void *context, const char *description, struct restore_point_result *result),
          (context, description, result))
WRAP(restore_points, list, 0, FAULT_FAILED,
     (void *context, struct restore_points *points, struct fault *fault),
     (context, points, fault))

WRAP(store, inspect, 0, FAULT_FAILED,
     (void *context, enum store_state *state, char *why, struct fault *fault),
     (context, state, why, fault))
WRAP(store, record, 0, FAULT_FAILED,
     (void *context, struct store_record *record, struct fault *fault), (context, record, fault))
WRAP(store, prepare, ACTS, FAULT_STORE,
     (void *context, struct store_preparation *preparation, struct fault *fault),
     (context, preparation, fault))
WRAP(store, lock, ACTS, FAULT_STORE, (void *context, uint32_t wait_ms, struct fault *fault),
     (context, wait_ms, fault))
WRAP_VOID(store, unlock, ACTS, (void *context), (context))
WRAP(store, read, 0, FAULT_FAILED,
     (void *context, enum store_view view, const char *name, char **data, size_t *length,
      struct fault *fault),
     (context, view, name, data, length, fault))
#define CUT(length) (is_struck && mode == DIE_DURING ? (length) / 2 : (length))
WRAP(store, create, ACTS | WRITES_FILES, FAULT_STORE,
     (void *context, const char *name, const void *data, size_t length, struct fault *fault),
     (context, name, data, CUT(length), fault))
WRAP(store, replace, ACTS, FAULT_STORE,
     (void *context, const char *name, const void *data, size_t length, struct fault *fault),
     (context, name, data, length, fault))
WRAP(store, append, ACTS | WRITES_FILES, FAULT_STORE,
     (void *context, const char *name, const void *data, size_t length, struct fault *fault),
     (context, name, data, CUT(length), fault))
WRAP(store, publish, ACTS, FAULT_FAILED, (void *context, struct fault *fault), (context, fault))

WRAP(files, read, 0, FAULT_FAILED,
     (void *context, const char *path, size_t limit, char **data, size_t *length,
      struct fault *fault),
     (context, path, limit, data, length, fault))
WRAP(files, write, ACTS, FAULT_FAILED,
     (void *context, const char *path, bool overwrite, const void *data, size_t length,
      struct fault *fault),
     (context, path, overwrite, data, length, fault))

WRAP(files, documents, 0, FAULT_UNAVAILABLE,
     (void *context, char folder[STORE_PATH_SIZE], struct fault *fault), (context, folder, fault))

WRAP(processes, list, 0, FAULT_FAILED,
     (void *context, struct processes *processes, struct fault *fault),
     (context, processes, fault))
WRAP(processes, detail, 0, FAULT_FAILED,
     (void *context, uint32_t id, bool wants_command_line, struct process_details *details,
      struct fault *fault),
     (context, id, wants_command_line, details, fault))
WRAP(os_version, read, 0, FAULT_FAILED,
     (void *context, struct os_version *version, struct fault *fault), (context, version, fault))
WRAP(identity, read, 0, FAULT_FAILED,
     (void *context, struct identity *identity, struct fault *fault), (context, identity, fault))
WRAP(identity, read_computer, 0, FAULT_FAILED,
     (void *context, char computer[IDENTITY_SIZE], struct fault *fault),
     (context, computer, fault))
WRAP(clock, boot, 0, FAULT_FAILED, (void *context, struct boot *boot, struct fault *fault),
     (context, boot, fault))
WRAP(deadline, set, 0, FAULT_FAILED,
     (void *context, uint32_t ms, const char *words, int exit_code, struct fault *fault),
     (context, ms, words, exit_code, fault))
WRAP_SURE(int64_t, clock, monotonic_ms, (void *context), (context))
WRAP_SURE(int32_t, clock, offset_seconds, (void *context, int64_t unix_ms), (context, unix_ms))

WRAP_SURE(bool, screen, reader_has_closed, (void *context), (context))
WRAP_SURE(bool, screen, stop_requested, (void *context), (context))
/* clang-format on */

static int64_t clock_now_ms(void *context)
{
    bool is_struck = begin("clock.now_ms", 0);
    int64_t now_ms = real.clock.now_ms(context) - (mode == CLOCK ? (int64_t)nth * 1000 : 0);

    end(is_struck);
    return now_ms;
}

/* This function is written by hand because it has no parameter for a struct fault. */
static bool screen_write(void *context, enum screen_stream stream, const char *data, size_t length)
{
    bool is_struck = begin("screen.write", CAN_FAIL | ACTS);
    bool is_done =
        !(is_struck && mode == FAIL_BEFORE) && real.screen.write(context, stream, data, length);

    end(is_struck);
    return is_done && !(is_struck && mode == FAIL_AFTER);
}

static void wrap(struct machine *machine)
{
    real = *machine;
#define USE(port, name)                                                                            \
    if (real.port.name)                                                                            \
    machine->port.name = port##_##name
    USE(registry, read);
    USE(registry, write);
    USE(registry, flush);
    USE(registry, walk);
    USE(registry, last_write);
    USE(sockets, fetch);
    USE(ranges, begin);
    USE(ranges, read);
    USE(ranges, read_one);
    USE(ranges, write);
    USE(services, begin);
    USE(services, read);
    USE(events, begin);
    USE(events, read);
    USE(memory, read);
    USE(audit, report);
    USE(restore_points, make);
    USE(restore_points, list);
    USE(store, inspect);
    USE(store, record);
    USE(store, prepare);
    USE(store, lock);
    USE(store, unlock);
    USE(store, read);
    USE(store, create);
    USE(store, replace);
    USE(store, append);
    USE(store, publish);
    USE(files, read);
    USE(files, write);
    USE(files, documents);
    USE(processes, list);
    USE(processes, detail);
    USE(os_version, read);
    USE(identity, read);
    USE(identity, read_computer);
    USE(clock, boot);
    USE(deadline, set);
    USE(clock, now_ms);
    USE(clock, monotonic_ms);
    USE(clock, offset_seconds);
    USE(screen, reader_has_closed);
    USE(screen, stop_requested);
    USE(screen, write);
}

/* ---- main ------------------------------------------------------------- */

static bool parse_mode(const wchar_t *name)
{
    for (int i = 0; i < MODE_COUNT; i++)
        if (wcscmp(name, mode_names[i]) == 0) {
            mode = (enum mode)i;
            return true;
        }
    return false;
}

/* The C runtime calls wmain, but no header declares it. */
int wmain(int argc, wchar_t **wide);

int wmain(int argc, wchar_t **wide)
{
    static struct machine_adapters adapters;
    struct machine machine;
    char **argv;
    int count = argc - 2;
    int code;

    if (argc < 3 || !parse_mode(wide[1]) || !harden_process())
        return STEPS_EXIT_USAGE;
    nth = (unsigned)wcstoul(wide[2], NULL, 10);
    argv = calloc((size_t)count + 1, sizeof *argv);
    for (int i = 0; argv && i < count; i++)
        argv[i] = wide_to_utf8(wide[i ? i + 2 : 0], wcslen(wide[i ? i + 2 : 0]));
    if (!argv)
        return STEPS_EXIT_USAGE;
    machine_open(&adapters, &machine);
    wrap(&machine);
    code = commands_main(&machine, count, argv);
    machine_close(&adapters);
    if (calls < nth || mode == COUNT || mode == CLOCK)
        print_error("\nsteps: %u calls\n", calls);
    background_end_process(code);
}
