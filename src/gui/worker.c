#include "gui/worker.h"

#include <stdlib.h>
#include <string.h>

#include "core/use/throttle.h"
#include "gui/model/run_entry.h"

enum {
    ASSESSMENT_MS = 30 * 1000, /* ranges, journal and events are read so often unasked ... */
    ASSESSMENT_SOON_MS = 5000, /* ... and so soon where the use is another one by then: */
    ASSESSMENT_PERCENT = 3,    /* by more than that of the ports */
    RUN_POLL_MS = 100,
    STOP_MS = 5000, /* the slowest source has a limit of 3 s */
    BACKLOG = 2,    /* moments that the window may not have taken yet */
    PLAN_COLUMNS = 76,
    ASSESSMENT_AGAIN_MS = 1000,
};

struct file_request {
    struct file_request *next;
    char *data; /* owned; NULL: the backup */
    size_t length;
    char backup[64];
    char path[STORE_PATH_SIZE];
};

struct worker {
    const struct machine *machine;
    const struct launcher *launcher;
    HWND window;
    HANDLE thread, wake;

    CRITICAL_SECTION lock; /* of what follows, up to `series` */
    bool is_stopping, wants_assessment, wants_sample, wants_owners, wants_groups, is_run_abandoned;
    uint32_t interval_ms;
    enum usage_group grouping;
    bool has_preview, has_check, has_run;
    unsigned preview_serial;
    size_t preview_setting;
    struct value preview_value;
    enum protocol check_protocol;
    uint16_t check_port;
    char *run_arguments[RUN_ARGUMENTS_MAX];
    size_t run_count;
    struct file_request *files;
    uint64_t entry_details_entry; /* 0: none is asked for */
    unsigned asked;               /* 1 << enum work: asked for, and not done yet ... */
    DWORD asked_at[WORK_COUNT];   /* ... since this GetTickCount */
    unsigned check_serial;        /* of the stories that are still wanted */

    /* Of the thread alone. */
    struct series series;
    struct assessment *assessment;
    int64_t assessment_at_ms, assessment_soon_ms, sample_at_ms;
    bool is_running;
    uint32_t run_process;
    int64_t run_started_ms;
    uint64_t run_after_id; /* the journal's newest entry before it */
};

/* Of all workers there ever were: moments that are not given back. */
static volatile LONG samples_out;

/* ---- answers ---------------------------------------------------------- */

struct assessment *assessment_hold(struct assessment *assessment)
{
    InterlockedIncrement(&assessment->holders);
    return assessment;
}

void assessment_release(struct assessment *assessment)
{
    if (!assessment || InterlockedDecrement(&assessment->holders) > 0)
        return;
    if (assessment->has_diagnosis)
        diagnosis_release(&assessment->diagnosis);
    snapshot_release(&assessment->snapshot);
    free(assessment);
}

static void sample_release(struct sample *sample)
{
    for (size_t i = 0; sample->group_names && i < sample->groups.count; i++)
        free(sample->group_names[i]);
    free(sample->group_names);
    usage_groups_release(&sample->groups);
    processes_release(&sample->processes);
    sockets_release(&sample->sockets);
    free(sample);
    InterlockedDecrement(&samples_out);
}

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
        text_release(&((struct preview *)what)->text);
        value_release(&((struct preview *)what)->stored);
        break;
    case ANSWER_PORT_CHECK:
        if (((struct check *)what)->is_made)
            port_check_release(&((struct check *)what)->check);
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
        answer_release(kind, what); /* the window is gone */
}

static int64_t monotonic_ms(const struct worker *worker)
{
    return worker->machine->clock.monotonic_ms(worker->machine->clock.context);
}

/* Under the lock. */
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

static bool is_stopping(struct worker *worker)
{
    bool is;

    EnterCriticalSection(&worker->lock);
    is = worker->is_stopping;
    LeaveCriticalSection(&worker->lock);
    return is;
}

/* ---- a look ----------------------------------------------------------- */

/* A second look tells who grows and whose the waiting ports were; only trouble is worth
 * the second that it takes. */
static bool assess_again(struct worker *worker, struct assessment *assessment)
{
    struct diagnosis better;
    struct fault ignored;

    Sleep(ASSESSMENT_AGAIN_MS);
    if (is_stopping(worker) ||
        !snapshot_refresh(worker->machine, &assessment->snapshot, &ignored) ||
        !diagnosis_make(&assessment->snapshot, NULL, &better, &ignored))
        return false;
    diagnosis_release(&assessment->diagnosis);
    assessment->diagnosis = better;
    return true;
}

