#include <stdlib.h>
#include <string.h>

#include "cli/frame/apply_flow.h"
#include "core/change/plan_make.h"

/* Parses "NAME=VALUE". A number alone, such as "65534", means "MaxUserPort=65534". */
static bool parse_request(const char *argument, const struct os_version *os,
                          struct request *request, struct text *slips, struct fault *fault)
{
    const char *equals = strchr(argument, '=');
    const struct setting *setting = setting_at(SETTING_MAX_USER_PORT);
    char name[PLACE_NAME_SIZE];
    uint32_t number;

    if (equals) {
        size_t length = (size_t)(equals - argument);

        if (length >= sizeof name)
            length = sizeof name - 1; /* too long for any setting, so unknown */
        memcpy(name, argument, length);
        name[length] = '\0';
        setting = setting_find(name);
        if (!setting)
            return setting_unknown(name, fault);
        argument = equals + 1;
    }
    if (!setting_parse(setting, os, argument, &number, fault))
        return false;
    request->place = setting_place(setting);
    request->wanted = value_number(number);
    if (slips && setting_is_hexadecimal(argument))
        setting_print_slip(setting, os, &request->wanted, slips);
    return true;
}

/* Parses each argument into one request. The caller frees *requests. slips: receives a
 * sentence about each number that was probably meant as decimal, such as 0x65534; may be NULL. */
static bool parse_requests(const struct invocation *invocation, struct request **requests,
                           struct text *slips, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct request *parsed = calloc(invocation->argument_count, sizeof *parsed);
    struct os_version os;
    bool is_parsed;

    if (!parsed)
        return fault_no_memory(fault);
    is_parsed = machine->os_version.read(machine->os_version.context, &os, fault);
    for (size_t i = 0; is_parsed && i < invocation->argument_count; i++)
        is_parsed = parse_request(invocation->arguments[i], &os, &parsed[i], slips, fault);
    if (is_parsed)
        *requests = parsed;
    else
        free(parsed);
    return is_parsed;
}

static bool evaluate_set(struct invocation *invocation, struct fault *fault)
{
    struct request *requests;
    bool is_good;

    if (!parse_requests(invocation, &requests, NULL, fault)) /* run_set() prints the questions */
        return false;
    is_good = requests_are_distinct(requests, invocation->argument_count, fault);
    free(requests);
    return is_good;
}

static bool run_set(struct invocation *invocation, struct fault *fault)
{
    struct request *requests;
    struct text slips;
    bool is_done;

    text_init(&slips);
    is_done = parse_requests(invocation, &requests, &slips, fault);
    if (is_done && slips.length)
        output_remark(&invocation->output, "%s", text_string(&slips) + 1);
    text_release(&slips);
    if (!is_done)
        return false;
    is_done = apply_flow_requests(invocation, requests, invocation->argument_count, fault);
    free(requests);
    return is_done;
}

const struct command command_set = {
    .name = "set",
    .summary = "set MaxUserPort (or NAME=VALUE) after a backup",
    .arguments = "PORT | NAME=VALUE...",
    .examples = "maxport set 65534 --dry-run|show what would change, write nothing\n"
                "maxport set 65534|raise MaxUserPort, after confirmation\n"
                "maxport set 0xfffe --yes --reason CHG0815|do the same from a script\n"
                "maxport set TcpTimedWaitDelay=30|set another value\n",
    .details = "Shows current use, the plan and its risks, asks for confirmation, backs up the "
               "whole key, writes, reads back, and prints the command that undoes the change.\n"
               "Write a decimal number, or hexadecimal after 0x. The settings take effect after "
               "a restart of Windows (inferred for Vista and later).\n",
    .flags = COMMAND_CHANGES | COMMAND_RESTORE_POINT | COMMAND_LISTS_SETTINGS,
    .argument_minimum = 1,
    .argument_maximum = SETTINGS_MAX,
    .argument_missing = "set needs a port or NAME=VALUE, for example maxport set 65534.",
    .evaluate = evaluate_set,
    .run = run_set,
};
