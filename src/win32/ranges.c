#include "win32/ranges.h"

#include "core/system/netsh_text.h"
#include "win32/identity.h"
#include "win32/lib/child.h"
#include "win32/lib/wmi.h"
#include "win32/os_version.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    LIMIT_MS = 3000,          /* for each source */
    WMI_HEAD_START_MS = 1000, /* then netsh is asked, too */
    CHILD_SPARE_MS = 250,     /* for a child to be ended in, so that its thread ends in time */
    WRITE_LIMIT_MS = 20000,   /* a change is better late than half done */
    ARGUMENTS_SIZE = 160,
    SAID_BYTES_MAX = 400,
    PORT_MAX = 65535,
};

static const wchar_t netsh_name[] = L"netsh.exe";

static const wchar_t *const family_words[FAMILY_COUNT] = {L"ipv4", L"ipv6"};
static const wchar_t *const protocol_words[PROTOCOL_COUNT] = {L"tcp", L"udp"};

/* ------------------------------------------------------------ why */

/* At most what fits, cut at a whole character. */
static void put_why(char why[RANGE_WHY_SIZE], const struct text *text)
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

static void say_why(char why[RANGE_WHY_SIZE], const char *first, const char *second)
{
    struct text text;
    text_init(&text);
    text_puts(&text, first);
    if (first[0] && second[0])
        text_puts(&text, " ");
    text_puts(&text, second);
    put_why(why, &text);
    text_release(&text);
}

/* ------------------------------------------------------------ WMI */

/* Between WMI's thread and those that would ask netsh in its place. */
struct wmi_gate {
    LONG users;
    DWORD start;    /* GetTickCount */
    HANDLE is_over; /* event: WMI has answered, or failed */
    LONG is_good;
};

static struct wmi_gate *gate_make(void)
{
    struct wmi_gate *gate = malloc(sizeof *gate);
    if (!gate)
        return NULL;
    *gate = (struct wmi_gate){
        .users = 1, .start = GetTickCount(), .is_over = CreateEventW(NULL, TRUE, FALSE, NULL)};
    if (!gate->is_over) {
        free(gate);
        return NULL;
    }
    return gate;
}

static void gate_leave(struct wmi_gate *gate)
{
    if (gate && InterlockedDecrement(&gate->users) == 0) {
        CloseHandle(gate->is_over);
        free(gate);
    }
}

static bool gate_is_over(const struct wmi_gate *gate, DWORD patience_ms)
{
    return WaitForSingleObject(gate->is_over, patience_ms) == WAIT_OBJECT_0;
}

static bool gate_is_stuck(const struct wmi_gate *gate)
{
    return !gate_is_over(gate, 0) && GetTickCount() - gate->start >= LIMIT_MS;
}

struct wmi_question {
    struct wmi_gate *gate;
    enum protocol protocol;
    bool is_known;
    struct port_range range;
    bool is_auto_reuse_known;
    struct port_range auto_reuse;
    struct fault fault; /* where not known */
};

/* What the instances say, taken together. */
struct opinions {
    size_t count;
    bool has_internet, do_disagree, does_reuse_disagree, is_first_reuse_known;
    struct port_range first, internet;
    struct port_range first_reuse, internet_reuse;
    bool is_internet_reuse_known;
};

enum { SETTING_NAME, START, COUNT, REUSE_START, REUSE_COUNT, PROPERTY_COUNT };

static const wchar_t *const properties[PROPERTY_COUNT] = {
    L"SettingName", L"DynamicPortRangeStartPort", L"DynamicPortRangeNumberOfPorts",
    L"AutoReusePortRangeStartPort", L"AutoReusePortRangeNumberOfPorts"};

/* Any number into what a range can hold; too large ones stay too large. */
static uint32_t clamp(int64_t number)
{
    return number < 0 || number > INT32_MAX ? INT32_MAX : (uint32_t)number;
}

static bool is_sane(struct port_range range)
{
    return range.start >= 1 && range.start <= PORT_MAX && range.count >= 1 &&
           range.count <= PORT_MAX - range.start + 1;
}

