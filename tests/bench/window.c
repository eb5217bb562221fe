/* window paint RUNS COMMAND...   milliseconds from the start until everything is painted
 * window refresh ROWS RUNS       CPU milliseconds to refresh each page, without sampling
 * window soak SAMPLES            resources before and after SAMPLES refreshes
 * window steady SAMPLES          fails if every round of SAMPLES refreshes adds resources
 *
 * `paint` starts whole programs in turn. The other modes run the window in this process, which is
 * linked from the same objects as maxport-gui.exe. These modes send invented samples to the window,
 * as fast as the window can show them. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

#include <psapi.h>

#include "gui/window.h"
#include "win32/launcher.h"
#include "win32/locator.h"
#include "win32/machine.h"
#include "win32/picture.h"

enum { RUNS_MAXIMUM = 99, COMMANDS_MAXIMUM = 8, PATIENCE_MS = 20 * 1000, SETTLING_MS = 3000 };

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* ---- whole programs ---------------------------------------------------- */

static double now_ms(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&count);
    return (double)count.QuadPart * 1000 / (double)frequency.QuadPart;
}

/* Measures the time until Windows reports the process as idle. A process is idle when its message
 * queue is empty, and everything is then painted. */
static double paint_once(const wchar_t *command)
{
    STARTUPINFOW startup = {.cb = sizeof startup};
    PROCESS_INFORMATION process;
    wchar_t line[1024];
    double start = now_ms(), took;

    _snwprintf(line, 1023, L"%ls", command);
    line[1023] = L'\0';
    if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process))
        return -1;
    took = WaitForInputIdle(process.hProcess, PATIENCE_MS) == 0 ? now_ms() - start : -1;
    TerminateProcess(process.hProcess, 0);
    WaitForSingleObject(process.hProcess, PATIENCE_MS);
    CloseHandle(process.hThread);
    CloseHandle(process.hProcess);
    return took;
}

static int paint(int runs, int count, wchar_t **commands)
{
    static double times[COMMANDS_MAXIMUM][RUNS_MAXIMUM];

    for (int run = -1; run < runs; run++) /* the first run is not counted */
        for (int i = 0; i < count; i++) {
            double took = paint_once(commands[i]);

            if (took < 0)
                return 1;
            if (run >= 0)
                times[i][run] = took;
        }
    for (int i = 0; i < count; i++) {
        qsort(times[i], (size_t)runs, sizeof times[i][0], compare);
        printf("%.2f\n", times[i][runs / 2]);
    }
    return 0;
}

/* ---- the window in this process ---------------------------------------- */

static struct machine machine;
static struct machine_adapters adapters;
static struct launcher launcher;
static struct launcher_adapter launcher_adapter;

static bool forget(void *context, const char *name, uint32_t *number)
{
    (void)context, (void)name, (void)number;
    return false;
}

static void keep_nothing(void *context, const char *name, uint32_t number)
{
    (void)context, (void)name, (void)number;
}

/* Set before the window is created. SETTLING_MS later, the thread of the window calls `job`. No
 * other thread can call `job`, because under Wine a thread can read only its own CPU time. */
static int (*job)(HWND frame);
static int job_result = 1;
static size_t job_rows;
static unsigned job_count;

static void CALLBACK work(HWND none, UINT message, UINT_PTR timer, DWORD now)
{
    HWND frame = FindWindowW(L"Maxport", NULL);

    (void)none, (void)message, (void)now;
    KillTimer(NULL, timer);
    if (!frame)
        return;
    job_result = job(frame);
    PostMessageW(frame, WM_CLOSE, 0, 0);
}

static int live(int (*what)(HWND frame))
{
    struct preferences preferences = {.read = forget, .write = keep_nothing};
    struct window_options options = {.encode = picture_encode, .has_page = true};
    struct locator locator;
    bool can_close;

    job = what;
    machine_open_read_only(&adapters, &machine);
    launcher_open(&launcher_adapter, &launcher);
    locator_open(&locator);
    SetTimer(NULL, 0, SETTLING_MS, work);
    window_run(&machine, &launcher, &locator, &preferences, false, &options, &can_close);
    return job_result;
}

/* Makes a sample with `rows` TCP endpoints, which differ for each `number`. */
static struct sample *make_sample(size_t rows, uint32_t number)
{
    struct sample *sample = calloc(1, sizeof *sample);
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct fault fault;

