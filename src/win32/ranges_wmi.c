#include "win32/ranges_wmi.h"

#include "win32/lib/wmi.h"

/* The ranges of all instances, and whether they agree. */
struct instances {
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

/* Converts a number to uint32_t. A number outside 0 to INT32_MAX becomes INT32_MAX, which is
 * invalid in a range. */
static uint32_t clamp(int64_t number)
{
    return number < 0 || number > INT32_MAX ? INT32_MAX : (uint32_t)number;
}

static void add_opinion(void *context, const struct wmi_value *values)
{
    struct instances *instances = context;
    if (values[START].kind != WMI_NUMBER || values[COUNT].kind != WMI_NUMBER)
        return; /* an instance without numbers */
    struct port_range range = {clamp(values[START].number), clamp(values[COUNT].number)};
    bool is_reuse_known =
        values[REUSE_START].kind == WMI_NUMBER && values[REUSE_COUNT].kind == WMI_NUMBER;
    struct port_range reuse = {clamp(values[REUSE_START].number),
                               clamp(values[REUSE_COUNT].number)};
    if (instances->count++ == 0) {
        instances->first = range;
        instances->first_reuse = reuse;
        instances->is_first_reuse_known = is_reuse_known;
    }
    instances->do_disagree = instances->do_disagree || !range_equal(range, instances->first);
    instances->does_reuse_disagree = instances->does_reuse_disagree ||
                                     is_reuse_known != instances->is_first_reuse_known ||
                                     !range_equal(reuse, instances->first_reuse);
    if (values[SETTING_NAME].kind == WMI_TEXT &&
        ascii_compare(values[SETTING_NAME].text, "Internet") == 0) {
        instances->has_internet = true;
        instances->internet = range;
        instances->internet_reuse = reuse;
        instances->is_internet_reuse_known = is_reuse_known;
    }
}

static void evaluate_reuse(const struct instances *instances, struct ranges_wmi *question)
{
    bool is_known = instances->has_internet
                        ? instances->is_internet_reuse_known
                        : instances->is_first_reuse_known && !instances->does_reuse_disagree;
    struct port_range reuse =
        instances->has_internet ? instances->internet_reuse : instances->first_reuse;
    if (is_known && (reuse.count == 0 || range_is_valid(reuse))) {
        question->is_auto_reuse_known = true;
        question->auto_reuse = reuse.count == 0 ? (struct port_range){0, 0} : reuse;
    }
}

static bool evaluate(const struct instances *instances, const char *class,
                     struct ranges_wmi *question, struct fault *fault)
{
    struct port_range range = instances->has_internet ? instances->internet : instances->first;
    if (instances->count == 0) {
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "No instance of %s in WMI has a port range.",
                         class);
    }
    if (instances->do_disagree && !instances->has_internet) {
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "The instances of %s in WMI have different port ranges, and none of "
                         "them is named Internet.",
                         class);
    }
    if (!range_is_valid(range)) {
        return fault_set(fault, FAULT_UNAVAILABLE, 0,
                         "%s in WMI has an invalid port range: start %lu, number %lu.", class,
                         (unsigned long)range.start, (unsigned long)range.count);
    }
    question->range = range;
    evaluate_reuse(instances, question);
    return true;
}

void ranges_wmi_ask(void *data)
{
    struct ranges_wmi *question = data;
    bool is_tcp = question->protocol == PROTOCOL_TCP;
    struct instances instances = {.count = 0};
    struct wmi wmi;
    if (wmi_open(&wmi, L"root\\StandardCimv2", &question->fault)) {
        bool is_ok =
            wmi_each(&wmi, is_tcp ? L"MSFT_NetTCPSetting" : L"MSFT_NetUDPSetting", properties,
                     PROPERTY_COUNT, RANGES_LIMIT_MS, add_opinion, &instances, &question->fault);
        question->is_known =
            is_ok && evaluate(&instances, is_tcp ? "MSFT_NetTCPSetting" : "MSFT_NetUDPSetting",
                              question, &question->fault);
        wmi_close(&wmi);
    }
    InterlockedExchange(&question->gate->is_good, question->is_known);
    SetEvent(question->gate->is_over);
}

void ranges_wmi_release(void *data)
{
    ranges_gate_leave(((struct ranges_wmi *)data)->gate);
}
