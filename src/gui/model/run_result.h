/* run_result.h - describes how a run of maxport.exe ended. */
#ifndef GUI_MODEL_RUN_RESULT_H
#define GUI_MODEL_RUN_RESULT_H

#include "core/journal/journal.h"
#include "core/system/launcher.h"

struct run_result {
    bool is_started;
    struct fault fault;   /* if !is_started */
    enum run_state state; /* RUN_GOES_ON: the window no longer waits for the end */
    uint32_t exit_code;   /* if state is RUN_ENDED */
    uint64_t entry;       /* journal entry of the run, see run_entry_find; 0: none */
};

/* Returns whether the run did what the user requested. */
bool run_result_is_good(const struct run_result *result);

/* Prints the result in a few sentences. They describe a change only if the journal has an entry of
 * the run. The exit code alone does not prove that the run made a new change, because the run may
 * only have resolved an interrupted change. journal: NULL if it is unknown. */
void run_result_print(const struct run_result *result, const struct journal *journal,
                      struct text *text);

#endif
