/* Tests that the newest change remains the newest if the clock is set back. */
#include <stdio.h>
#include <string.h>

#include "torture/kinds.h"
#include "torture/oracle.h"

void torture_clock(const struct options *options)
{
    static const unsigned seconds[] = {1, 3600, 86400 * 366, 86400u * 366 * 40};
    struct scene base;
    struct row *row = row_begin("the clock goes backwards", &base);
    static struct child run;

    set_afresh(row, "at first", &base);
    for (size_t i = 0; i < sizeof seconds / sizeof *seconds; i++)
        for (int with_undo = 0; with_undo < 2; with_undo++) {
            struct trial trial = {.row = row, .run = &run, .settle_by = BY_UNDO};
            const struct entry *last = scene_last(&base);
            char what[64];

            /* Undo must undo the newest change, although an older change has a later time in the
             * journal. */
            trial.after[MAX_USER_PORT] =
                with_undo ? last->before[MAX_USER_PORT] : (int64_t)fresh_number(&base);
            trial.after[TIME_WAIT_DELAY] = IS_UNTOUCHED;
            if (with_undo)
                child_run(&run, options->steps, "clock %u undo --yes", seconds[i]);
            else
                child_run(&run, options->steps, "clock %u set %u --yes", seconds[i],
                          (unsigned)trial.after[MAX_USER_PORT]);
            snprintf(what, sizeof what, "%u seconds back, %s", seconds[i],
                     with_undo ? "undo" : "set");
            trial.what = what;
            if (run.exit_code != 0)
                fails(row, HALF_DONE, "%s: %lu %s", what, run.exit_code, run.err);
            check_trial(&trial, &base);
            child_run(&run, oracle_program(), "history --json");
            if (run.exit_code != 0)
                fails(row, SILENT, "%s: history: %lu %s", what, run.exit_code, run.err);
        }
    row_end(row, &base);
}
