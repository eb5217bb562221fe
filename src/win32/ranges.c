#include "win32/ranges.h"

#include <stdlib.h>
#include <string.h>

#include "win32/identity.h"
#include "win32/os_version.h"
#include "win32/ranges_gate.h"
#include "win32/ranges_netsh.h"
#include "win32/ranges_wmi.h"

/* Copies the text. A text that is too long is cut after a whole character. */
static void copy_why(char why[RANGE_WHY_SIZE], const struct text *text)
{
    const char *data = text_string(text);
    size_t length = 0;
    uint32_t character;
    while (length < text->length) {
        size_t bytes = utf8_decode(data + length, text->length - length, &character);
        if (bytes == 0 || length + bytes >= RANGE_WHY_SIZE)
            break;
        length += bytes;
    }
    memcpy(why, data, length);
    why[length] = '\0';
}

static void set_why(char why[RANGE_WHY_SIZE], const char *first, const char *second)
{
    struct text text;
    text_init(&text);
    text_puts(&text, first);
    if (first[0] && second[0])
        text_puts(&text, " ");
    text_puts(&text, second);
    copy_why(why, &text);
    text_release(&text);
}

/* WMI has the ranges on Windows 8, Server 2012 and later. */
static bool has_wmi(const struct ranges_adapter *own)
{
    return own->is_os_known && os_at_least(&own->os, 6, 2, 0);
}

static bool has_netsh(const struct ranges_adapter *own)
{
    return own->is_os_known && os_at_least(&own->os, 6, 0, 0);
}

static void forget(struct ranges_adapter *own)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        background_close(own->wmi[p]);
        own->wmi[p] = NULL;
        for (int f = 0; f < FAMILY_COUNT; f++) {
            background_close(own->netsh[p][f]);
            background_close(own->exclusions[p][f]);
            own->netsh[p][f] = own->exclusions[p][f] = NULL;
        }
    }
    own->has_begun = false;
}

/* Starts a WMI query. On failure, own->wmi[p] is NULL. Does not query WMI again while an earlier
 * query has exceeded its limit and is still unanswered, because each further query could leave
 * another abandoned thread. */
static void begin_wmi(struct ranges_adapter *own, enum protocol p)
{
    struct fault *fault = &own->wmi_fault[p];
    fault->kind = FAULT_NONE;
    if (own->gates[p] && ranges_gate_is_stuck(own->gates[p])) {
        fault_set(fault, FAULT_UNAVAILABLE, 0, "WMI has not yet answered an earlier request.");
        return;
    }
    ranges_gate_leave(own->gates[p]);
    own->gates[p] = ranges_gate_make();
    if (!own->gates[p]) {
        fault_no_memory(fault);
        return;
    }
    struct ranges_wmi question = {.gate = own->gates[p], .protocol = p};
    InterlockedIncrement(&own->gates[p]->users);
    own->wmi[p] = background_start(ranges_wmi_ask, ranges_wmi_release, &question, sizeof question,
                                   RANGES_LIMIT_MS, fault);
    if (!own->wmi[p]) {
        SetEvent(own->gates[p]->is_over);
        ranges_gate_leave(own->gates[p]);
    }
}

static struct background *begin_netsh(background_run run, struct ranges_gate *gate, enum protocol p,
                                      enum family f)
{
    struct fault ignored; /* read() reports that no query was started */
    struct ranges_netsh question = {
        .gate = gate, .protocol = p, .family = f, .start = GetTickCount()};
    if (gate)
        InterlockedIncrement(&gate->users);
    struct background *job = background_start(run, ranges_netsh_release, &question, sizeof question,
                                              RANGES_LIMIT_MS, &ignored);
    if (!job)
        ranges_gate_leave(gate);
    return job;
}

static void begin(void *context)
{
    struct ranges_adapter *own = context;
    forget(own);
    own->has_begun = true;
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        if (has_wmi(own))
            begin_wmi(own, p);
        for (int f = 0; f < FAMILY_COUNT && has_netsh(own); f++) {
            own->netsh[p][f] =
                begin_netsh(ranges_netsh_ask_range, own->wmi[p] ? own->gates[p] : NULL, p, f);
            own->exclusions[p][f] = begin_netsh(ranges_netsh_ask_exclusions, NULL, p, f);
        }
    }
}

static const char *netsh_trouble(const struct background *job, const struct ranges_netsh *answer)
{
    return answer ? answer->fault.text
           : job  ? "netsh did not respond within 6 seconds."
                  : "A thread to run netsh could not be started.";
}

/* Fills both families with the result of WMI. Returns false with a reason in *trouble if WMI has no
 * result. */
static bool take_wmi(struct ranges_adapter *own, enum protocol p, struct range_answers *answers,
                     const char **trouble)
{
    const struct ranges_wmi *answer = own->wmi[p] ? background_wait(own->wmi[p]) : NULL;
    if (!answer || !answer->is_known) {
        *trouble = answer        ? answer->fault.text
                   : own->wmi[p] ? "WMI did not respond within 6 seconds."
                                 : own->wmi_fault[p].text;
        return false;
    }
    for (int f = 0; f < FAMILY_COUNT; f++) {
        struct running_range *running = &answers->running[p][f];
        running->is_known = true;
        running->range = answer->range;
        running->source = RANGE_SOURCE_WMI;
        set_why(running->why, p == PROTOCOL_TCP ? "MSFT_NetTCPSetting" : "MSFT_NetUDPSetting",
                "has no address family, so the range applies to IPv4 and IPv6.");
    }
    if (p == PROTOCOL_TCP && answer->is_auto_reuse_known) {
        answers->is_auto_reuse_known = true;
        answers->auto_reuse = answer->auto_reuse;
    }
    return true;
}

