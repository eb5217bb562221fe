/* worker.h - the only thread that uses the machine.
 *
 * The window sends a request and continues; the worker posts the complete result as a message.
 * Slow or hanging calls therefore never block the window. The window owns each result except an
 * assessment, which both threads use and neither changes.
 */
#ifndef GUI_WORKER_H
#define GUI_WORKER_H

#include <windows.h>

#include "core/diagnosis/port_check.h"
#include "core/system/launcher.h"
#include "gui/model/entry_details.h"
#include "gui/model/preview.h"
#include "gui/model/run_result.h"
#include "gui/sample.h"

/* Messages to the window. WORKER_ANSWER contains a result: wParam is an enum answer, and lParam
 * points to the data of the result, which the window frees with answer_release. */
enum {
    WORKER_ANSWER = WM_APP + 1,
    WORKER_ASKED, /* a request was sent; from now on, call worker_waits to detect slow work */
};

enum answer {
    ANSWER_SAMPLE,        /* struct sample */
    ANSWER_ASSESSMENT,    /* struct assessment; sent less often than samples */
    ANSWER_PREVIEW,       /* struct preview */
    ANSWER_PORT_CHECK,    /* struct checked_port */
    ANSWER_RUN_RESULT,    /* struct run_result */
    ANSWER_SAVED,         /* struct saved */
    ANSWER_ENTRY_DETAILS, /* struct entry_details */
};

struct checked_port {
    enum protocol protocol;
    uint16_t port;
    bool is_made;
    struct fault fault; /* if !is_made */
    struct port_check check;
};

struct saved {
    bool is_saved;
    struct fault fault;
    char path[STORE_PATH_SIZE];
};

struct worker;

/* Work that the user may wait for. */
enum work {
    WORK_NONE,
    WORK_ASSESSMENT,
    WORK_PREVIEW,
    WORK_PORT_CHECK,
    WORK_ENTRY_DETAILS,
    WORK_FILE,
    WORK_RUN, /* a run of maxport.exe */
    WORK_COUNT,
};

enum { INTERVAL_MS_MINIMUM = 500 };

/* Starts the thread, which takes samples and posts its answers to `window`. After this call only
 * the thread may use machine and launcher. Returns NULL if the thread could not be started or
 * memory runs out. */
struct worker *worker_start(const struct machine *machine, const struct launcher *launcher,
                            HWND window, uint32_t interval_ms);

/* Requests the end of the thread and waits for it, at most 5 seconds. Returns true if the thread
 * has ended; the caller may then close the machine. */
bool worker_stop(struct worker *worker);

/* 0: paused; the worker then takes samples and makes assessments only when other functions request
 * them (see schedule.h) */
void worker_set_interval(struct worker *worker, uint32_t ms);
/* Sets which data every later sample includes. */
void worker_watch(struct worker *worker, const struct sample_request *request);

/* Requests an assessment and a sample, both immediately (key F5). */
void worker_assessment(struct worker *worker);

/* Requests a preview of a new value. A newer request replaces an older one that the thread has not
 * begun. If `wanted` is absent, the preview is of a reset. */
void worker_preview(struct worker *worker, unsigned serial, size_t setting,
                    const struct value *wanted);
void worker_port_check(struct worker *worker, enum protocol protocol, uint16_t port);
/* Requests the details of an entry. A newer request replaces an older one that the thread has not
 * begun; entry 0 only cancels the older request. The thread posts no answer if there is no
 * assessment yet, if the journal lacks the entry, or if memory runs out. */
void worker_entry_details(struct worker *worker, uint64_t entry);

/* Requests a run of maxport.exe. Fails with FAULT_BUSY if a run is in progress, with FAULT_USAGE if
 * there are more than RUN_ARGUMENTS_MAX arguments, or with FAULT_NO_MEMORY. */
enum { RUN_ARGUMENTS_MAX = 16 };
bool worker_run(struct worker *worker, const char *const *arguments, size_t count,
                struct fault *fault) MUST_CHECK;

/* Returns the unfinished work that was requested first, and in *ms the time since its request.
 * Returns WORK_NONE and 0 ms if no work is unfinished. */
enum work worker_waits(struct worker *worker, uint32_t *ms);
/* Call this function when the user cancels the wait. The worker stops waiting for a run of
 * maxport.exe that has not ended and posts RUN_GOES_ON as the result of the run; maxport.exe itself
 * continues. The worker posts no result of a port check. All other work is still completed. */
void worker_stop_waiting(struct worker *worker);

/* Requests that a backup is copied to the file `path` of the user. An existing file is replaced.
 * Fails as file_request_copy does. */
bool worker_export(struct worker *worker, const char *backup, const char *path,
                   struct fault *fault) MUST_CHECK;
/* Requests that bytes are written to the file `path` of the user. An existing file is replaced.
 * Fails as file_request_write does; like that function, takes ownership of `data`. */
bool worker_save(struct worker *worker, char *data, size_t length, const char *path,
                 struct fault *fault) MUST_CHECK;

void answer_release(enum answer kind, void *what);

#endif
