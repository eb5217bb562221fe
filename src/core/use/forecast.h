/* forecast.h - predicts from the latest samples whether the ports run out soon.
 *
 * A verdict rates how full the ports are; a forecast rates the trend. series.h defines when the use
 * rises. The window and the console use these thresholds:
 *
 *   mention   The ports would run out within FORECAST_HORIZON_SECONDS. If they run out later,
 *             no action is needed now, and two minutes of samples cannot predict so far ahead.
 *   warning   The ports would run out within FORECAST_SOON_SECONDS, which leaves time to find
 *             and stop the culprit. In addition:
 *             - The rise was watched for at least as long as the remaining time, or for at least
 *               FORECAST_WATCHED_SECONDS, because bursts are shorter.
 *             - The remaining time is at most FORECAST_REACH times the watched time.
 *             - If at least half of the rise is TIME_WAIT, the ports run out within
 *               FORECAST_WAIT_SECONDS, the longest TcpTimedWaitDelay (Microsoft,
 *               "TcpTimedWaitDelay"). After this time, ports in TIME_WAIT become free, so the
 *               number of ports in use stops rising.
 */
#ifndef CORE_USE_FORECAST_H
#define CORE_USE_FORECAST_H

#include "core/use/series.h"
#include "core/use/verdict.h"

enum {
    FORECAST_HORIZON_SECONDS = 30 * 60,
    FORECAST_SOON_SECONDS = 15 * 60,
    FORECAST_WATCHED_SECONDS = 20,
    FORECAST_REACH = 8,
    FORECAST_WAIT_SECONDS = 300,
};

enum forecast_kind {
    FORECAST_QUIET,   /* the ports will not run out soon, or no port is free now */
    FORECAST_RISING,  /* the ports would run out at this rate, but the rise may end earlier */
    FORECAST_WARNING, /* the ports run out soon unless the user acts */
};

struct forecast_part {
    enum forecast_kind kind;
    /* If kind is FORECAST_QUIET, this field and the next fields are not valid. */
    uint32_t full_in_seconds;
    uint32_t watched_seconds;   /* how long the rise was watched */
    bool is_waiting;            /* at least half of the rise is TIME_WAIT */
    uint32_t in_use, available; /* now */
};

/* The forecast for the fuller family of each protocol. */
struct forecast {
    struct forecast_part of[PROTOCOL_COUNT];
};

/* usage: the use in the newest sample, which determines the fuller family. */
void forecast_make(const struct series *series, const struct usage usage[PROTOCOL_COUNT],
                   struct forecast *forecast);

/* Returns the level for a verdict and a forecast together: VERDICT_FILLING if there is a warning
 * and the verdict is healthy, strained or unknown, else the level of the verdict. */
enum verdict_kind forecast_level(const struct forecast *forecast, enum verdict_kind level);

/* Prints one sentence for each protocol that is not FORECAST_QUIET. */
void forecast_print(const struct forecast *forecast, struct text *text);

/* Prints the verdict and the forecast. If there is a warning, omits a healthy verdict, because the
 * warning also states the use. */
void forecast_print_verdict(const struct forecast *forecast, const char *verdict, bool is_healthy,
                            struct text *text);

#endif
