#include "ranges_scene.h"

#include "program/fakes.h"

#include <check.h>
#include <string.h>

struct ranges_adapter ranges_adapter;
struct range_access ranges;
struct range_answers answers;

void pretend_windows(uint32_t major, uint32_t minor, uint32_t build)
{
    ranges_adapter.os =
        (struct os_version){.major = major, .minor = minor, .build = build, .role = OS_WORKSTATION};
    ranges_adapter.is_os_known = true;
}

void ranges_set_up(void)
{
    memset(&answers, 0, sizeof answers);
    ranges_open(&ranges_adapter, &ranges);
    pretend_windows(10, 0, 19045);
}

void ranges_tear_down(void)
{
    exclusions_release(&answers.exclusions);
    ranges_close(&ranges_adapter);
}

void ranges_set_up_fakes(void)
{
    ranges_set_up();
    fakes_install_wmi();
    fakes_install_netsh();
}

void ranges_tear_down_fakes(void)
{
    ranges_tear_down();
    fakes_uninstall_wmi();
    fakes_uninstall_netsh();
}

DWORD read_ranges(void)
{
    DWORD start = GetTickCount();
    exclusions_release(&answers.exclusions);
    ranges.begin(ranges.context);
    ranges.read(ranges.context, &answers);
    return GetTickCount() - start;
}

void expect_range(enum protocol p, enum family f, enum range_source source, uint32_t start,
                  uint32_t count, const char *why)
{
    const struct running_range *running = &answers.running[p][f];
    ck_assert_msg(running->is_known == (count > 0), "%s %s: %s", protocol_name(p), family_name(f),
                  running->why);
    ck_assert_msg(running->source == source, "%s %s: %s, %s", protocol_name(p), family_name(f),
                  range_source_key(running->source), running->why);
    ck_assert_uint_eq(running->range.start, start);
    ck_assert_uint_eq(running->range.count, count);
    ck_assert_msg(strstr(running->why, why) && (why[0] || !running->why[0]), "%s %s: %s",
                  protocol_name(p), family_name(f), running->why);
}

void expect_no_range(enum protocol p, enum family f, const char *why)
{
    expect_range(p, f, RANGE_SOURCE_UNKNOWN, 0, 0, why);
}

void expect_all_ranges(enum range_source source, uint32_t start, uint32_t count, const char *why)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            expect_range(p, f, source, start, count, why);
}

void expect_exclusions(bool are_known, size_t count, const char *why)
{
    ck_assert_uint_eq(answers.exclusions.count, count);
    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        for (int f = 0; f < FAMILY_COUNT; f++) {
            ck_assert_msg(answers.exclusions.is_known[p][f] == are_known, "%s",
                          answers.exclusions.why[p][f]);
            ck_assert_msg(strstr(answers.exclusions.why[p][f], why), "%s",
                          answers.exclusions.why[p][f]);
        }
    }
}
