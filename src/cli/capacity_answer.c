#include "cli/capacity_answer.h"

#include <string.h>

#include "cli/frame/command.h"
#include "core/rules/capacity.h"
#include "core/state/survey.h"

static const char given_words[] = "Set on the command line.";

/* ---- working it out --------------------------------------------------- */

bool answer_parse_choice(const struct invocation *invocation, struct answer *answer,
                         struct fault *fault)
{
    const char *name = invocation->option[OPTION_WINDOWS];
    const char *bits = invocation->option[OPTION_BITS];

    if (bits && !name)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--bits needs --windows: it selects the 32-bit or 64-bit edition of "
                         "that Windows.");
    if (bits && strcmp(bits, "32") != 0 && strcmp(bits, "64") != 0)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--bits must be 32 or 64, not \"%.80s\". Nothing was changed.", bits);
    answer->is_chosen = name != NULL;
    if (!name)
        return true;
    return capacity_windows(name, !bits ? 0 : bits[0] == '3' ? 32 : 64, &answer->os, fault);
}

static bool parse_threads(const char *text, uint32_t *threads, struct fault *fault)
{
    enum { DIGITS_MAX = 6, THREADS_MAX = 100000 };
    size_t digits = strspn(text, "0123456789");
    uint32_t number = 0;
    struct text shown;

    for (size_t i = 0; i < digits && i < DIGITS_MAX; i++)
        number = number * 10 + (uint32_t)(text[i] - '0');
    if (digits && digits <= DIGITS_MAX && !text[digits] && number <= THREADS_MAX) {
        *threads = number;
        return true;
    }
    text_init(&shown);
    text_safe(&shown, text, strlen(text) < 80 ? strlen(text) : 80);
    fault_set(fault, FAULT_USAGE, 0,
              "--threads-per-session must be a whole number from 0 to 100000, not \"%s\". Nothing "
              "was changed.",
              text_string(&shown));
    text_release(&shown);
    return false;
}

static struct figure given(uint64_t value)
{
    return (struct figure){
        .is_known = true, .value = value, .confidence = CONFIDENCE_GIVEN, .source = given_words};
}

static bool take_ram(const struct invocation *invocation, struct answer *answer,
                     struct fault *fault)
{
    const struct memory_source *source = &invocation->machine->memory;
    const char *ram = invocation->option[OPTION_RAM];
    struct memory memory = {0};
    struct fault own;
    bool is_read = source->read && source->read(source->context, &memory, &own);

    if (ram) {
        answer->ram = given(0);
        return capacity_parse_size("--ram", ram, &answer->ram.value, fault);
    }
    answer->ram = (struct figure){.confidence = CONFIDENCE_UNKNOWN,
                                  .source = "The RAM size could not be read."};
    if (is_read && memory.physical_bytes)
        answer->ram = (struct figure){true, memory.physical_bytes, CONFIDENCE_READ,
                                      "RAM of this machine, as reported by Windows."};
    answer->is_this_machine = !answer->is_chosen;
    answer->pool_in_use =
        (struct figure){.confidence = CONFIDENCE_UNKNOWN,
                        .source = "Windows did not report how much non-paged pool is in use."};
    if (is_read && memory.is_pool_known)
        answer->pool_in_use = (struct figure){true, memory.nonpaged_pool_bytes, CONFIDENCE_READ,
                                              "GetPerformanceInfo, read just now."};
    return true;
}

static bool take_sessions(const struct invocation *invocation, struct answer *answer,
                          struct fault *fault)
{
    const char *threads = invocation->option[OPTION_THREADS];
    const char *stack = invocation->option[OPTION_STACK];
    const char *memory = invocation->option[OPTION_MEMORY];
    struct session *session = &answer->session;

    answer->has_sessions = threads || stack || memory;
    if (!answer->has_sessions)
        return true;
    answer->threads = given(1);
    answer->stack = stack ? given(0) : capacity_default_stack();
    answer->memory = given(0);
    session->threads = 1;
    session->stack_bytes = answer->stack.value;
    if (!threads)
        answer->threads.source = "One thread per session, because --threads-per-session was not "
                                 "given.";
    if (!memory)
        answer->memory.source = "No memory besides stacks, because --memory-per-session was not "
                                "given.";
    if ((threads && !parse_threads(threads, &session->threads, fault)) ||
        (stack && !capacity_parse_size("--stack", stack, &session->stack_bytes, fault)) ||
        (memory &&
         !capacity_parse_size("--memory-per-session", memory, &session->memory_bytes, fault)))
        return false;
    answer->threads.value = session->threads;
    answer->stack.value = session->stack_bytes;
    answer->memory.value = session->memory_bytes;
    answer->budget = capacity_session_budget(&answer->os, answer->ram.value);
    return capacity_sessions(answer->budget, session, &answer->sessions, fault);
}

/* The result is a constant string or part of *survey, so it remains valid as long as the answer. */
static const char *source_of_running(const struct survey *survey, int f)
{
    switch (survey->running[PROTOCOL_TCP][f].source) {
    case RANGE_SOURCE_WMI:
        return "The running range, read from WMI (MSFT_NetTCPSetting).";
    case RANGE_SOURCE_NETSH:
        return "The running range, read from netsh (show dynamicport).";
    case RANGE_SOURCE_RULE:
    case RANGE_SOURCE_UNKNOWN:
        break;
    }
    return *survey->running_note[PROTOCOL_TCP][f] ? survey->running_note[PROTOCOL_TCP][f]
                                                  : survey->running[PROTOCOL_TCP][f].why;
}