static void hear(void *context, const struct wmi_value *values)
{
    struct opinions *opinions = context;
    if (values[START].kind != WMI_NUMBER || values[COUNT].kind != WMI_NUMBER)
        return; /* it has none */
    struct port_range range = {clamp(values[START].number), clamp(values[COUNT].number)};
    bool is_reuse_known =
        values[REUSE_START].kind == WMI_NUMBER && values[REUSE_COUNT].kind == WMI_NUMBER;
    struct port_range reuse = {clamp(values[REUSE_START].number),
                               clamp(values[REUSE_COUNT].number)};
    if (opinions->count++ == 0) {
        opinions->first = range;
        opinions->first_reuse = reuse;
        opinions->is_first_reuse_known = is_reuse_known;
    }
    opinions->do_disagree = opinions->do_disagree || !range_equal(range, opinions->first);
    opinions->does_reuse_disagree = opinions->does_reuse_disagree ||
                                    is_reuse_known != opinions->is_first_reuse_known ||
                                    !range_equal(reuse, opinions->first_reuse);
    if (values[SETTING_NAME].kind == WMI_TEXT &&
        ascii_compare(values[SETTING_NAME].text, "Internet") == 0) {
        opinions->has_internet = true;
        opinions->internet = range;
        opinions->internet_reuse = reuse;
        opinions->is_internet_reuse_known = is_reuse_known;
    }
}

static void conclude_reuse(const struct opinions *opinions, struct wmi_question *question)
{
    bool is_known = opinions->has_internet
                        ? opinions->is_internet_reuse_known
                        : opinions->is_first_reuse_known && !opinions->does_reuse_disagree;
    struct port_range reuse =
        opinions->has_internet ? opinions->internet_reuse : opinions->first_reuse;
    if (is_known && (reuse.count == 0 || is_sane(reuse))) {
        question->is_auto_reuse_known = true;
        question->auto_reuse = reuse.count == 0 ? (struct port_range){0, 0} : reuse;
    }
}

static bool conclude(const struct opinions *opinions, const char *class,
                     struct wmi_question *question, struct fault *fault)
{
    struct port_range range = opinions->has_internet ? opinions->internet : opinions->first;
    if (opinions->count == 0) {
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "No instance of %s in WMI has a port range.",
                         class);
    }
    if (opinions->do_disagree && !opinions->has_internet) {
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "The instances of %s in WMI have different port ranges, and none of "
                         "them is named Internet.",
                         class);
    }
    if (!is_sane(range)) {
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "%s in WMI has an invalid port range: start %lu, number %lu.", class,
                         (unsigned long)range.start, (unsigned long)range.count);
    }
    question->range = range;
    conclude_reuse(opinions, question);
    return true;
}

static void ask_wmi(void *data)
{
    struct wmi_question *question = data;
    bool is_tcp = question->protocol == PROTOCOL_TCP;
    struct opinions opinions = {.count = 0};
    struct wmi wmi;
    if (wmi_open(&wmi, L"root\\StandardCimv2", &question->fault)) {
        bool is_ok =
            wmi_each(&wmi, is_tcp ? L"MSFT_NetTCPSetting" : L"MSFT_NetUDPSetting", properties,
                     PROPERTY_COUNT, LIMIT_MS, hear, &opinions, &question->fault);
        question->is_known =
            is_ok && conclude(&opinions, is_tcp ? "MSFT_NetTCPSetting" : "MSFT_NetUDPSetting",
                              question, &question->fault);
        wmi_close(&wmi);
    }
    InterlockedExchange(&question->gate->is_good, question->is_known);
    SetEvent(question->gate->is_over);
}

static void release_wmi(void *data)
{
    gate_leave(((struct wmi_question *)data)->gate);
}

/* ------------------------------------------------------------ netsh */

struct netsh_question {
    struct wmi_gate *gate; /* wait for WMI to fail; NULL: ask at once */
    enum protocol protocol;
    enum family family;
    DWORD start; /* GetTickCount, when its limit began */
    bool is_known;
    struct port_range range;      /* dynamicport */
    struct exclusions exclusions; /* excludedportrange; owned */
    struct fault fault;           /* where not known */
};

