/* outlook.h - will the ports run out soon, by what the latest samples show?
 *
 * A verdict knows how full the ports are; this knows where that leads. It is the one
 * place with the thresholds, for the window and the console alike:
 *
 *   worth a word     within FORECAST_HORIZON_SECONDS; what is farther away nobody has to act on
 *                    now, and a rate of two minutes tells nothing of it
 *   worth a warning  within FORECAST_SOON_SECONDS, which leaves time to find who it is and
 *                    to stop it; and only by a rise that was
 *     watched enough at least FORECAST_WATCHED_SECONDS long, since a burst is over by then,
 *                    or as long as it would take to the end; and carried no more than
 *                    FORECAST_REACH times as far ahead
 *     no mere wait   where most of what rises is TIME_WAIT, ports come back after
 *                    FORECAST_WAIT_SECONDS at the latest (the most that TcpTimedWaitDelay
 *                    takes; Microsoft, "TcpTimedWaitDelay"), and the rise levels off:
 *                    only what is full before then is
 *
 * What counts as a rise at all series.h decides.
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
    FORECAST_QUIET,   /* nothing says that the ports run out before long, or none is left */
    FORECAST_RISING,  /* at this rate they would, but it may well end before */
    FORECAST_WARNING, /* they run out soon, if nobody acts */
};

struct forecast_part {
    enum forecast_kind kind;
    uint32_t full_in_seconds; /* where it is not quiet; and of the rise: */
    uint32_t watched_seconds;
    bool is_waiting;  /* most of it is TIME_WAIT */
    unsigned percent; /* in use now */
};

/* Of each protocol's fuller family. */
struct forecast {
    struct forecast_part of[PROTOCOL_COUNT];
};

/* usage: the newest sample's. */
void forecast_make(const struct series *series, const struct usage usage[PROTOCOL_COUNT],
                   struct forecast *forecast);

/* How bad it is with the outlook: a warning is as bad as ports that are filling up. */
enum verdict_kind forecast_level(const struct forecast *forecast, enum verdict_kind level);

/* One sentence for each protocol that is not quiet; nothing where all are. */
void forecast_print(const struct forecast *forecast, struct text *text);

/* A verdict together with its outlook. That all is well is not said above a warning, which
 * tells the use itself. */
void forecast_print_verdict(const struct forecast *forecast, const char *verdict, bool is_healthy,
                            struct text *text);

#endif
