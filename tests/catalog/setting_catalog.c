/* The catalog of catalog-tests and catalog-gui, which are linked with this file instead of
 * core/rules/setting_catalog.c. Nothing else in these programs is about the third setting. */
#include "core/rules/setting.h"

const struct setting setting_catalog[] = {
    [SETTING_MAX_USER_PORT] = {.name = "MaxUserPort",
                               .topic = "Dynamic range",
                               .accepts = "5000 to 65534",
                               .unit = "",
                               .source = "",
                               .needs_restart = true,
                               .bounds = {{5, 0, MAX_USER_PORT_MINIMUM, MAX_USER_PORT_MAXIMUM,
                                           "documented default 5000"}}},
    [SETTING_TCP_TIMED_WAIT_DELAY] = {.name = "TcpTimedWaitDelay",
                                      .topic = "TIME_WAIT",
                                      .accepts = "30 to 300 seconds",
                                      .unit = "seconds",
                                      .source = "",
                                      .needs_restart = true,
                                      .bounds = {{5, 0, 30, 300, "default"}},
                                      .notes = {{5, 0, "A note about waiting."}}},
    {.name = "KeepAliveTime",
     .topic = "Keep-alive",
     .accepts = "1 to 7,200,000 milliseconds",
     .unit = "milliseconds",
     .source = "the third row",
     .bounds = {{5, 0, 1, 5000, "default 5000 before Vista"},
                {6, 0, 1, 7200000, "default 7200000"}},
     .notes = {{6, 0, "Programs may set their own time."}, {99, 0, "Not yet."}}},
};

const size_t setting_count = sizeof setting_catalog / sizeof *setting_catalog;
