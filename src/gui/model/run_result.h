/* outcome.h - how a run of maxport.exe ended, in words for a person. */
#ifndef GUI_MODEL_RUN_RESULT_H
#define GUI_MODEL_RUN_RESULT_H

#include "core/journal/journal.h"
#include "core/system/launcher.h"

struct outcome {
    bool is_started;
    struct fault fault;  /* where not */
    enum run_state state; /* RUN_GOES_ON: nobody waited for the end */
    uint32_t exit_code;   /* of RUN_ENDED */
    uint64_t entry;       /* of the journal, see run_entry_find; 0: none is its own */
};

/* It did what was asked for. */
bool outcome_is_good(const struct outcome *outcome);

/* One or two sentences. They say what was changed only where the journal has an entry of
 * the run: a run of any exit code may have settled an interrupted change before. journal:
 * NULL unknown. */
void outcome_print(const struct outcome *outcome, const struct journal *journal,
                   struct text *text);

#endif
