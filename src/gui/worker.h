/* worker.h - the one thread that owns the machine.
 *
 * The window asks and goes on; what the worker has found it hands over whole, by a
 * message. So nothing that is slow, or that hangs, ever holds the window up, and nothing
 * is shared: what was handed over is the window's own, but for a look, which both keep
 * and neither changes.
 */
#ifndef GUI_WORKER_H
#define GUI_WORKER_H

#include <windows.h>

#include "core/change/plan.h"
#include "core/diagnosis/diagnosis.h"
#include "core/diagnosis/port_check.h"
#include "core/state/snapshot.h"
#include "core/system/launcher.h"
#include "core/use/forecast.h"
#include "gui/model/entry_details.h"
#include "gui/model/port_classes.h"
#include "gui/model/run_result.h"

/* The message that brings an answer: wParam is an enum answer, lParam what it says; the
 * window gives it back by answer_release. */
enum {
    WORKER_ANSWER = WM_APP + 1,
    WORKER_ASKED, /* something was asked for: worker_waits says when it takes its time */
};

enum answer {
    ANSWER_SAMPLE,        /* struct moment: with every sample */
    ANSWER_ASSESSMENT,    /* struct look: the whole truth, less often */
    ANSWER_PREVIEW,       /* struct preview */
    ANSWER_PORT_CHECK,    /* struct story */
    ANSWER_RUN_RESULT,    /* struct run_result */
    ANSWER_SAVED,         /* struct saved */
    ANSWER_ENTRY_DETAILS, /* struct sheet */
};

/* What changes with every sample. */
struct sample {
    int64_t monotonic_ms;
    bool is_missed; /* no table could be read; `fault` says why, and the rest is empty */
    struct fault fault;
    struct usage usage[PROTOCOL_COUNT];
    struct rate rate[PROTOCOL_COUNT]; /* of the fuller family */
    bool is_running_out[PROTOCOL_COUNT];
    uint32_t full_in_seconds[PROTOCOL_COUNT];
    struct forecast forecast;
    struct port_classes port_classes[PROTOCOL_COUNT];
    struct sockets sockets;
    bool wants_owners; /* they were asked for; sockets.has_owners: and there are some */
    bool has_names;
    struct processes processes;
    bool has_groups; /* asked for by worker_watch */
    enum usage_group grouping;
    struct usage_groups groups;
    char **group_names; /* of GROUP_PROCESS, one a group, safe for a screen; else NULL */
    uint32_t cost_ms;   /* what the sample took */
    uint32_t pause_ms;  /* until the next one: longer than asked for where it costs too much */
};

/* Ranges, journal, services, events, and what is wrong: of one moment, never changed. */
struct assessment {
    volatile LONG holders;
    struct snapshot snapshot;
    struct diagnosis diagnosis;
    bool has_diagnosis;
};

struct assessment *assessment_hold(struct assessment *assessment);
void assessment_release(struct assessment *assessment); /* NULL is fine */

/* What a value would do. */
struct preview {
    unsigned serial; /* of the asking; an older one is out of date */
    bool is_made;
    struct fault fault; /* where not */
    bool is_already;    /* the value is as wanted */
    struct text text;   /* plan_print's */
    bool moves_range;
    struct prediction after[PROTOCOL_COUNT][FAMILY_COUNT];
    struct value stored; /* what the registry held: --expect */
};

struct check {
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
/* Owners and groups with every sample, or not: they cost extra. */
void worker_watch(struct worker *worker, bool wants_owners, bool wants_groups,
                  enum usage_group grouping);

void worker_assessment(struct worker *worker); /* F5: a sample and a look, now */

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
/* Nobody waits any more. What was begun ends by itself: a change, which the outcome then
 * says, a file, a look. A story is no longer told. */
void worker_stop_waiting(struct worker *worker);

/* The backup of an entry, to a file of the user's; an existing file is replaced. */
bool worker_export(struct worker *worker, const char *backup, const char *path);
/* Bytes, to a file of the user's. Takes over `data`. */
bool worker_save(struct worker *worker, char *data, size_t length, const char *path);

void answer_release(enum answer kind, void *what);

#endif