    sample->monotonic_ms = (int64_t)GetTickCount() + (int64_t)number * 2000;
    sample->pause_ms = 2000;
    sample->sockets.rows = calloc(rows ? rows : 1, sizeof *sample->sockets.rows);
    sample->sockets.count = rows;
    sample->sockets.has_owners = true;
    for (size_t i = 0; i < rows; i++) {
        struct socket_row *row = &sample->sockets.rows[i];

        row->state = (i + number) % 3 ? STATE_ESTABLISHED : STATE_TIME_WAIT;
        row->has_remote = true;
        row->local_port = (uint16_t)(1024 + (i + number % 7) % 64000);
        row->remote_port = (uint16_t)(i % 60000);
        row->owner = row->state == STATE_TIME_WAIT ? 0 : 1000 + (uint32_t)(i % 400);
        memcpy(row->local, "\x7f\0\0\1", 4);
        row->remote[0] = 10;
        row->remote[1] = (uint8_t)(i >> 8);
        row->remote[2] = (uint8_t)i;
    }
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        for (int f = 0; f < FAMILY_COUNT; f++) {
            ranges[p][f] = (struct port_range){1024, 64511};
            sample->sockets.tables[p][f].is_available = true;
        }
        usage_count(&sample->sockets, (enum protocol)p, ranges[p], &sample->usage[p]);
        port_classes_make(&sample->sockets, (enum protocol)p, NULL, &sample->port_classes[p]);
    }
    sample->grouping = GROUP_REMOTE;
    sample->has_groups =
        usage_group(&sample->sockets, GROUP_REMOTE, ranges, SIZE_MAX, &sample->groups, &fault);
    return sample;
}

static void take_messages(void)
{
    MSG message;

    while (PeekMessageW(&message, NULL, 0, 0, PM_REMOVE)) {
        TranslateMessage(&message);
        DispatchMessageW(&message);
    }
}

/* Handles the messages in the queue, including messages from the window's worker, then shows the
 * sample. */
static void hand_over(HWND frame, struct sample *sample)
{
    take_messages();
    SendMessageW(frame, WORKER_ANSWER, ANSWER_SAMPLE, (LPARAM)sample);
    RedrawWindow(frame, NULL, NULL, RDW_UPDATENOW | RDW_ALLCHILDREN);
}

static double cpu_ms(void)
{
    FILETIME made, ended, kernel, user;
    uint64_t ticks;

    GetThreadTimes(GetCurrentThread(), &made, &ended, &kernel, &user);
    ticks = ((uint64_t)kernel.dwHighDateTime << 32 | kernel.dwLowDateTime) +
            ((uint64_t)user.dwHighDateTime << 32 | user.dwLowDateTime);
    return (double)ticks / 10000;
}

/* Shows a page. 1000 is ID_TAB in src/gui/menu.h, the command of the first tab. */
static void show_page(HWND frame, int page)
{
    SendMessageW(frame, WM_COMMAND, (WPARAM)(1000 + page), 0);
    RedrawWindow(frame, NULL, NULL, RDW_UPDATENOW | RDW_ALLCHILDREN);
}

static int refresh(HWND frame)
{
    for (int page = 0; page < PAGE_COUNT; page++) {
        double total = 0;

        show_page(frame, page);
        hand_over(frame, make_sample(job_rows, 0));
        for (unsigned run = 0; run < job_count; run++) {
            struct sample *sample = make_sample(job_rows, (unsigned)page * job_count + run + 1);
            double before = cpu_ms();

            hand_over(frame, sample);
            total += cpu_ms() - before;
        }
        printf("%.2f\n", total / job_count);
    }
    return 0;
}

/* The resources of the process. Wine does not count handles and USER objects. So `handle` and
 * `user` are not counts, but the numbers that a new handle and a new USER object get. These numbers
 * grow if objects leak, because a new object always gets the lowest free number. */
struct holdings {
    size_t blocks, bytes; /* sums for all heaps */
    SIZE_T private_bytes;
    unsigned handle, gdi, user;
};

static void walk_heaps(struct holdings *now)
{
    enum { HEAPS_MAXIMUM = 32 };
    HANDLE heaps[HEAPS_MAXIMUM];
    DWORD count = GetProcessHeaps(HEAPS_MAXIMUM, heaps);

    now->blocks = now->bytes = 0;
    for (DWORD i = 0; i < count && i < HEAPS_MAXIMUM; i++) {
        PROCESS_HEAP_ENTRY entry = {.lpData = NULL};

        HeapLock(heaps[i]);
        while (HeapWalk(heaps[i], &entry))
            if (entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) {
                now->blocks++;
                now->bytes += entry.cbData;
            }
        HeapUnlock(heaps[i]);
    }
}

/* Returns the number of GDI objects. Windows counts them. Wine does not, so this function reads the
 * GDI handle table, whose address is at offset 0xf8 of the process environment block, as in 64-bit
 * Windows 7. An entry of the table has 24 bytes. The type in a free entry is 0. */
static unsigned count_gdi_objects(void)
{
    enum { TABLE = 0xf8, ENTRIES = 0x4000, ENTRY = 24, TYPE = 14 };
    typedef const uint8_t *(NTAPI * current_block)(void);
    current_block get = (current_block)(void (*)(void))GetProcAddress(
        GetModuleHandleW(L"ntdll.dll"), "RtlGetCurrentPeb");
    unsigned count = GetGuiResources(GetCurrentProcess(), GR_GDIOBJECTS);
    const uint8_t *table = NULL;

    if (!count && get && sizeof table == 8)
        memcpy(&table, get() + TABLE, sizeof table);
    for (size_t i = 0; table && i < ENTRIES; i++)
        count += table[i * ENTRY + TYPE] != 0;
    return count;
}

