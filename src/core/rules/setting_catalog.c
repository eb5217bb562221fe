#include "core/rules/setting.h"

/* Each setting is one row. The sources are in docs/windows.md, "MaxUserPort: the value" and
 * "TcpTimedWaitDelay". */
const struct setting setting_catalog[] = {
    [SETTING_MAX_USER_PORT] =
        {
            .name = "MaxUserPort",
            .topic = "Dynamic range",
            .accepts = "5000 to 65534",
            .unit = "",
            .source = "KB196271, cc938196, cc758002: REG_DWORD 5000 to 65534, default 5000",
            .needs_restart = true,
            .suggests_maximum = true,
            /* On Vista and later, "default 5000" would be wrong: if MaxUserPort is absent, Windows
             * uses its default range. */
            .bounds = {{5, 0, MAX_USER_PORT_MINIMUM, MAX_USER_PORT_MAXIMUM,
                        "documented default 5000"},
                       {6, 0, MAX_USER_PORT_MINIMUM, MAX_USER_PORT_MAXIMUM,
                        "the Windows default range applies"}},
        },
    [SETTING_TCP_TIMED_WAIT_DELAY] =
        {
            .name = "TcpTimedWaitDelay",
            .topic = "TIME_WAIT",
            .accepts = "30 to 300 seconds; on Windows 8.1, Server 2012 R2 and later, 2 to 300 "
                       "seconds",
            .unit = "seconds",
            .source = "cc938217, KB314053, cc757512, BizTalk performance guide",
            .needs_restart = true,
            .usual = {30, 48, 60, 120, 240},
            .bounds = {{5, 0, 30, 300, "documented default 240 seconds"},
                       {5, 1, 30, 300, "documented default 120 seconds"},
                       {6, 0, 30, 300,
                        "documented default 120 seconds; some Microsoft pages state 240"},
                       {6, 3, 2, 300,
                        "documented default 120 seconds; some Microsoft pages state 240"}},
            .notes = {{6, 0,
                       "TcpTimedWaitDelay is documented for this Windows, but no measurement of "
                       "its effect was found. A user reported that TcpTimedWaitDelay also needs "
                       "StrictTimeWaitSeqCheck=1, which maxport does not write."}},
        },
};

const size_t setting_count = sizeof setting_catalog / sizeof *setting_catalog;

_Static_assert(sizeof setting_catalog / sizeof *setting_catalog <= SETTINGS_MAX,
               "SETTINGS_MAX is too small for the catalog");
