#include "gui/worker.h"

#include <stdlib.h>
#include <string.h>

#include "gui/model/file_request.h"
#include "gui/model/schedule.h"
#include "gui/run.h"

enum {
    RUN_POLL_MS = 100,
    /* after this time the process ends although a call of the thread is still hanging */
    STOP_MS = 5000,
};

struct worker {
    const struct machine *machine;
    const struct launcher *launcher;
    HWND window;
    HANDLE thread, wake;

    CRITICAL_SECTION lock; /* protects all members below, up to `check_serial` */
    bool is_stopping, wants_assessment, wants_sample, is_run_abandoned;
    uint32_t interval_ms;
    struct sample_request request; /* what each sample includes */
    bool has_preview, has_check, has_run;
    unsigned preview_serial;
    size_t preview_setting;
    struct value preview_value;
    enum protocol check_protocol;
    uint16_t check_port;
    char *run_arguments[RUN_ARGUMENTS_MAX];
    size_t run_count;
    struct file_request *files;
    uint64_t entry_details_entry; /* 0: none requested */
    unsigned asked; /* work that was requested and is not finished, as bits 1 << enum work */
    DWORD asked_at[WORK_COUNT]; /* GetTickCount of each request */
    unsigned check_serial;      /* incremented when the user cancels a port check */

    /* Only the thread uses these members. */
    struct series series;
    struct assessment *assessment;
    struct schedule schedule;
    struct run run;
};

/* ---- answers ---------------------------------------------------------- */

void answer_release(enum answer kind, void *what)
{
    if (!what)
        return;
    switch (kind) {
    case ANSWER_SAMPLE:
        sample_release(what);
        return;
    case ANSWER_ASSESSMENT:
        assessment_release(what);
        return;
    case ANSWER_PREVIEW:
        preview_release(what);
        return;
    case ANSWER_PORT_CHECK:
        if (((struct checked_port *)what)->is_made)
            port_check_release(&((struct checked_port *)what)->check);
        break;
    case ANSWER_ENTRY_DETAILS:
        entry_details_release(what);
        return;
    case ANSWER_RUN_RESULT:
    case ANSWER_SAVED:
        break;
    }
    free(what);
}

static void post(struct worker *worker, enum answer kind, void *what)
{
    if (!PostMessageW(worker->window, WORKER_ANSWER, kind, (LPARAM)what))
        answer_release(kind, what); /* the window no longer exists */
}

static int64_t monotonic_ms(const struct worker *worker)
{
    return worker->machine->clock.monotonic_ms(worker->machine->clock.context);
}

/* Call this function while the lock is held. */
static void note_asked(struct worker *worker, enum work work)
{
    if (!(worker->asked & 1u << work))
        worker->asked_at[work] = GetTickCount();
    worker->asked |= 1u << work;
    PostMessageW(worker->window, WORKER_ASKED, 0, 0);
}

static void note_done(struct worker *worker)
{
    EnterCriticalSection(&worker->lock);
    worker->asked = (worker->wants_assessment ? 1u << WORK_ASSESSMENT : 0) |
                    (worker->has_preview ? 1u << WORK_PREVIEW : 0) |
                    (worker->has_check ? 1u << WORK_PORT_CHECK : 0) |
                    (worker->entry_details_entry ? 1u << WORK_ENTRY_DETAILS : 0) |
                    (worker->files ? 1u << WORK_FILE : 0) |
                    (worker->has_run ? worker->asked & 1u << WORK_RUN : 0);
    LeaveCriticalSection(&worker->lock);
}

static bool is_stopping(void *context)
{
    struct worker *worker = context;
    bool is;

    EnterCriticalSection(&worker->lock);
    is = worker->is_stopping;
    LeaveCriticalSection(&worker->lock);
    return is;
}

/* ---- assessment and sample -------------------------------------------- */

static void assess(struct worker *worker)
{
    int64_t started_ms = monotonic_ms(worker);
    struct assessment *assessment = assessment_make(worker->machine, is_stopping, worker);

    if (assessment) { /* otherwise the previous assessment remains valid */
        assessment_release(worker->assessment);
        worker->assessment = assessment;
        post(worker, ANSWER_ASSESSMENT, assessment_hold(assessment));
    }
    schedule_note_assessment(&worker->schedule, assessment != NULL, started_ms,
                             monotonic_ms(worker));
}