/* Runs netsh; an exit code other than 0 is a fault with its words. */
static bool run_netsh(const wchar_t *arguments, DWORD limit_ms, struct child_answer *answer,
                      struct fault *fault)
{
    if (!child_run(netsh_name, arguments, limit_ms, answer, fault))
        return false;
    if (answer->exit_code == 0)
        return true;
    struct text said;
    text_init(&said);
    child_output_line(answer, SAID_BYTES_MAX, &said);
    fault_set(fault, FAULT_FAILED, answer->exit_code, "netsh ended with code %lu%s%s%s",
              (unsigned long)answer->exit_code,
              said.length > 0 ? " and printed: \"" : " without a message", text_string(&said),
              said.length > 0 ? "\"." : ".");
    text_release(&said);
    child_answer_release(answer);
    return false;
}

/* The same, and all of the answer or none. */
static bool hear_netsh(const wchar_t *arguments, DWORD limit_ms, struct child_answer *answer,
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

static bool show_range(enum protocol protocol, enum family family, DWORD limit_ms,
                       struct port_range *range, struct fault *fault)
{
    struct child_answer answer;
    wchar_t arguments[ARGUMENTS_SIZE];
    _snwprintf(arguments, ARGUMENTS_SIZE, L"interface %ls show dynamicport %ls",
               family_words[family], protocol_words[protocol]);
    if (!hear_netsh(arguments, limit_ms, &answer, fault))
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
    if (!hear_netsh(arguments, limit_ms, &answer, fault))
        return false;
    bool is_ok = netsh_parse_exclusions(text_string(&answer.output), answer.output.length, protocol,
                                        family, exclusions, fault);
    child_answer_release(&answer);
    return is_ok;
}

/* What is left of the time, less what the end of a child may take. False: nothing. */
static bool time_left(struct netsh_question *question, DWORD *limit_ms)
{
    DWORD elapsed = GetTickCount() - question->start;
    if (elapsed >= LIMIT_MS - CHILD_SPARE_MS) {
        return fault_set(&question->fault, FAULT_UNAVAILABLE, 0,
                         "There was no time left to run netsh.");
    }
    *limit_ms = LIMIT_MS - CHILD_SPARE_MS - elapsed;
    return true;
}

static void ask_range(void *data)
{
    struct netsh_question *question = data;
    DWORD limit_ms;
    if (question->gate && gate_is_over(question->gate, WMI_HEAD_START_MS) &&
        question->gate->is_good) {
        fault_set(&question->fault, FAULT_UNAVAILABLE, 0, "netsh was not run.");
        return;
    }
    question->is_known =
        time_left(question, &limit_ms) && show_range(question->protocol, question->family, limit_ms,
                                                     &question->range, &question->fault);
}

static void ask_exclusions(void *data)
{
    struct netsh_question *question = data;
    DWORD limit_ms;
    question->is_known = time_left(question, &limit_ms) &&
                         show_exclusions(question->protocol, question->family, limit_ms,
                                         &question->exclusions, &question->fault);
}

static void release_netsh(void *data)
{
    struct netsh_question *question = data;
    gate_leave(question->gate);
    exclusions_release(&question->exclusions);
}

/* ------------------------------------------------------------ begin */

/* Windows 8 and Server 2012. */
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

/* Leaves own->wmi[p] NULL where WMI is not asked. A service that is late with an
 * answer gets no second question: each would keep one more thread. */
static void begin_wmi(struct ranges_adapter *own, enum protocol p)
{
    struct fault *fault = &own->wmi_fault[p];
    fault->kind = FAULT_NONE;
    if (own->gates[p] && gate_is_stuck(own->gates[p])) {
        fault_set(fault, FAULT_UNAVAILABLE, 0, "WMI has not yet answered an earlier request.");
        return;
    }
    gate_leave(own->gates[p]);
    own->gates[p] = gate_make();
    if (!own->gates[p]) {
        fault_no_memory(fault);
        return;
    }
    struct wmi_question question = {.gate = own->gates[p], .protocol = p};
    InterlockedIncrement(&own->gates[p]->users);
    own->wmi[p] =
        background_start(ask_wmi, release_wmi, &question, sizeof question, LIMIT_MS, fault);
    if (!own->wmi[p]) {
        SetEvent(own->gates[p]->is_over);
        gate_leave(own->gates[p]);
    }
}

static struct background *begin_netsh(background_run run, struct wmi_gate *gate, enum protocol p,
                                      enum family f)
{
    struct fault ignored; /* read tells that it was never begun */
    struct netsh_question question = {
        .gate = gate, .protocol = p, .family = f, .start = GetTickCount()};
    if (gate)
        InterlockedIncrement(&gate->users);
    struct background *job =
        background_start(run, release_netsh, &question, sizeof question, LIMIT_MS, &ignored);
    if (!job)
        gate_leave(gate);
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
            own->netsh[p][f] = begin_netsh(ask_range, own->wmi[p] ? own->gates[p] : NULL, p, f);
            own->exclusions[p][f] = begin_netsh(ask_exclusions, NULL, p, f);
        }
    }
}

