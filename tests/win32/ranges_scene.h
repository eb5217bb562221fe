/* ranges_scene.h - reads the port ranges in each test and checks them. */
#ifndef TESTS_WIN32_RANGES_SCENE_H
#define TESTS_WIN32_RANGES_SCENE_H

#include "win32/ranges.h"

extern struct ranges_adapter ranges_adapter;
extern struct range_access ranges;
extern struct range_answers answers; /* of the newest read_ranges */

/* Fixtures: a Windows 10 with the WMI and netsh of this system, or with the fakes
 * (program/fakes.h). */
void ranges_set_up(void);
void ranges_tear_down(void);
void ranges_set_up_fakes(void);
void ranges_tear_down_fakes(void);

/* Later calls read the ranges as on that version of Windows. */
void pretend_windows(uint32_t major, uint32_t minor, uint32_t build);

/* Fills `answers`. Returns the elapsed time in ms. */
DWORD read_ranges(void);

/* `why` is a part of the reason; "" requires that there is no reason. */
void expect_range(enum protocol p, enum family f, enum range_source source, uint32_t start,
                  uint32_t count, const char *why);
void expect_no_range(enum protocol p, enum family f, const char *why);
void expect_all_ranges(enum range_source source, uint32_t start, uint32_t count, const char *why);
void expect_exclusions(bool are_known, size_t count, const char *why);

/* Rows for fakes_set_wmi. */
#define TCP "row|root\\StandardCimv2|MSFT_NetTCPSetting|"
#define UDP "row|root\\StandardCimv2|MSFT_NetUDPSetting|"
#define RANGE(start, count)                                                                        \
    "DynamicPortRangeStartPort=" start "|DynamicPortRangeNumberOfPorts=" count
#define GOOD_UDP UDP RANGE("number:50000", "number:1000") "\n"

#endif
