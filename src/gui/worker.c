#include "gui/worker.h"

#include <stdlib.h>
#include <string.h>

#include "core/use/throttle.h"
#include "gui/model/run_entry.h"

enum {
    LOOK_MS = 30 * 1000,   /* ranges, journal and events are read so often unasked ... */
    LOOK_SOON_MS = 5000,   /* ... and so soon where the use is another one by then: */
    LOOK_PERCENT = 3,      /* by more than that of the ports */
    RUN_POLL_MS = 100,
    STOP_MS = 5000,        /* the slowest source has a limit of 3 s */
    BACKLOG = 2,           /* moments that the window may not have taken yet */
    PLAN_COLUMNS = 76,
    LOOK_AGAIN_MS = 1000,
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
    bool is_stopping, wants_look, wants_sample, wants_owners, wants_groups, is_run_abandoned;
    uint32_t interval_ms;
    enum usage_group grouping;
    bool has_preview, has_story, has_run;
    unsigned preview_serial;
    size_t preview_setting;
    struct value preview_value;
    enum protocol story_protocol;
    uint16_t story_port;
    char *run_arguments[RUN_ARGUMENTS_MAX];
    size_t run_count;
    struct file_request *files;
    uint64_t sheet_entry; /* 0: none is asked for */
    unsigned asked;       /* 1 << enum work: asked for, and not done yet ... */
    DWORD asked_at[WORK_COUNT]; /* ... since this GetTickCount */
    unsigned story_serial;      /* of the stories that are still wanted */

    /* Of the thread alone. */
    struct series series;
    struct look *look;
    int64_t look_at_ms, look_soon_ms, sample_at_ms;
    bool is_running;
    uint32_t run_process;
    int64_t run_started_ms;
    uint64_t run_after_id; /* the journal's newest entry before it */
};

/* Of all workers there ever were: moments that are not given back. */
static volatile LONG moments_out;

/* ---- answers ---------------------------------------------------------- */

struct look *look_hold(struct look *look)
{
    InterlockedIncrement(&look->holders);
    return look;
}

void look_release(struct look *look)
{
    if (!look || InterlockedDecrement(&look->holders) > 0)
        return;
    if (look->has_diagnosis)
        diagnosis_release(&look->diagnosis);
    snapshot_release(&look->snapshot);
    free(look);
}

static void moment_release(struct moment *moment)
{
    for (size_t i = 0; moment->group_names && i < moment->groups.count; i++)
        free(moment->group_names[i]);
    free(moment->group_names);
    usage_groups_release(&moment->groups);
    processes_release(&moment->processes);
    sockets_release(&moment->sockets);
    free(moment);
    InterlockedDecrement(&moments_out);
}

void answer_release(enum answer kind, void *what)
{
    if (!what)
        return;
    switch (kind) {
    case ANSWER_MOMENT:
        moment_release(what);
        return;
    case ANSWER_LOOK:
        look_release(what);
        return;
    case ANSWER_PREVIEW:
        text_release(&((struct preview *)what)->text);
        value_release(&((struct preview *)what)->stored);
        break;
    case ANSWER_STORY:
        if (((struct story *)what)->is_told)
            port_story_release(&((struct story *)what)->story);
        break;
    case ANSWER_SHEET:
        sheet_release(what);
        return;
    case ANSWER_OUTCOME:
    case ANSWER_SAVED:
        break;
    }
    free(what);
}

static void give(struct worker *worker, enum answer kind, void *what)
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
    worker->asked = (worker->wants_look ? 1u << WORK_LOOK : 0) |
                    (worker->has_preview ? 1u << WORK_PREVIEW : 0) |
                    (worker->has_story ? 1u << WORK_STORY : 0) |
                    (worker->sheet_entry ? 1u << WORK_SHEET : 0) |
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
static bool look_again(struct worker *worker, struct look *look)
{
    struct diagnosis better;
    struct fault ignored;

    Sleep(LOOK_AGAIN_MS);
    if (is_stopping(worker) || !snapshot_refresh(worker->machine, &look->snapshot, &ignored) ||
        !diagnosis_make(&look->snapshot, NULL, &better, &ignored))
        return false;
    diagnosis_release(&look->diagnosis);
    look->diagnosis = better;
    return true;
}