static void assess(struct worker *worker)
{
    struct assessment *assessment = calloc(1, sizeof *assessment);
    int64_t started_ms = monotonic_ms(worker), cost_ms;
    struct fault fault;

    worker->assessment_at_ms = worker->assessment_soon_ms = started_ms + ASSESSMENT_MS;
    if (!assessment)
        return;
    if (!snapshot_take(worker->machine, SNAPSHOT_EVENTS, &assessment->snapshot, &fault)) {
        free(assessment); /* the one before stands */
        return;
    }
    assessment->holders = 1;
    assessment->has_diagnosis =
        diagnosis_make(&assessment->snapshot, NULL, &assessment->diagnosis, &fault);
    if (assessment->has_diagnosis && diagnosis_gains_by_looking(&assessment->diagnosis))
        (void)!assess_again(worker, assessment);
    assessment_release(worker->assessment);
    worker->assessment = assessment;
    post(worker, ANSWER_ASSESSMENT, assessment_hold(assessment));
    cost_ms = monotonic_ms(worker) - started_ms;
    worker->assessment_soon_ms = started_ms + throttle_ms(cost_ms, ASSESSMENT_SOON_MS);
    worker->assessment_at_ms = started_ms + throttle_ms(cost_ms, ASSESSMENT_MS);
}

/* ---- a sample --------------------------------------------------------- */

static void count_use(const struct assessment *assessment, struct sample *sample)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];

    snapshot_ranges(&assessment->snapshot, ranges);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        usage_count(&sample->sockets, (enum protocol)p, ranges[p], &sample->usage[p]);
        for (int f = 0; f < FAMILY_COUNT; f++)
            sample->usage[p].excluded[f] =
                exclusions_within(&assessment->snapshot.survey.exclusions, (enum protocol)p,
                                  (enum family)f, ranges[p][f]);
        port_classes_make(&sample->sockets, (enum protocol)p,
                          &assessment->snapshot.survey.exclusions, &sample->port_classes[p]);
    }
}

static void name_groups(const struct worker *worker, struct sample *sample)
{
    const struct service_source *detail =
        worker->machine->services.detail ? &worker->machine->services : NULL;

    sample->group_names = calloc(sample->groups.count + 1, sizeof *sample->group_names);
    for (size_t i = 0; sample->group_names && i < sample->groups.count; i++) {
        uint32_t owner = sample->groups.rows[i].owner;
        struct text name, safe;

        text_init(&name);
        text_init(&safe);
        process_describe(&sample->processes, &worker->assessment->snapshot.services, detail, owner,
                         &name);
        text_safe(&safe, text_string(&name), name.length);
        sample->group_names[i] = _strdup(text_string(&safe));
        text_release(&safe);
        text_release(&name);
    }
}

static void group(const struct worker *worker, enum usage_group grouping, struct sample *sample)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct fault ignored;

    snapshot_ranges(&worker->assessment->snapshot, ranges);
    sample->grouping = grouping;
    sample->has_groups =
        usage_group(&sample->sockets, grouping, ranges, SIZE_MAX, &sample->groups, &ignored);
    if (sample->has_groups && grouping == GROUP_PROCESS && sample->has_names)
        name_groups(worker, sample);
}

static void note_rates(struct worker *worker, struct sample *sample)
{
    series_add(&worker->series, sample->monotonic_ms, sample->usage);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        enum family fuller = usage_fuller(&sample->usage[p]);

        series_rate(&worker->series, (enum protocol)p, fuller, &sample->rate[p]);
        sample->is_running_out[p] =
            series_full_in(&worker->series, (enum protocol)p, fuller, &sample->full_in_seconds[p]);
    }
    forecast_make(&worker->series, sample->usage, &sample->forecast);
}

/* What the look said of the use is no longer so. */
static void hasten_assessment(struct worker *worker, const struct sample *sample)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            uint32_t now = sample->usage[p].family[f].in_use;
            uint32_t then = worker->assessment->snapshot.survey.usage[p].family[f].in_use;
            uint32_t available = usage_available(&sample->usage[p], (enum family)f);
            uint64_t moved = now > then ? now - then : then - now;

            if (moved * 100 > (uint64_t)available * ASSESSMENT_PERCENT &&
                worker->assessment_at_ms > worker->assessment_soon_ms)
                worker->assessment_at_ms = worker->assessment_soon_ms;
        }
}

