/* ranges_scene.h - reads and checks the port ranges for several test files. */
#ifndef TESTS_WIN32_RANGES_SCENE_H
#define TESTS_WIN32_RANGES_SCENE_H

#include "win32/ranges.h"

extern struct ranges_adapter ranges_adapter;
extern struct range_access ranges;
extern struct range_answers answers; /* result of the latest read_ranges() */

/* Fixtures that simulate Windows 10, with the WMI and netsh of this system or with the fakes of
 * program/fakes.h. */
void ranges_set_up(void);
void ranges_tear_down(void);
void ranges_set_up_fakes(void);
void ranges_tear_down_fakes(void);

/* After this call, the ranges are read as on that version of Windows. */
void pretend_windows(uint32_t major, uint32_t minor, uint32_t build);

/* Reads the ranges into `answers`. Returns the elapsed time in milliseconds. */
DWORD read_ranges(void);

/* `why` must be a part of the reason. If `why` is "", there must be no reason, except in
 * expect_exclusions(), which then does not check the reason. */
void expect_range(enum protocol p, enum family f, enum range_source source, uint32_t start,
                  uint32_t count, const char *why);
void expect_no_range(enum protocol p, enum family f, const char *why);
void expect_all_ranges(enum range_source source, uint32_t start, uint32_t count, const char *why);
void expect_exclusions(bool are_known, size_t count, const char *why);

/* Rows for fakes_set_wmi(). */
#define TCP "row|root\\StandardCimv2|MSFT_NetTCPSetting|"
#define UDP "row|root\\StandardCimv2|MSFT_NetUDPSetting|"
#define RANGE(start, count)                                                                        \
    "DynamicPortRangeStartPort=" start "|DynamicPortRangeNumberOfPorts=" count
#define GOOD_UDP UDP RANGE("number:50000", "number:1000") "\n"

#endif
