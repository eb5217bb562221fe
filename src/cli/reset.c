#include <stdlib.h>

#include "cli/frame/apply_flow.h"
#include "core/change/plan_make.h"

static bool run_reset(struct invocation *invocation, struct fault *fault)
{
    static char default_name[] = "MaxUserPort";
    char *default_names[] = {default_name};
    char **names = invocation->argument_count ? invocation->arguments : default_names;
    size_t count = invocation->argument_count ? invocation->argument_count : 1;
    struct request *requests = calloc(count, sizeof *requests);
    bool is_done = true;

    if (!requests)
        return fault_no_memory(fault);
    for (size_t i = 0; is_done && i < count; i++) {
        const struct setting *setting = setting_find(names[i]);

        is_done = setting || setting_unknown(names[i], fault);
        if (setting)
            requests[i] = (struct request){setting_place(setting), value_absent()};
    }
    is_done = is_done && apply_flow_requests(invocation, requests, count, fault);
    free(requests);
    return is_done;
}

const struct command command_reset = {
    .name = "reset",
    .summary = "delete MaxUserPort to return to the Windows default",
    .arguments = "[NAME...]",
    .examples = "maxport reset|delete MaxUserPort\n"
                "maxport reset TcpTimedWaitDelay --yes|delete another value without a question\n",
    .details =
        "Without NAME, deletes only MaxUserPort. Windows uses its default for a setting that "
        "has no value in the registry. As before "
        "every change, maxport backs up the registry key first. To "
        "restore the value, run maxport undo.\n",
    .flags = COMMAND_CHANGES | COMMAND_RESTORE_POINT,
    .argument_minimum = 0,
    .argument_maximum = SETTINGS_MAX,
    .run = run_reset,
};
