#include <stdio.h>
#include <string.h>

#include "cli/capacity_document.h"
#include "cli/capacity_screen.h"

/* ---- the command ------------------------------------------------------ */

/* The samples are far enough apart that a few connections per second can be seen. */
enum { WATCHED_SECONDS = 3 };

/* Measures how many connections this machine closes now. */
static bool measure_present(struct invocation *invocation, struct answer *answer,
                            struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    struct sockets then, now;
    struct fault ignored; /* without a sample the present rate is unknown */
    bool is_done = true;
    char words[80];

    if (!survey_fetch(machine, SOCKETS_ROWS, &then, &ignored))
        return true;
    snprintf(words, sizeof words, "Measuring closed connections for %d seconds...",
             WATCHED_SECONDS);
    output_progress(&invocation->output, words);
    for (int i = 0; is_done && i < WATCHED_SECONDS; i++)
        is_done = command_wait_a_second(machine, "Interrupted: nothing was calculated.", fault);
    if (is_done && survey_fetch(machine, SOCKETS_ROWS, &now, &ignored)) {
        survey_ranges(&answer->survey, ranges);
        is_done = closing_rate_make(&then, &now, ranges[PROTOCOL_TCP], &answer->present, fault);
        sockets_release(&now);
    }
    sockets_release(&then);
    return is_done;
}

static bool run_capacity(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct answer answer;
    bool is_done;

    memset(&answer, 0, sizeof answer);
    /* Reject invalid arguments before the machine is read. */
    if (!answer_parse_choice(invocation, &answer, fault) ||
        !survey_take(invocation->machine, SURVEY_RANGES, &answer.survey, fault))
        return false;
    if (!answer.is_chosen)
        answer.os = answer.survey.os;
    is_done = answer_calculate(invocation, &answer, fault) &&
              (answer.is_chosen || measure_present(invocation, &answer, fault));
    if (is_done && output->is_json)
        is_done = output_json(output, capacity_document(invocation, &answer), fault);
    else if (is_done)
        capacity_print(output, &answer);
    survey_release(&answer.survey);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_MAX_USER_PORT] = {"max-user-port", "N", "calculate with this MaxUserPort", false},
    [OPTION_TIMED_WAIT] = {"timed-wait", "S", "calculate with this TcpTimedWaitDelay, in seconds",
                           false},
    [OPTION_RATE] = {"rate", "R", "show what this many connections per second require", false},
    [OPTION_WINDOWS] = {"windows", "NAME",
                        "use the rules of another Windows: 2000, xp, 2003 ... "
                        "2025",
                        false},
    [OPTION_BITS] = {"bits", "32|64", "32-bit or 64-bit edition of --windows", false},
    [OPTION_RAM] = {"ram", "SIZE", "calculate for this much memory, such as 2G", false},
    [OPTION_THREADS] = {"threads-per-session", "N", "threads per session (default 1)", false},
    [OPTION_STACK] = {"stack", "SIZE", "stack per thread (default 1M)", false},
    [OPTION_MEMORY] = {"memory-per-session", "SIZE", "other memory per session (default 0)", false},
    {NULL, NULL, NULL, false},
};

const struct command command_capacity = {
    .name = "capacity",
    .summary = "calculate how many connections ports, TIME_WAIT and memory allow",
    .arguments = "",
    .examples = "maxport capacity|calculate what this machine sustains now\n"
                "maxport capacity --max-user-port 65534|calculate with MaxUserPort 65534\n"
                "maxport capacity --rate 500|show what 500 connections per second require\n"
                "maxport capacity --windows 2003|use the rules of another Windows\n",
    .details =
        "Outbound: a connection that this machine closes keeps its local port in TIME_WAIT for a "
        "number of seconds. The rate that can be sustained to one destination is ports / "
        "TIME_WAIT seconds. Without --windows, maxport also samples the socket tables twice, "
        "three seconds apart, to compare the sustainable rate with the rate at which the machine "
        "closes connections now.\n"
        "Inbound: each connection uses a socket from non-paged pool, and its session uses "
        "threads, stacks and memory. Write sizes as 64K, 1M or 2G.\n"
        "--windows accepts 2000, xp, 2003, vista, 2008, 7, 2008r2, 8, 2012, 8.1, 2012r2, 10, "
        "2016, 2019, 11, 2022 or 2025. Each figure is printed with its confidence and its source."
        "\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .run = run_capacity,
};
