/* worker.h - the one thread that owns the machine.
 *
 * The window asks and continues; the worker posts what it found, whole, as a message. So nothing
 * that is slow, or that hangs, ever holds the window up, and nothing is shared: what was handed
 * over is the window's own, but for an assessment, which both keep and neither changes.
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

/* The message that brings an answer: wParam is an enum answer, lParam what it says; the
 * window gives it back by answer_release. */
enum {
    WORKER_ANSWER = WM_APP + 1,
    WORKER_ASKED, /* something was asked for: worker_waits says when it takes its time */
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
    struct fault fault; /* where not */
    struct port_check check;
};

struct saved {
    bool is_saved;
    struct fault fault;
    char path[STORE_PATH_SIZE];
};

struct worker;

/* What the user can be waiting for. */
enum work {
    WORK_NONE,
    WORK_ASSESSMENT,
    WORK_PREVIEW,
    WORK_PORT_CHECK,
    WORK_ENTRY_DETAILS,
    WORK_FILE,
    WORK_RUN, /* of maxport.exe */
    WORK_COUNT,
};

enum { INTERVAL_MS_MINIMUM = 500 };

/* Starts sampling. The machine and launcher are the thread's from now on; the answers go
 * to `window`. NULL: no thread or memory. */
struct worker *worker_start(const struct machine *machine, const struct launcher *launcher,
                            HWND window, uint32_t interval_ms);

/* Asks it to end and waits a little; true: it has ended, and the machine may be closed. */
bool worker_stop(struct worker *worker);

void worker_set_interval(struct worker *worker, uint32_t ms); /* 0: pauses sampling */
/* What every sample has from now on. */
void worker_watch(struct worker *worker, const struct sample_request *request);

void worker_assessment(struct worker *worker); /* F5: an assessment and a sample, now */

/* Of several that wait only the newest is made. wanted: absent is a reset. */
void worker_preview(struct worker *worker, unsigned serial, size_t setting,
                    const struct value *wanted);
void worker_port_check(struct worker *worker, enum protocol protocol, uint16_t port);
/* Of several that wait only the newest is made; none where the journal lacks the entry. */
void worker_entry_details(struct worker *worker, uint64_t entry);

/* Runs maxport.exe; one at a time. false: one runs, or no memory. */
enum { RUN_ARGUMENTS_MAX = 16 };
bool worker_run(struct worker *worker, const char *const *arguments, size_t count);

/* What is waited for the longest, and since how many ms. */
enum work worker_waits(struct worker *worker, uint32_t *ms);
/* The user no longer waits. What was begun ends by itself: a change, whose result is then
 * posted, a file, an assessment. A port check is no longer posted. */
void worker_stop_waiting(struct worker *worker);

/* The backup of an entry, to a file of the user's; an existing file is replaced. */
bool worker_export(struct worker *worker, const char *backup, const char *path);
/* Bytes, to a file of the user's. Takes over `data`. */
bool worker_save(struct worker *worker, char *data, size_t length, const char *path);

void answer_release(enum answer kind, void *what);

#endif