static uint32_t excluded_of(const struct answer *answer, int f, struct port_range range)
{
    return answer->is_chosen
               ? 0
               : exclusions_within(&answer->survey.exclusions, PROTOCOL_TCP, (enum family)f, range);
}

static struct destination_rate predict(const struct answer *answer, int f,
                                       const struct value *max_user_port, struct figure wait)
{
    struct prediction prediction;
    struct destination_rate rate;
    uint32_t excluded;

    if (answer->is_chosen)
        range_predict(&answer->os, PROTOCOL_TCP, (enum family)f, max_user_port, &prediction);
    else /* also uses the running range and the MaxUserPort at the start of Windows */
        survey_predict(&answer->survey, PROTOCOL_TCP, (enum family)f, max_user_port, &prediction);
    rate = destination_rate_of_prediction(&prediction, wait);
    excluded = excluded_of(answer, f, rate.range);
    if (excluded && rate.ports.is_known) {
        rate.excluded = excluded;
        rate.ports.value -= excluded;
    }
    return rate;
}

static void take_now(struct answer *answer, int f)
{
    const struct survey *survey = &answer->survey;
    const struct running_range *running = &survey->running[PROTOCOL_TCP][f];
    const struct value *stored = &survey->stored[SETTING_TCP_TIMED_WAIT_DELAY];
    struct value absent = value_absent();
    struct port_range none = {0, 0};
    struct port_range range = running->is_known ? running->range : none;
    struct figure wait = capacity_default_wait(&answer->os, (enum family)f);
    enum confidence confidence = CONFIDENCE_READ;

    answer->is_wait_default[f] = answer->is_chosen || stored->kind == VALUE_ABSENT;
    if (answer->is_chosen) {
        answer->now[f] = predict(answer, f, &absent, wait);
        return;
    }
    if (!survey->is_stored_known[SETTING_TCP_TIMED_WAIT_DELAY]) {
        wait.confidence = CONFIDENCE_UNKNOWN;
        wait.source = "TcpTimedWaitDelay could not be read, so the documented default is used.";
    } else {
        wait = capacity_stored_wait(&answer->os, (enum family)f, stored);
    }
    if (running->source == RANGE_SOURCE_RULE || !running->is_known)
        confidence = survey->running_confidence[PROTOCOL_TCP][f];
    answer->now[f] = destination_rate_of_range(range, excluded_of(answer, f, range), confidence,
                                               source_of_running(survey, f), wait);
}

static bool take_proposal(const struct invocation *invocation, struct answer *answer,
                          struct fault *fault)
{
    const char *port = invocation->option[OPTION_MAX_USER_PORT];
    const char *wait = invocation->option[OPTION_TIMED_WAIT];
    struct value max_user_port = value_absent();
    uint32_t seconds = 0;

    answer->has_proposal = port || wait;
    answer->proposes_wait = wait != NULL;
    if ((port && !setting_parse(setting_at(SETTING_MAX_USER_PORT), &answer->os, port,
                                &max_user_port.number, fault)) ||
        (wait && !setting_parse(setting_at(SETTING_TCP_TIMED_WAIT_DELAY), &answer->os, wait,
                                &seconds, fault)))
        return false;
    if (port)
        max_user_port.kind = VALUE_NUMBER;
    for (int f = 0; f < FAMILY_COUNT; f++) {
        struct destination_rate *rate = &answer->proposed[f];

        *rate = answer->now[f];
        if (port)
            *rate = predict(answer, f, &max_user_port, rate->wait_seconds);
        if (wait)
            rate->wait_seconds = given(seconds);
        rate->confidence = confidence_weaker(rate->ports.confidence, rate->wait_seconds.confidence);
    }
    return true;
}

const struct destination_rate *answer_needed_from(const struct answer *answer)
{
    return answer->has_proposal ? &answer->proposed[FAMILY_IPV4] : &answer->now[FAMILY_IPV4];
}

static bool take_rate(const struct invocation *invocation, struct answer *answer,
                      struct fault *fault)
{
    const char *wanted = invocation->option[OPTION_RATE];
    const struct destination_rate *rate = answer_needed_from(answer);

    if (wanted && !capacity_parse_rate(wanted, &answer->rate_tenths, fault))
        return false;
    answer->has_rate = wanted != NULL;
    answer->has_requirement = wanted && destination_rate_is_known(rate);
    if (answer->has_requirement)
        capacity_requirement(&answer->os, rate, answer->rate_tenths, &answer->requirement);
    return true;
}

bool answer_calculate(const struct invocation *invocation, struct answer *answer,
                      struct fault *fault)
{
    for (int f = 0; f < FAMILY_COUNT; f++)
        take_now(answer, f);
    answer->disputed = capacity_disputed_wait(&answer->os);
    if (!take_proposal(invocation, answer, fault) || !take_rate(invocation, answer, fault) ||
        !take_ram(invocation, answer, fault))
        return false;
    answer->pool_limit = capacity_pool_limit(&answer->os, answer->ram.value);
    answer->thumb_rule = capacity_thumb_rule(&answer->os, answer->ram.value);
    return take_sessions(invocation, answer, fault);
}