static void take_netsh(struct ranges_adapter *own, enum protocol p, enum family f,
                       const char *wmi_trouble, struct running_range *running)
{
    struct background *job = own->netsh[p][f];
    const struct ranges_netsh *answer = job ? background_wait(job) : NULL;
    if (answer && answer->is_known) {
        running->is_known = true;
        running->range = answer->range;
        running->source = RANGE_SOURCE_NETSH;
        set_why(running->why, wmi_trouble, "");
        return;
    }
    set_why(running->why, wmi_trouble, netsh_trouble(job, answer));
}

/* Appends a sorted list. The caller appends the lists in ascending order of protocol and family, so
 * that the result is sorted too. */
static bool append(struct exclusions *all, const struct exclusions *list)
{
    if (list->count == 0)
        return true;
    struct exclusion *rows = realloc(all->rows, (all->count + list->count) * sizeof *all->rows);
    if (!rows)
        return false;
    memcpy(rows + all->count, list->rows, list->count * sizeof *rows);
    all->rows = rows;
    all->count += list->count;
    return true;
}

static void take_exclusions(struct ranges_adapter *own, enum protocol p, enum family f,
                            struct exclusions *exclusions)
{
    struct background *job = own->exclusions[p][f];
    const struct ranges_netsh *answer = job ? background_wait(job) : NULL;
    char *why = exclusions->why[p][f];
    if (!answer || !answer->is_known)
        set_why(why, netsh_trouble(job, answer), "");
    else if (!append(exclusions, &answer->exclusions))
        set_why(why, "Not enough memory for the list.", "");
    else
        exclusions->is_known[p][f] = true;
}

static void read(void *context, struct range_answers *answers)
{
    struct ranges_adapter *own = context;
    memset(answers, 0, sizeof *answers);
    exclusions_init(&answers->exclusions);
    if (!own->has_begun)
        begin(own);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const char *wmi_trouble = "";
        bool is_known = has_wmi(own) && take_wmi(own, p, answers, &wmi_trouble);
        for (int f = 0; f < FAMILY_COUNT; f++) {
            if (!has_netsh(own)) {
                const char *why = own->is_os_known ? "Not available on this Windows."
                                                   : "Windows did not report its version.";
                set_why(answers->running[p][f].why, why, "");
                set_why(answers->exclusions.why[p][f], why, "");
                continue;
            }
            if (!is_known)
                take_netsh(own, p, f, wmi_trouble, &answers->running[p][f]);
            take_exclusions(own, p, f, &answers->exclusions);
        }
    }
    forget(own);
}

static bool check_has_command(const struct ranges_adapter *own, struct fault *fault)
{
    return has_netsh(own) ||
           fault_set(fault, FAULT_UNAVAILABLE, 0,
                     "This Windows has no command to change a running dynamic port range.");
}

/* Always reads from netsh, because WMI does not distinguish the families. */
static bool read_one(void *context, enum protocol protocol, enum family family,
                     struct port_range *range, struct fault *fault)
{
    return check_has_command(context, fault) &&
           ranges_netsh_show(protocol, family, RANGES_LIMIT_MS, range, fault);
}

static bool check_may_write(const struct ranges_adapter *own, struct fault *fault)
{
    struct identity_source source;
    struct identity identity;
    if (!check_has_command(own, fault))
        return false;
    identity_open(&source);
    if (!source.read(source.context, &identity, fault))
        return false;
    if (!identity.is_elevated) {
        return fault_set(fault, FAULT_DENIED, 0,
                         "Only an administrator can change the dynamic port range. Nothing was "
                         "changed.");
    }
    return true;
}

static bool write(void *context, enum protocol protocol, enum family family,
                  struct port_range range, struct fault *fault)
{
    if (!range_is_valid(range)) {
        return fault_set(fault, FAULT_USAGE, 0,
                         "%lu ports from port %lu are not a valid range. Nothing was changed.",
                         (unsigned long)range.count, (unsigned long)range.start);
    }
    return check_may_write(context, fault) && ranges_netsh_set(protocol, family, range, fault);
}

void ranges_open(struct ranges_adapter *ranges, struct range_access *functions)
{
    ranges_open_read_only(ranges, functions);
    functions->write = write;
}

void ranges_open_read_only(struct ranges_adapter *ranges, struct range_access *functions)
{
    struct fault ignored;
    *ranges = (struct ranges_adapter){.has_begun = false};
    ranges->is_os_known = os_version_number(&ranges->os, &ignored);
    *functions = (struct range_access){
        .context = ranges, .begin = begin, .read = read, .read_one = read_one};
}

void ranges_close(struct ranges_adapter *ranges)
{
    forget(ranges);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        ranges_gate_leave(ranges->gates[p]);
        ranges->gates[p] = NULL;
    }
}