static void take_sample(struct worker *worker)
{
    const struct machine *machine = worker->machine;
    struct sample *sample;
    bool wants_owners, wants_groups;
    enum usage_group grouping;
    uint32_t interval_ms;
    unsigned mask = SOCKETS_ROWS | SOCKETS_BOUND;

    EnterCriticalSection(&worker->lock);
    interval_ms = worker->interval_ms;
    wants_owners = worker->wants_owners;
    wants_groups = worker->wants_groups;
    grouping = worker->grouping;
    LeaveCriticalSection(&worker->lock);
    worker->sample_at_ms = monotonic_ms(worker) + (interval_ms ? interval_ms : ASSESSMENT_MS);
    if (!worker->assessment || samples_out >= BACKLOG)
        return;
    sample = calloc(1, sizeof *sample);
    if (!sample)
        return;
    InterlockedIncrement(&samples_out);
    sockets_init(&sample->sockets);
    processes_init(&sample->processes);
    sample->wants_owners = wants_owners;
    if (wants_owners)
        mask |= SOCKETS_OWNERS;
    sample->monotonic_ms = monotonic_ms(worker);
    if (!machine->sockets.fetch(machine->sockets.context, mask, &sample->sockets, &sample->fault)) {
        sample->is_missed = true;
    } else {
        struct fault ignored;

        if (sample->sockets.has_owners)
            sample->has_names =
                machine->processes.list(machine->processes.context, &sample->processes, &ignored);
        count_use(worker->assessment, sample);
        if (wants_groups)
            group(worker, grouping, sample);
        note_rates(worker, sample);
        hasten_assessment(worker, sample);
    }
    /* By the clock on the wall: nothing else sees what the system spends on it. */
    sample->cost_ms = (uint32_t)(monotonic_ms(worker) - sample->monotonic_ms);
    sample->pause_ms = (uint32_t)throttle_ms(sample->cost_ms, interval_ms);
    if (interval_ms)
        worker->sample_at_ms = sample->monotonic_ms + sample->pause_ms;
    post(worker, ANSWER_SAMPLE, sample);
}

/* ---- previews, stories, files ----------------------------------------- */