static void take_look(struct worker *worker)
{
    struct look *look = calloc(1, sizeof *look);
    int64_t started_ms = monotonic_ms(worker), cost_ms;
    struct fault fault;

    worker->look_at_ms = worker->look_soon_ms = started_ms + LOOK_MS;
    if (!look)
        return;
    if (!snapshot_take(worker->machine, SNAPSHOT_EVENTS, &look->snapshot, &fault)) {
        free(look); /* the one before stands */
        return;
    }
    look->holders = 1;
    look->has_diagnosis = diagnosis_make(&look->snapshot, NULL, &look->diagnosis, &fault);
    if (look->has_diagnosis && diagnosis_gains_by_looking(&look->diagnosis))
        (void)!look_again(worker, look);
    look_release(worker->look);
    worker->look = look;
    give(worker, ANSWER_LOOK, look_hold(look));
    cost_ms = monotonic_ms(worker) - started_ms;
    worker->look_soon_ms = started_ms + pace_ms(cost_ms, LOOK_SOON_MS);
    worker->look_at_ms = started_ms + pace_ms(cost_ms, LOOK_MS);
}

/* ---- a sample --------------------------------------------------------- */

static void count_use(const struct look *look, struct moment *moment)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];

    snapshot_ranges(&look->snapshot, ranges);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        usage_count(&moment->sockets, (enum protocol)p, ranges[p], &moment->usage[p]);
        for (int f = 0; f < FAMILY_COUNT; f++)
            moment->usage[p].excluded[f] =
                exclusions_within(&look->snapshot.survey.exclusions, (enum protocol)p,
                                  (enum family)f, ranges[p][f]);
        occupancy_make(&moment->sockets, (enum protocol)p, &look->snapshot.survey.exclusions,
                       &moment->occupancy[p]);
    }
}

static void name_groups(const struct worker *worker, struct moment *moment)
{
    const struct service_source *detail =
        worker->machine->services.detail ? &worker->machine->services : NULL;

    moment->group_names = calloc(moment->groups.count + 1, sizeof *moment->group_names);
    for (size_t i = 0; moment->group_names && i < moment->groups.count; i++) {
        uint32_t owner = moment->groups.rows[i].owner;
        struct text name, safe;

        text_init(&name);
        text_init(&safe);
        process_describe(&moment->processes, &worker->look->snapshot.services, detail, owner,
                         &name);
        text_safe(&safe, text_string(&name), name.length);
        moment->group_names[i] = _strdup(text_string(&safe));
        text_release(&safe);
        text_release(&name);
    }
}

static void group(const struct worker *worker, enum usage_group grouping, struct moment *moment)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct fault ignored;

    snapshot_ranges(&worker->look->snapshot, ranges);
    moment->grouping = grouping;
    moment->has_groups =
        usage_group(&moment->sockets, grouping, ranges, SIZE_MAX, &moment->groups, &ignored);
    if (moment->has_groups && grouping == GROUP_PROCESS && moment->has_names)
        name_groups(worker, moment);
}

static void note_rates(struct worker *worker, struct moment *moment)
{
    series_add(&worker->series, moment->monotonic_ms, moment->usage);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        enum family fuller = usage_fuller(&moment->usage[p]);

        series_rate(&worker->series, (enum protocol)p, fuller, &moment->rate[p]);
        moment->is_running_out[p] = series_full_in(&worker->series, (enum protocol)p, fuller,
                                                   &moment->full_in_seconds[p]);
    }
    outlook_make(&worker->series, moment->usage, &moment->outlook);
}

/* What the look said of the use is no longer so. */
static void hasten_look(struct worker *worker, const struct moment *moment)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            uint32_t now = moment->usage[p].family[f].in_use;
            uint32_t then = worker->look->snapshot.survey.usage[p].family[f].in_use;
            uint32_t available = usage_available(&moment->usage[p], (enum family)f);
            uint64_t moved = now > then ? now - then : then - now;

            if (moved * 100 > (uint64_t)available * LOOK_PERCENT &&
                worker->look_at_ms > worker->look_soon_ms)
                worker->look_at_ms = worker->look_soon_ms;
        }
}