/* ------------------------------------------------------------ read */

static const char *netsh_trouble(const struct background *job, const struct netsh_question *answer)
{
    return answer ? answer->fault.text
           : job  ? "netsh did not answer within 3 seconds."
                  : "A thread to run netsh could not be started.";
}

/* Fills both families; false, with the reason, where WMI has no answer. */
static bool take_wmi(struct ranges_adapter *own, enum protocol p, struct range_answers *answers,
                     const char **trouble)
{
    const struct wmi_question *answer = own->wmi[p] ? background_wait(own->wmi[p]) : NULL;
    if (!answer || !answer->is_known) {
        *trouble = answer        ? answer->fault.text
                   : own->wmi[p] ? "WMI did not answer within 3 seconds."
                                 : own->wmi_fault[p].text;
        return false;
    }
    for (int f = 0; f < FAMILY_COUNT; f++) {
        struct running_range *running = &answers->running[p][f];
        running->is_known = true;
        running->range = answer->range;
        running->source = RANGE_SOURCE_WMI;
        say_why(running->why, p == PROTOCOL_TCP ? "MSFT_NetTCPSetting" : "MSFT_NetUDPSetting",
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
    const struct netsh_question *answer = job ? background_wait(job) : NULL;
    if (answer && answer->is_known) {
        running->is_known = true;
        running->range = answer->range;
        running->source = RANGE_SOURCE_NETSH;
        say_why(running->why, wmi_trouble, "");
        return;
    }
    say_why(running->why, wmi_trouble, netsh_trouble(job, answer));
}

/* The lists come in the order of the whole, each of them in order. */
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
    const struct netsh_question *answer = job ? background_wait(job) : NULL;
    char *why = exclusions->why[p][f];
    if (!answer || !answer->is_known)
        say_why(why, netsh_trouble(job, answer), "");
    else if (!append(exclusions, &answer->exclusions))
        say_why(why, "Not enough memory for the list.", "");
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
                say_why(answers->running[p][f].why, why, "");
                say_why(answers->exclusions.why[p][f], why, "");
                continue;
            }
            if (!is_known)
                take_netsh(own, p, f, wmi_trouble, &answers->running[p][f]);
            take_exclusions(own, p, f, &answers->exclusions);
        }
    }
    forget(own);
}

/* ------------------------------------------------------------ one, and write */

static bool check_has_command(const struct ranges_adapter *own, struct fault *fault)
{
    return has_netsh(own) ||
           fault_set(fault, FAULT_UNAVAILABLE, 0,
                     "This Windows has no command to change a running dynamic port range.");
}

/* By netsh even where there is WMI: what was set for one family is looked at there. */
static bool read_one(void *context, enum protocol protocol, enum family family,
                     struct port_range *range, struct fault *fault)
{
    return check_has_command(context, fault) &&
           show_range(protocol, family, LIMIT_MS, range, fault);
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
    struct child_answer answer;
    wchar_t arguments[ARGUMENTS_SIZE];
    if (!is_sane(range)) {
        return fault_set(fault, FAULT_USAGE, 0,
                         "%lu ports from port %lu are not a valid range. Nothing was changed.",
                         (unsigned long)range.count, (unsigned long)range.start);
    }
    if (!check_may_write(context, fault))
        return false;
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
        gate_leave(ranges->gates[p]);
        ranges->gates[p] = NULL;
    }
}