static void take_sample(struct worker *worker)
{
    struct sample_request request;
    struct sample *sample;

    EnterCriticalSection(&worker->lock);
    request = worker->request;
    LeaveCriticalSection(&worker->lock);
    sample = worker->assessment
                 ? sample_take(worker->machine, worker->assessment, &request, &worker->series)
                 : NULL;
    if (!sample) {
        schedule_note_failed_sample(&worker->schedule, monotonic_ms(worker));
        return;
    }
    sample->pause_ms =
        schedule_note_sample(&worker->schedule, sample->monotonic_ms, sample->cost_ms,
                             sample_outdates(sample, worker->assessment));
    post(worker, ANSWER_SAMPLE, sample);
}

/* ---- previews, port checks, files ------------------------------------- */

static void make_preview(struct worker *worker, unsigned serial, size_t setting,
                         const struct value *wanted)
{
    const struct survey *survey = worker->assessment ? &worker->assessment->snapshot.survey : NULL;
    struct preview *preview = preview_make(worker->machine, survey, serial, setting, wanted);

    if (preview)
        post(worker, ANSWER_PREVIEW, preview);
}

static bool is_wanted(struct worker *worker, unsigned check_serial)
{
    bool is;

    EnterCriticalSection(&worker->lock);
    is = worker->check_serial == check_serial;
    LeaveCriticalSection(&worker->lock);
    return is;
}

static void check_port(struct worker *worker, unsigned serial, enum protocol protocol,
                       uint16_t port)
{
    struct checked_port *check = calloc(1, sizeof *check);
    struct snapshot snapshot;

    if (!check)
        return;
    check->protocol = protocol;
    check->port = port;
    if (snapshot_take(worker->machine, 0, &snapshot, &check->fault)) {
        struct port_binds binds;

        memset(&binds, 0, sizeof binds);
        if (port_check_wants_bind(&snapshot, protocol, port))
            port_binds_try(&worker->machine->binder, protocol, port, &binds);
        check->is_made =
            port_check_make(&snapshot, protocol, port, &binds, &check->check, &check->fault);
        snapshot_release(&snapshot);
    }
    if (is_wanted(worker, serial))
        post(worker, ANSWER_PORT_CHECK, check);
    else
        answer_release(ANSWER_PORT_CHECK, check);
}

static void make_entry_details(struct worker *worker, uint64_t entry)
{
    struct entry_details *entry_details =
        worker->assessment
            ? entry_details_make(worker->machine, &worker->assessment->snapshot.survey, entry)
            : NULL;

    if (entry_details)
        post(worker, ANSWER_ENTRY_DETAILS, entry_details);
}

static void serve_file(struct worker *worker, struct file_request *request)
{
    struct saved *saved = calloc(1, sizeof *saved);

    if (saved) {
        strcpy(saved->path, request->path);
        saved->is_saved = file_request_serve(request, worker->machine, &saved->fault);
        post(worker, ANSWER_SAVED, saved);
    }
    file_request_release(request);
}

/* ---- maxport.exe ------------------------------------------------------ */

static void note_run_done(struct worker *worker)
{
    EnterCriticalSection(&worker->lock);
    worker->has_run = false;
    worker->is_run_abandoned = false;
    LeaveCriticalSection(&worker->lock);
}

static void start_run(struct worker *worker)
{
    struct run_result *result;
    struct fault fault;

    if (run_start(&worker->run, worker->machine, worker->launcher, worker->window,
                  (const char *const *)worker->run_arguments, worker->run_count, worker->assessment,
                  &fault))
        return;
    note_run_done(worker);
    result = calloc(1, sizeof *result);
    if (result) {
        result->fault = fault;
        post(worker, ANSWER_RUN_RESULT, result);
    }
}

static void watch_run(struct worker *worker)
{
    struct run_result result, *copy;
    bool is_abandoned;

    if (!worker->run.is_running)
        return;
    EnterCriticalSection(&worker->lock);
    is_abandoned = worker->is_run_abandoned;
    LeaveCriticalSection(&worker->lock);
    if (!run_end(&worker->run, worker->launcher, is_abandoned, &result))
        return;
    note_run_done(worker);
    assess(worker);
    result.entry = run_entry(&worker->run, worker->assessment);
    copy = malloc(sizeof *copy);
    if (!copy)
        return;
    *copy = result;
    post(worker, ANSWER_RUN_RESULT, copy);
}

/* ---- the thread ------------------------------------------------------- */