static void take_sample(struct worker *worker)
{
    const struct machine *machine = worker->machine;
    struct moment *moment;
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
    worker->sample_at_ms = monotonic_ms(worker) + (interval_ms ? interval_ms : LOOK_MS);
    if (!worker->look || moments_out >= BACKLOG)
        return;
    moment = calloc(1, sizeof *moment);
    if (!moment)
        return;
    InterlockedIncrement(&moments_out);
    sockets_init(&moment->sockets);
    processes_init(&moment->processes);
    moment->wants_owners = wants_owners;
    if (wants_owners)
        mask |= SOCKETS_OWNERS;
    moment->monotonic_ms = monotonic_ms(worker);
    if (!machine->sockets.fetch(machine->sockets.context, mask, &moment->sockets,
                                &moment->fault)) {
        moment->is_missed = true;
    } else {
        struct fault ignored;

        if (moment->sockets.has_owners)
            moment->has_names = machine->processes.list(machine->processes.context,
                                                        &moment->processes, &ignored);
        count_use(worker->look, moment);
        if (wants_groups)
            group(worker, grouping, moment);
        note_rates(worker, moment);
        hasten_look(worker, moment);
    }
    /* By the clock on the wall: nothing else sees what the system spends on it. */
    moment->cost_ms = (uint32_t)(monotonic_ms(worker) - moment->monotonic_ms);
    moment->pause_ms = (uint32_t)pace_ms(moment->cost_ms, interval_ms);
    if (interval_ms)
        worker->sample_at_ms = moment->monotonic_ms + moment->pause_ms;
    give(worker, ANSWER_MOMENT, moment);
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
    if (worker->look) {
        const struct survey *survey = &worker->look->snapshot.survey;

        preview->is_made =
            plan_make(worker->machine, survey, &request, 1, &plan, &preview->fault);
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
        fault_set(&preview->fault, FAULT_UNAVAILABLE, 0, "The machine was not looked at yet.");
    }
    give(worker, ANSWER_PREVIEW, preview);
}

static bool is_wanted(struct worker *worker, unsigned story_serial)
{
    bool is;

    EnterCriticalSection(&worker->lock);
    is = worker->story_serial == story_serial;
    LeaveCriticalSection(&worker->lock);
    return is;
}

static void tell_story(struct worker *worker, unsigned serial, enum protocol protocol,
                       uint16_t port)
{
    struct story *story = calloc(1, sizeof *story);
    struct snapshot snapshot;

    if (!story)
        return;
    story->protocol = protocol;
    story->port = port;
    if (snapshot_take(worker->machine, 0, &snapshot, &story->fault)) {
        struct port_binds binds;

        memset(&binds, 0, sizeof binds);
        if (port_story_wants_bind(&snapshot, protocol, port))
            port_binds_try(&worker->machine->binder, protocol, port, &binds);
        story->is_told =
            port_story_make(&snapshot, protocol, port, &binds, &story->story, &story->fault);
        snapshot_release(&snapshot);
    }
    if (is_wanted(worker, serial))
        give(worker, ANSWER_STORY, story);
    else
        answer_release(ANSWER_STORY, story);
}

static void make_sheet(struct worker *worker, uint64_t entry)
{
    struct sheet *sheet =
        worker->look ? sheet_make(worker->machine, &worker->look->snapshot.survey, entry) : NULL;

    if (sheet)
        give(worker, ANSWER_SHEET, sheet);
}

static void serve_file(struct worker *worker, struct file_request *request)
{
    const struct machine *machine = worker->machine;
    struct saved *saved = calloc(1, sizeof *saved);

    if (saved) {
        strcpy(saved->path, request->path);
        saved->is_saved =
            (request->data || machine->store.read(machine->store.context, STORE_PUBLIC,
                                                  request->backup, &request->data, &request->length,
                                                  &saved->fault)) &&
            machine->files.write(machine->files.context, request->path, true, request->data,
                                 request->length, &saved->fault);
        give(worker, ANSWER_SAVED, saved);
    }
    free(request->data);
    free(request);
}

/* ---- maxport.exe ------------------------------------------------------ */