static void assessment(struct holdings *now)
{
    PROCESS_MEMORY_COUNTERS counters = {.cb = sizeof counters};
    HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
    HMENU menu = CreateMenu();

    walk_heaps(now);
    GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters);
    now->private_bytes = counters.PagefileUsage;
    now->handle = (unsigned)((UINT_PTR)event / 4);
    now->gdi = count_gdi_objects();
    now->user = LOWORD(menu);
    DestroyMenu(menu);
    CloseHandle(event);
}

/* Shows all pages in turn, and the first page at the end. */
static void use(HWND frame, unsigned samples)
{
    enum { SOAK_ROWS = 2000, PAGE_SAMPLES = 10 };

    for (unsigned i = 0; i < samples; i++) {
        if (i % PAGE_SAMPLES == 0)
            show_page(frame, (int)(i / PAGE_SAMPLES % PAGE_COUNT));
        hand_over(frame, make_sample(SOAK_ROWS, i));
    }
    show_page(frame, 0);
}

/* Prints the resources after a tenth of the samples and at the end. After the first tenth,
 * all objects that are created only once exist, so later growth is a leak. */
static int soak(HWND frame)
{
    struct holdings early, late;

    use(frame, job_count / 10);
    assessment(&early);
    use(frame, job_count - job_count / 10);
    assessment(&late);
    printf("%zu %zu %zu %zu %llu %llu %u %u %u %u %u %u\n", early.blocks, late.blocks, early.bytes,
           late.bytes, (unsigned long long)early.private_bytes,
           (unsigned long long)late.private_bytes, early.handle, late.handle, early.gdi, late.gdi,
           early.user, late.user);
    return 0;
}

static bool has_grown(const char *what, size_t early, size_t late, size_t slack)
{
    if (late > early + slack)
        printf("%s: %zu, then %zu\n", what, early, late);
    return late > early + slack;
}

static bool have_grown(const struct holdings *early, const struct holdings *late)
{
    /* Growth up to these limits is allowed, because the window's worker may have made a sample and
     * an assessment. */
    enum { BLOCKS = 64, BYTES = 512 * 1024, NUMBERS = 16 };
    bool has = has_grown("blocks on the heap", early->blocks, late->blocks, BLOCKS);

    has |= has_grown("bytes on the heap", early->bytes, late->bytes, BYTES);
    has |= has_grown("next handle", early->handle, late->handle, NUMBERS);
    has |= has_grown("GDI objects", early->gdi, late->gdi, NUMBERS);
    has |= has_grown("next USER object", early->user, late->user, NUMBERS);
    return has;
}

/* Fails only if every round adds resources. An object that is created once, even late, makes only
 * one round grow; a leak makes every round grow. */
static int steady(HWND frame)
{
    enum { ROUNDS = 6 };
    struct holdings early, late;
    bool is_growing = true;

    use(frame, job_count);
    assessment(&early);
    for (int round = 1; round < ROUNDS && is_growing; round++) {
        use(frame, job_count);
        take_messages();
        assessment(&late);
        printf("%zu blocks, %u GDI objects, next handle %u, next USER object %u\n", late.blocks,
               late.gdi, late.handle, late.user);
        is_growing = have_grown(&early, &late);
        early = late;
    }
    if (late.blocks && late.gdi && late.handle && late.user)
        return is_growing;
    printf("what the window holds could not be counted\n");
    return 1;
}

/* The C runtime calls this function, but no header declares it. */
int wmain(int argc, wchar_t **argv);

int wmain(int argc, wchar_t **argv)
{
    int runs = argc > 3 ? (int)wcstol(argv[2], NULL, 10) : 0;

    if (argc > 3 && wcscmp(argv[1], L"paint") == 0 && argc - 3 <= COMMANDS_MAXIMUM && runs > 0 &&
        runs <= RUNS_MAXIMUM)
        return paint(runs, argc - 3, argv + 3);
    if (argc == 4 && wcscmp(argv[1], L"refresh") == 0) {
        job_rows = wcstoul(argv[2], NULL, 10);
        job_count = wcstoul(argv[3], NULL, 10);
        return live(refresh);
    }
    if (argc == 3 && wcscmp(argv[1], L"soak") == 0) {
        job_count = wcstoul(argv[2], NULL, 10);
        return live(soak);
    }
    if (argc == 3 && wcscmp(argv[1], L"steady") == 0) {
        job_count = wcstoul(argv[2], NULL, 10);
        return live(steady);
    }
    fprintf(stderr, "window paint RUNS COMMAND... | refresh ROWS RUNS | soak SAMPLES | "
                    "steady SAMPLES\n");
    return 2;
}
