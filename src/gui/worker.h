/* worker.h - the only thread that uses the machine.
 *
 * The window sends a request and continues. The worker posts the complete result as a message. So
 * slow or hanging calls never block the window, and the threads share no data: the window owns
 * each result. An assessment is the exception: both keep it, and neither changes it.
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

/* Messages to the window. WORKER_ANSWER: wParam is an enum answer, lParam its data, which the
 * window frees with answer_release. */
enum {
    WORKER_ANSWER = WM_APP + 1,
    WORKER_ASKED, /* a request was sent; worker_waits reports slow work */
};

enum answer {
    ANSWER_SAMPLE,        /* struct sample */
    ANSWER_ASSESSMENT,    /* struct assessment, less often */
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

/* Starts the thread and sampling. Only the thread may use machine and launcher from now on.
 * Answers are posted to `window`. NULL: no thread, or out of memory. */
struct worker *worker_start(const struct machine *machine, const struct launcher *launcher,
                            HWND window, uint32_t interval_ms);

/* Requests the end of the thread and waits briefly. True: the thread has ended, and the machine may
 * be closed. */
bool worker_stop(struct worker *worker);

void worker_set_interval(struct worker *worker, uint32_t ms); /* 0: pauses sampling */
/* Sets what every later sample includes. */
void worker_watch(struct worker *worker, const struct sample_request *request);

void worker_assessment(struct worker *worker); /* F5: an assessment and a sample, now */

/* Requests a preview. A newer request replaces one that waits. wanted: absent means a reset. */
void worker_preview(struct worker *worker, unsigned serial, size_t setting,
                    const struct value *wanted);
void worker_port_check(struct worker *worker, enum protocol protocol, uint16_t port);
/* Requests the details of an entry. A newer request replaces one that waits. No answer comes if
 * the journal lacks the entry. */
void worker_entry_details(struct worker *worker, uint64_t entry);

/* Runs maxport.exe, one at a time. False: one is running, or out of memory. */
enum { RUN_ARGUMENTS_MAX = 16 };
bool worker_run(struct worker *worker, const char *const *arguments, size_t count);

/* The work that has been waiting longest, and for how many ms. */
enum work worker_waits(struct worker *worker, uint32_t *ms);
/* Call it when the user cancels the wait. Work that was begun is still completed: a change, whose
 * result is posted, a file, an assessment. The result of a port check is not posted. */
void worker_stop_waiting(struct worker *worker);

/* Copies the backup of an entry to a file of the user; replaces an existing file. */
bool worker_export(struct worker *worker, const char *backup, const char *path);
/* Writes bytes to a file of the user. Takes over `data`. */
bool worker_save(struct worker *worker, char *data, size_t length, const char *path);

void answer_release(enum answer kind, void *what);

#endif
