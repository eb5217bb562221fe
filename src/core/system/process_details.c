#include "core/system/process_details.h"

#include <string.h>

#include "core/base/quote.h"
#include "core/system/sockets.h"

/* The clock that Windows uses for the start of a process and the clock that dates the sockets can
 * differ by one tick of the system clock. */
enum { TICK_MS = 16 };

void process_details_init(struct process_details *details)
{
    *details = (struct process_details){.started_ms = 0};
}

void process_details_release(struct process_details *details)
{
    for (int i = 0; i < DETAIL_COUNT; i++)
        text_release(&details->text[i]);
    process_details_init(details);
}

bool process_has_details(uint32_t id)
{
    return id != 0 && id != SYSTEM_PROCESS && id != (uint32_t)OWNER_UNKNOWN;
}

/* Returns whether the process started after that time, so that it is another process with the same
 * ID. A start in the future shows only that the clock was set back. */
static bool is_another(const struct process_details *details, int64_t owned_ms)
{
    return details->state[DETAIL_STARTED] == DETAIL_KNOWN &&
           details->started_ms > owned_ms + TICK_MS && details->started_ms <= details->read_ms;
}

static bool is_broken(const struct process_details *details)
{
    for (int i = 0; i < DETAIL_COUNT; i++)
        if (details->text[i].is_broken)
            return true;
    return false;
}

bool process_details_read(const struct process_source *source, const struct processes *listed,
                          uint32_t id, int64_t owned_ms, bool wants_command_line,
                          struct process_details *details, struct fault *fault)
{
    process_details_init(details);
    if (!source || !source->detail || !listed->count)
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "The details of processes are unknown.");
    if (!processes_find(listed, id))
        return fault_set(fault, FAULT_MISSING, 0, "Process %lu does not exist.", (unsigned long)id);
    if (!source->detail(source->context, id, wants_command_line, details, fault)) {
        process_details_release(details);
        return false;
    }
    if (is_broken(details)) {
        process_details_release(details);
        return fault_no_memory(fault);
    }
    if (is_another(details, owned_ms)) {
        process_details_release(details);
        return fault_set(fault, FAULT_MISSING, 0, "Process %lu has ended meanwhile.",
                         (unsigned long)id);
    }
    return true;
}

const char *detail_state_words(enum detail_state state)
{
    switch (state) {
    case DETAIL_NOT_OFFERED:
        return "unknown, because this Windows does not report it";
    case DETAIL_NEEDS_ELEVATION:
        return "not readable without elevation";
    case DETAIL_DENIED:
        return "not readable, because Windows denies access";
    case DETAIL_UNKNOWN:
    case DETAIL_KNOWN:
        break;
    }
    return "unknown";
}

const char *detail_state_key(enum detail_state state)
{
    switch (state) {
    case DETAIL_NOT_OFFERED:
        return "not_offered";
    case DETAIL_NEEDS_ELEVATION:
        return "needs_elevation";
    case DETAIL_DENIED:
        return "denied";
    case DETAIL_UNKNOWN:
    case DETAIL_KNOWN:
        break;
    }
    return "unknown";
}

void process_detail_print(const struct process_details *details, enum process_detail detail,
                          int32_t offset_seconds, struct text *text)
{
    const struct text *found = &details->text[detail];
    char time[TIME_SIZE];

    if (details->state[detail] != DETAIL_KNOWN)
        text_puts(text, detail_state_words(details->state[detail]));
    else if (detail == DETAIL_STARTED)
        text_puts(text, time_local_string(time, details->started_ms, offset_seconds));
    else
        text_safe(text, text_string(found), found->length);
}

/* Appends a known detail in a form that no reader can take for another detail or for a command. */
static void print_quoted(const struct process_details *details, enum process_detail detail,
                         struct text *text)
{
    if (details->state[detail] != DETAIL_KNOWN)
        text_puts(text, detail_state_words(details->state[detail]));
    else if (detail == DETAIL_PATH)
        text_quote(text, text_string(&details->text[detail]));
    else
        text_name(text, text_string(&details->text[detail]));
}

void process_details_print(const struct process_details *details, int32_t offset_seconds,
                           struct text *text)
{
    const enum detail_state *state = details->state;

    if (state[DETAIL_PATH] != DETAIL_KNOWN && state[DETAIL_ACCOUNT] == state[DETAIL_PATH] &&
        state[DETAIL_STARTED] == state[DETAIL_PATH]) {
        text_printf(text, "Path, account and start time: %s.",
                    detail_state_words(state[DETAIL_PATH]));
        return;
    }
    text_puts(text, "Account: ");
    print_quoted(details, DETAIL_ACCOUNT, text);
    text_puts(text, ". Started: ");
    process_detail_print(details, DETAIL_STARTED, offset_seconds, text);
    text_puts(text, ". Path: ");
    print_quoted(details, DETAIL_PATH, text);
    text_puts(text, ".");
}
