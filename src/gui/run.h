/* run.h - a run of maxport.exe, from its start to its entry in the journal. */
#ifndef GUI_RUN_H
#define GUI_RUN_H

#include "gui/assessment.h"
#include "gui/model/run_result.h"

struct run {
    bool is_running;
    uint32_t process;
    int64_t started_ms;
    uint64_t after_id; /* the newest journal entry before the run */
};

/* Starts maxport.exe. `assessment` is the newest assessment, or NULL before the first. Returns
 * false with the reason in *fault if the run did not start. */
bool run_start(struct run *run, const struct machine *machine, const struct launcher *launcher,
               HWND owner, const char *const *arguments, size_t count,
               const struct assessment *assessment, struct fault *fault);

/* Returns whether the run has ended or `is_abandoned` is true. If so, the function also closes the
 * handle of maxport.exe and fills *result, except result->entry. */
bool run_end(struct run *run, const struct launcher *launcher, bool is_abandoned,
             struct run_result *result);

/* Returns the number of the journal entry of the run that ended; 0: the run has no entry.
 * `assessment` must have been made after the run ended, or be NULL. */
uint64_t run_entry(const struct run *run, const struct assessment *assessment);

#endif
