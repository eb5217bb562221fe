#include "gui/run.h"

#include "gui/model/run_entry.h"

bool run_start(struct run *run, const struct machine *machine, const struct launcher *launcher,
               HWND owner, const char *const *arguments, size_t count,
               const struct assessment *assessment, struct fault *fault)
{
    run->after_id = assessment ? run_entry_newest(&assessment->snapshot.survey.journal) : 0;
    run->started_ms = machine->clock.now_ms(machine->clock.context);
    run->is_running =
        launcher->start(launcher->context, owner, arguments, count, &run->process, fault);
    return run->is_running;
}

bool run_end(struct run *run, const struct launcher *launcher, bool is_abandoned,
             struct run_result *result)
{
    *result = (struct run_result){.is_started = true};
    result->state = launcher->wait(launcher->context, 0, &result->exit_code);
    if (result->state == RUN_GOES_ON && !is_abandoned)
        return false;
    launcher->close(launcher->context);
    run->is_running = false;
    return true;
}

uint64_t run_entry(const struct run *run, const struct assessment *assessment)
{
    return assessment ? run_entry_find(&assessment->snapshot.survey.journal, run->process,
                                       run->after_id, run->started_ms)
                      : 0;
}