static void start_run(struct worker *worker)
{
    struct outcome *outcome;
    struct fault fault;

    worker->run_after_id = worker->look ? run_entry_newest(&worker->look->snapshot.survey.journal)
                                        : 0;
    worker->run_started_ms = worker->machine->clock.now_ms(worker->machine->clock.context);
    worker->is_running =
        worker->launcher->start(worker->launcher->context, worker->window,
                                (const char *const *)worker->run_arguments, worker->run_count,
                                &worker->run_process, &fault);
    if (worker->is_running)
        return;
    outcome = calloc(1, sizeof *outcome);
    EnterCriticalSection(&worker->lock);
    worker->has_run = false;
    LeaveCriticalSection(&worker->lock);
    if (outcome) {
        outcome->fault = fault;
        give(worker, ANSWER_OUTCOME, outcome);
    }
}

static void watch_run(struct worker *worker)
{
    bool is_abandoned;
    enum run_state state;
    struct outcome *outcome;
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
    take_look(worker);
    outcome = calloc(1, sizeof *outcome);
    if (!outcome)
        return;
    outcome->is_started = true;
    outcome->state = state;
    outcome->exit_code = exit_code;
    outcome->entry = worker->look ? run_entry_find(&worker->look->snapshot.survey.journal,
                                                   worker->run_process, worker->run_after_id,
                                                   worker->run_started_ms)
                                  : 0;
    give(worker, ANSWER_OUTCOME, outcome);
}

/* ---- the thread ------------------------------------------------------- */

static void serve(struct worker *worker)
{
    bool wants_look, wants_sample, has_preview, has_story, starts_run;
    unsigned serial, story_serial;
    size_t setting;
    struct value wanted;
    enum protocol protocol;
    uint16_t port;
    struct file_request *files;
    uint64_t sheet_entry;

    EnterCriticalSection(&worker->lock);
    wants_look = worker->wants_look;
    wants_sample = worker->wants_sample;
    has_preview = worker->has_preview;
    serial = worker->preview_serial;
    setting = worker->preview_setting;
    wanted = worker->preview_value;
    has_story = worker->has_story;
    protocol = worker->story_protocol;
    port = worker->story_port;
    story_serial = worker->story_serial;
    files = worker->files;
    sheet_entry = worker->sheet_entry;
    starts_run = worker->has_run && !worker->is_running;
    worker->wants_look = worker->wants_sample = false;
    worker->has_preview = worker->has_story = false;
    worker->files = NULL;
    worker->sheet_entry = 0;
    LeaveCriticalSection(&worker->lock);
    if (starts_run)
        start_run(worker);
    if (has_preview)
        make_preview(worker, serial, setting, &wanted);
    if (has_story)
        tell_story(worker, story_serial, protocol, port);
    if (sheet_entry)
        make_sheet(worker, sheet_entry);
    while (files) {
        struct file_request *next = files->next;

        serve_file(worker, files);
        files = next;
    }
    if (wants_look)
        take_look(worker);
    if (wants_look || wants_sample)
        worker->sample_at_ms = 0;
}

static DWORD patience(const struct worker *worker)
{
    int64_t now = monotonic_ms(worker), next = worker->sample_at_ms;

    if (worker->look_at_ms < next)
        next = worker->look_at_ms;
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
        if (now >= worker->look_at_ms)
            take_look(worker);
        if (now >= worker->sample_at_ms)
            take_sample(worker);
        note_done(worker);
        WaitForSingleObject(worker->wake, patience(worker));
    }
    look_release(worker->look);
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
    note_asked(worker, WORK_LOOK); /* the first one comes unasked */
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

void worker_look(struct worker *worker)
{
    lock(worker);
    worker->wants_look = true;
    note_asked(worker, WORK_LOOK);
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

void worker_story(struct worker *worker, enum protocol protocol, uint16_t port)
{
    lock(worker);
    worker->has_story = true;
    worker->story_protocol = protocol;
    worker->story_port = port;
    note_asked(worker, WORK_STORY);
    unlock_and_wake(worker);
}

void worker_sheet(struct worker *worker, uint64_t entry)
{
    lock(worker);
    worker->sheet_entry = entry;
    if (entry)
        note_asked(worker, WORK_SHEET);
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
    worker->has_story = false;
    worker->story_serial++;
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