static void serve(struct worker *worker)
{
    bool wants_assessment, wants_sample, has_preview, has_check, starts_run;
    unsigned serial, check_serial;
    size_t setting;
    struct value wanted;
    enum protocol protocol;
    uint16_t port;
    struct file_request *files;
    uint64_t entry_details_entry;

    EnterCriticalSection(&worker->lock);
    wants_assessment = worker->wants_assessment;
    wants_sample = worker->wants_sample;
    has_preview = worker->has_preview;
    serial = worker->preview_serial;
    setting = worker->preview_setting;
    wanted = worker->preview_value;
    has_check = worker->has_check;
    protocol = worker->check_protocol;
    port = worker->check_port;
    check_serial = worker->check_serial;
    files = worker->files;
    entry_details_entry = worker->entry_details_entry;
    starts_run = worker->has_run && !worker->run.is_running;
    worker->schedule.interval_ms = worker->interval_ms;
    worker->wants_assessment = worker->wants_sample = false;
    worker->has_preview = worker->has_check = false;
    worker->files = NULL;
    worker->entry_details_entry = 0;
    LeaveCriticalSection(&worker->lock);
    if (starts_run)
        start_run(worker);
    if (has_preview)
        make_preview(worker, serial, setting, &wanted);
    if (has_check)
        check_port(worker, check_serial, protocol, port);
    if (entry_details_entry)
        make_entry_details(worker, entry_details_entry);
    while (files) {
        struct file_request *next = files->next;

        serve_file(worker, files);
        files = next;
    }
    if (wants_assessment)
        assess(worker);
    if (wants_assessment || wants_sample)
        schedule_request_sample(&worker->schedule);
}

static DWORD wait_ms(const struct worker *worker)
{
    uint32_t ms = schedule_wait_ms(&worker->schedule, monotonic_ms(worker));

    if (worker->run.is_running && ms > RUN_POLL_MS)
        return RUN_POLL_MS;
    return ms == SCHEDULE_NEVER ? INFINITE : ms;
}

static DWORD WINAPI work(void *data)
{
    struct worker *worker = data;

    while (!is_stopping(worker)) {
        int64_t now = monotonic_ms(worker);

        serve(worker);
        watch_run(worker);
        if (schedule_assessment_is_due(&worker->schedule, now))
            assess(worker);
        if (schedule_sample_is_due(&worker->schedule, now))
            take_sample(worker);
        note_done(worker);
        WaitForSingleObject(worker->wake, wait_ms(worker));
    }
    assessment_release(worker->assessment);
    return 0;
}

struct worker *worker_start(const struct machine *machine, const struct launcher *launcher,
                            HWND window, uint32_t interval_ms)
{
    struct worker *worker = calloc(1, sizeof *worker);

    if (!worker)
        return NULL;
    worker->machine = machine;
    worker->launcher = launcher;
    worker->window = window;
    worker->interval_ms = interval_ms;
    schedule_init(&worker->schedule, interval_ms);
    series_init(&worker->series);
    InitializeCriticalSection(&worker->lock);
    /* the thread begins with an assessment, without a request */
    note_asked(worker, WORK_ASSESSMENT);
    worker->wake = CreateEventW(NULL, FALSE, FALSE, NULL);
    worker->thread = worker->wake ? CreateThread(NULL, 0, work, worker, 0, NULL) : NULL;
    if (worker->thread)
        return worker;
    if (worker->wake)
        CloseHandle(worker->wake);
    DeleteCriticalSection(&worker->lock);
    free(worker);
    return NULL;
}

bool worker_stop(struct worker *worker)
{
    EnterCriticalSection(&worker->lock);
    worker->is_stopping = true;
    LeaveCriticalSection(&worker->lock);
    SetEvent(worker->wake);
    if (WaitForSingleObject(worker->thread, STOP_MS) != WAIT_OBJECT_0)
        /* The thread hangs in a function of Windows; the process must end without it. */
        return false;
    CloseHandle(worker->thread);
    CloseHandle(worker->wake);
    DeleteCriticalSection(&worker->lock);
    for (size_t i = 0; i < worker->run_count; i++)
        free(worker->run_arguments[i]);
    free(worker);
    return true;
}

/* ---- asking ----------------------------------------------------------- */

static void lock(struct worker *worker)
{
    EnterCriticalSection(&worker->lock);
}

static void unlock_and_wake(struct worker *worker)
{
    LeaveCriticalSection(&worker->lock);
    SetEvent(worker->wake);
}

void worker_set_interval(struct worker *worker, uint32_t ms)
{
    lock(worker);
    worker->interval_ms = ms && ms < INTERVAL_MS_MINIMUM ? INTERVAL_MS_MINIMUM : ms;
    worker->wants_sample = true;
    unlock_and_wake(worker);
}

