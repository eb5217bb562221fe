/* run_result.h - how a run of maxport.exe ended, in words for a person. */
#ifndef GUI_MODEL_RUN_RESULT_H
#define GUI_MODEL_RUN_RESULT_H

#include "core/journal/journal.h"
#include "core/system/launcher.h"

struct run_result {
    bool is_started;
    struct fault fault;   /* where not */
    enum run_state state; /* RUN_GOES_ON: the window stopped waiting */
    uint32_t exit_code;   /* of RUN_ENDED */
    uint64_t entry;       /* of the journal, see run_entry_find; 0: none is its own */
};

/* It did what was asked for. */
bool run_result_is_good(const struct run_result *result);

/* One or two sentences. They name what was changed only where the journal has an entry of
 * the run: a run of any exit code may have settled an interrupted change before. journal:
 * NULL unknown. */
void run_result_print(const struct run_result *result, const struct journal *journal,
                      struct text *text);

#endif
