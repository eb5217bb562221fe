#include "win32/ranges_netsh.h"

#include <stdio.h>

#include "core/system/netsh_text.h"
#include "win32/lib/child.h"

enum {
    HEAD_START_MS = 1000,   /* if WMI has not responded after this time, netsh is started too */
    CHILD_SPARE_MS = 250,   /* time to end the child within the limit of the thread */
    WRITE_LIMIT_MS = 20000, /* long, so that netsh is not ended during a change */
    ARGUMENTS_SIZE = 160,
    PRINTED_BYTES_MAX = 400,
};

static const wchar_t netsh_name[] = L"netsh.exe";

static const wchar_t *const family_words[FAMILY_COUNT] = {L"ipv4", L"ipv6"};
static const wchar_t *const protocol_words[PROTOCOL_COUNT] = {L"tcp", L"udp"};

/* Runs netsh. Fails if the exit code is not 0; the fault then quotes the output. */
static bool run_netsh(const wchar_t *arguments, DWORD limit_ms, struct child_answer *answer,
                      struct fault *fault)
{
    if (!child_run(netsh_name, arguments, limit_ms, answer, fault))
        return false;
    if (answer->exit_code == 0)
        return true;
    struct text printed;
    text_init(&printed);
    child_output_line(answer, PRINTED_BYTES_MAX, &printed);
    fault_set(fault, FAULT_FAILED, answer->exit_code, "netsh ended with code %lu%s%s%s",
              (unsigned long)answer->exit_code,
              printed.length > 0 ? " and printed: \"" : " without a message", text_string(&printed),
              printed.length > 0 ? "\"." : ".");
    text_release(&printed);
    child_answer_release(answer);
    return false;
}

/* As run_netsh(), but also fails if the output is incomplete. */
static bool read_netsh(const wchar_t *arguments, DWORD limit_ms, struct child_answer *answer,
                       struct fault *fault)
{
    if (!run_netsh(arguments, limit_ms, answer, fault))
        return false;
    if (answer->is_cut) {
        child_answer_release(answer);
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "The output of netsh is truncated.");
    }
    return true;
}

bool ranges_netsh_show(enum protocol protocol, enum family family, DWORD limit_ms,
                       struct port_range *range, struct fault *fault)
{
    struct child_answer answer;
    wchar_t arguments[ARGUMENTS_SIZE];
    _snwprintf(arguments, ARGUMENTS_SIZE, L"interface %ls show dynamicport %ls",
               family_words[family], protocol_words[protocol]);
    if (!read_netsh(arguments, limit_ms, &answer, fault))
        return false;
    bool is_ok = netsh_parse_range(text_string(&answer.output), answer.output.length, range, fault);
    child_answer_release(&answer);
    return is_ok;
}

static bool show_exclusions(enum protocol protocol, enum family family, DWORD limit_ms,
                            struct exclusions *exclusions, struct fault *fault)
{
    struct child_answer answer;
    wchar_t arguments[ARGUMENTS_SIZE];
    _snwprintf(arguments, ARGUMENTS_SIZE, L"interface %ls show excludedportrange protocol=%ls",
               family_words[family], protocol_words[protocol]);
    if (!read_netsh(arguments, limit_ms, &answer, fault))
        return false;
    bool is_ok = netsh_parse_exclusions(text_string(&answer.output), answer.output.length, protocol,
                                        family, exclusions, fault);
    child_answer_release(&answer);
    return is_ok;
}

/* Calculates the time that is left for netsh, without the time to end the child. False: no time is
 * left. */
static bool time_left(struct ranges_netsh *question, DWORD *limit_ms)
{
    DWORD elapsed = GetTickCount() - question->start;
    if (elapsed >= RANGES_LIMIT_MS - CHILD_SPARE_MS) {
        return fault_set(&question->fault, FAULT_UNAVAILABLE, 0,
                         "There was no time left to run netsh.");
    }
    *limit_ms = RANGES_LIMIT_MS - CHILD_SPARE_MS - elapsed;
    return true;
}

void ranges_netsh_ask_range(void *data)
{
    struct ranges_netsh *question = data;
    DWORD limit_ms;
    if (question->gate && ranges_gate_is_over(question->gate, HEAD_START_MS) &&
        question->gate->is_good) {
        fault_set(&question->fault, FAULT_UNAVAILABLE, 0, "netsh was not run.");
        return;
    }
    question->is_known = time_left(question, &limit_ms) &&
                         ranges_netsh_show(question->protocol, question->family, limit_ms,
                                           &question->range, &question->fault);
}

void ranges_netsh_ask_exclusions(void *data)
{
    struct ranges_netsh *question = data;
    DWORD limit_ms;
    question->is_known = time_left(question, &limit_ms) &&
                         show_exclusions(question->protocol, question->family, limit_ms,
                                         &question->exclusions, &question->fault);
}

void ranges_netsh_release(void *data)
{
    struct ranges_netsh *question = data;
    ranges_gate_leave(question->gate);
    exclusions_release(&question->exclusions);
}

bool ranges_netsh_set(enum protocol protocol, enum family family, struct port_range range,
                      struct fault *fault)
{
    struct child_answer answer;
    wchar_t arguments[ARGUMENTS_SIZE];
    _snwprintf(arguments, ARGUMENTS_SIZE,
               L"interface %ls set dynamicport %ls start=%lu num=%lu store=persistent",
               family_words[family], protocol_words[protocol], (unsigned long)range.start,
               (unsigned long)range.count);
    if (!run_netsh(arguments, WRITE_LIMIT_MS, &answer, fault)) {
        return fault_prefix(fault, "The %s %s dynamic port range was not changed",
                            protocol_name(protocol), family_name(family));
    }
    child_answer_release(&answer);
    return true;
}