static void make_preview(struct worker *worker, unsigned serial, size_t setting,
                         const struct value *wanted)
{
    struct preview *preview = calloc(1, sizeof *preview);
    struct request request = {.place = setting_place(setting_at(setting)), .wanted = *wanted};
    struct plan plan;

    if (!preview)
        return;
    preview->serial = serial;
    preview->stored = value_absent();
    text_init(&preview->text);
    if (worker->assessment) {
        const struct survey *survey = &worker->assessment->snapshot.survey;

        preview->is_made = plan_make(worker->machine, survey, &request, 1, &plan, &preview->fault);
        if (preview->is_made) {
            preview->is_already = plan.step_count == 0;
            preview->moves_range = plan.moves_range;
            memcpy(preview->after, plan.predicted_after, sizeof preview->after);
            plan_print(&plan, survey, PLAN_COLUMNS, &preview->text);
            const struct value *found = plan_found(&plan, &survey->settling);

            preview->is_made =
                value_copy(&preview->stored, found ? found : wanted, &preview->fault);
            plan_release(&plan);
        }
    } else {
        fault_set(&preview->fault, FAULT_UNAVAILABLE, 0, "This machine has not been checked yet.");
    }
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

static void print_check(struct worker *worker, unsigned serial, enum protocol protocol,
                        uint16_t port)
{
    struct check *check = calloc(1, sizeof *check);
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
    const struct machine *machine = worker->machine;
    struct saved *saved = calloc(1, sizeof *saved);

    if (saved) {
        strcpy(saved->path, request->path);
        saved->is_saved =
            (request->data ||
             machine->store.read(machine->store.context, STORE_PUBLIC, request->backup,
                                 &request->data, &request->length, &saved->fault)) &&
            machine->files.write(machine->files.context, request->path, true, request->data,
                                 request->length, &saved->fault);
        post(worker, ANSWER_SAVED, saved);
    }
    free(request->data);
    free(request);
}

/* ---- maxport.exe ------------------------------------------------------ */

static void start_run(struct worker *worker)
{
    struct run_result *result;
    struct fault fault;

    worker->run_after_id =
        worker->assessment ? run_entry_newest(&worker->assessment->snapshot.survey.journal) : 0;
    worker->run_started_ms = worker->machine->clock.now_ms(worker->machine->clock.context);
    worker->is_running = worker->launcher->start(worker->launcher->context, worker->window,
                                                 (const char *const *)worker->run_arguments,
                                                 worker->run_count, &worker->run_process, &fault);
    if (worker->is_running)
        return;
    result = calloc(1, sizeof *result);
    EnterCriticalSection(&worker->lock);
    worker->has_run = false;
    LeaveCriticalSection(&worker->lock);
    if (result) {
        result->fault = fault;
        post(worker, ANSWER_RUN_RESULT, result);
    }
}

static void watch_run(struct worker *worker)
{
    bool is_abandoned;
    enum run_state state;
    struct run_result *result;
    uint32_t exit_code = 0;

    if (!worker->is_running)
        return;
    EnterCriticalSection(&worker->lock);
    is_abandoned = worker->is_run_abandoned;
    LeaveCriticalSection(&worker->lock);
    state = worker->launcher->wait(worker->launcher->context, 0, &exit_code);
    if (state == RUN_GOES_ON && !is_abandoned)
        return;
    worker->launcher->close(worker->launcher->context);
    worker->is_running = false;
    EnterCriticalSection(&worker->lock);
    worker->has_run = false;
    worker->is_run_abandoned = false;
    LeaveCriticalSection(&worker->lock);
    assess(worker);
    result = calloc(1, sizeof *result);
    if (!result)
        return;
    result->is_started = true;
    result->state = state;
    result->exit_code = exit_code;
    result->entry =
        worker->assessment
            ? run_entry_find(&worker->assessment->snapshot.survey.journal, worker->run_process,
                             worker->run_after_id, worker->run_started_ms)
            : 0;
    post(worker, ANSWER_RUN_RESULT, result);
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
    starts_run = worker->has_run && !worker->is_running;
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
        print_check(worker, check_serial, protocol, port);
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
        worker->sample_at_ms = 0;
}

static DWORD patience(const struct worker *worker)
{
    int64_t now = monotonic_ms(worker), next = worker->sample_at_ms;

    if (worker->assessment_at_ms < next)
        next = worker->assessment_at_ms;
    if (worker->is_running && now + RUN_POLL_MS < next)
        next = now + RUN_POLL_MS;
    return next > now ? (DWORD)(next - now) : 0;
}

static DWORD WINAPI work(void *data)
{
    struct worker *worker = data;

    while (!is_stopping(worker)) {
        int64_t now = monotonic_ms(worker);

        serve(worker);
        watch_run(worker);
        if (now >= worker->assessment_at_ms)
            assess(worker);
        if (now >= worker->sample_at_ms)
            take_sample(worker);
        note_done(worker);
        WaitForSingleObject(worker->wake, patience(worker));
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
    series_init(&worker->series);
    InitializeCriticalSection(&worker->lock);
    note_asked(worker, WORK_ASSESSMENT); /* the first one comes unasked */
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
        return false; /* it hangs in somebody else's code: the process ends around it */
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

void worker_watch(struct worker *worker, bool wants_owners, bool wants_groups,
                  enum usage_group grouping)
{
    bool is_new;

    lock(worker);
    is_new = (wants_owners && !worker->wants_owners) || (wants_groups && !worker->wants_groups) ||
             grouping != worker->grouping;
    worker->wants_owners = wants_owners;
    worker->wants_groups = wants_groups;
    worker->grouping = grouping;
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
    worker->preview_value = *wanted; /* absent or a number: nothing is owned */
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

bool worker_run(struct worker *worker, const char *const *arguments, size_t count)
{
    bool is_taken;

    if (count > RUN_ARGUMENTS_MAX)
        return false;
    lock(worker);
    is_taken = !worker->has_run;
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
    return is_taken;
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

static bool ask_for_file(struct worker *worker, struct file_request *request, const char *path)
{
    if (!request || strlen(path) >= sizeof request->path) {
        if (request)
            free(request->data);
        free(request);
        return false;
    }
    strcpy(request->path, path);
    lock(worker);
    request->next = worker->files;
    worker->files = request;
    note_asked(worker, WORK_FILE);
    unlock_and_wake(worker);
    return true;
}

bool worker_export(struct worker *worker, const char *backup, const char *path)
{
    struct file_request *request = calloc(1, sizeof *request);

    if (request)
        strncpy(request->backup, backup, sizeof request->backup - 1);
    return ask_for_file(worker, request, path);
}

bool worker_save(struct worker *worker, char *data, size_t length, const char *path)
{
    struct file_request *request = calloc(1, sizeof *request);

    if (!request) {
        free(data);
        return false;
    }
    request->data = data;
    request->length = length;
    return ask_for_file(worker, request, path);
}
