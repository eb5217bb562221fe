/* ranges_scene.h - the port ranges of this system, read anew by each test, and what is expected of
 * them.
 */
#ifndef TESTS_WIN32_RANGES_SCENE_H
#define TESTS_WIN32_RANGES_SCENE_H

#include "win32/ranges.h"

extern struct ranges_adapter ranges_adapter;
extern struct range_access ranges;
extern struct range_answers answers; /* of the newest read_ranges */

/* Fixtures: a Windows 10, with this system's WMI and netsh, or with ours (program/fakes.h). */
void ranges_set_up(void);
void ranges_tear_down(void);
void ranges_set_up_fakes(void);
void ranges_tear_down_fakes(void);

/* From now on the ranges are read as on that version. */
void pretend_windows(uint32_t major, uint32_t minor, uint32_t build);

/* Fills `answers`. Returns the elapsed ms. */
DWORD read_ranges(void);

/* `why` is a part of the reason; "" means that there is none. */
void expect_range(enum protocol p, enum family f, enum range_source source, uint32_t start,
                  uint32_t count, const char *why);
void expect_no_range(enum protocol p, enum family f, const char *why);
void expect_all_ranges(enum range_source source, uint32_t start, uint32_t count, const char *why);
void expect_exclusions(bool are_known, size_t count, const char *why);

/* Rows for fakes_say_wmi. */
#define TCP "row|root\\StandardCimv2|MSFT_NetTCPSetting|"
#define UDP "row|root\\StandardCimv2|MSFT_NetUDPSetting|"
#define RANGE(start, count)                                                                        \
    "DynamicPortRangeStartPort=" start "|DynamicPortRangeNumberOfPorts=" count
#define GOOD_UDP UDP RANGE("number:50000", "number:1000") "\n"

#endif