void worker_watch(struct worker *worker, const struct sample_request *request)
{
    bool is_new;

    lock(worker);
    is_new = (request->wants_owners && !worker->request.wants_owners) ||
             (request->wants_groups && !worker->request.wants_groups) ||
             request->grouping != worker->request.grouping;
    worker->request = *request;
    if (is_new)
        worker->wants_sample = true;
    unlock_and_wake(worker);
}

void worker_assessment(struct worker *worker)
{
    lock(worker);
    worker->wants_assessment = true;
    note_asked(worker, WORK_ASSESSMENT);
    unlock_and_wake(worker);
}

void worker_preview(struct worker *worker, unsigned serial, size_t setting,
                    const struct value *wanted)
{
    lock(worker);
    worker->has_preview = true;
    worker->preview_serial = serial;
    worker->preview_setting = setting;
    worker->preview_value = *wanted; /* absent or a number, so it owns no memory to release */
    note_asked(worker, WORK_PREVIEW);
    unlock_and_wake(worker);
}

void worker_port_check(struct worker *worker, enum protocol protocol, uint16_t port)
{
    lock(worker);
    worker->has_check = true;
    worker->check_protocol = protocol;
    worker->check_port = port;
    note_asked(worker, WORK_PORT_CHECK);
    unlock_and_wake(worker);
}

void worker_entry_details(struct worker *worker, uint64_t entry)
{
    lock(worker);
    worker->entry_details_entry = entry;
    if (entry)
        note_asked(worker, WORK_ENTRY_DETAILS);
    unlock_and_wake(worker);
}

bool worker_run(struct worker *worker, const char *const *arguments, size_t count,
                struct fault *fault)
{
    bool is_taken, is_free;

    if (count > RUN_ARGUMENTS_MAX)
        return fault_set(fault, FAULT_USAGE, 0,
                         "maxport.exe was not started: it would get %zu arguments, more than the "
                         "%d that the window can pass. Nothing was changed.",
                         count, RUN_ARGUMENTS_MAX);
    lock(worker);
    is_taken = is_free = !worker->has_run;
    for (size_t i = 0; is_taken && i < worker->run_count; i++)
        free(worker->run_arguments[i]);
    if (is_taken)
        worker->run_count = 0;
    for (size_t i = 0; is_taken && i < count; i++) {
        worker->run_arguments[i] = _strdup(arguments[i]);
        is_taken = worker->run_arguments[i] != NULL;
        worker->run_count += is_taken;
    }
    if (is_taken) {
        worker->has_run = true;
        worker->is_run_abandoned = false;
        note_asked(worker, WORK_RUN);
    }
    unlock_and_wake(worker);
    if (!is_free)
        return fault_set(fault, FAULT_BUSY, 0,
                         "maxport.exe is still running the previous change. Nothing was changed.");
    return is_taken || fault_set(fault, FAULT_NO_MEMORY, 0,
                                 "Not enough memory to start maxport.exe. Nothing was changed.");
}

enum work worker_waits(struct worker *worker, uint32_t *ms)
{
    enum work longest = WORK_NONE;
    DWORD now = GetTickCount();

    *ms = 0;
    lock(worker);
    for (int work = WORK_NONE + 1; work < WORK_COUNT; work++)
        if (worker->asked & 1u << work &&
            (longest == WORK_NONE || now - worker->asked_at[work] > *ms)) {
            longest = (enum work)work;
            *ms = now - worker->asked_at[work];
        }
    LeaveCriticalSection(&worker->lock);
    return longest;
}

void worker_stop_waiting(struct worker *worker)
{
    lock(worker);
    worker->is_run_abandoned = worker->has_run;
    worker->has_check = false;
    worker->check_serial++;
    worker->asked = 0;
    unlock_and_wake(worker);
}

static bool ask_for_file(struct worker *worker, struct file_request *request)
{
    if (!request)
        return false;
    lock(worker);
    request->next = worker->files;
    worker->files = request;
    note_asked(worker, WORK_FILE);
    unlock_and_wake(worker);
    return true;
}

bool worker_export(struct worker *worker, const char *backup, const char *path, struct fault *fault)
{
    return ask_for_file(worker, file_request_copy(backup, path, fault));
}

bool worker_save(struct worker *worker, char *data, size_t length, const char *path,
                 struct fault *fault)
{
    return ask_for_file(worker, file_request_write(data, length, path, fault));
}
