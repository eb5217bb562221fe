/* outlook.h - will the ports run out soon, by what the latest samples show?
 *
 * A verdict knows how full the ports are; this knows where that leads. It is the one
 * place with the thresholds, for the window and the console alike:
 *
 *   worth a word     within OUTLOOK_HORIZON_SECONDS; what is farther away nobody has to act on
 *                    now, and a rate of two minutes tells nothing of it
 *   worth a warning  within OUTLOOK_SOON_SECONDS, which leaves time to find who it is and
 *                    to stop it; and only by a rise that was
 *     watched enough at least OUTLOOK_WATCHED_SECONDS long, since a burst is over by then,
 *                    or as long as it would take to the end; and carried no more than
 *                    OUTLOOK_REACH times as far ahead
 *     no mere wait   where most of what rises is TIME_WAIT, ports come back after
 *                    OUTLOOK_WAIT_SECONDS at the latest (the most that TcpTimedWaitDelay
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
    OUTLOOK_HORIZON_SECONDS = 30 * 60,
    OUTLOOK_SOON_SECONDS = 15 * 60,
    OUTLOOK_WATCHED_SECONDS = 20,
    OUTLOOK_REACH = 8,
    OUTLOOK_WAIT_SECONDS = 300,
};

enum outlook_kind {
    OUTLOOK_QUIET,   /* nothing says that the ports run out before long, or none is left */
    OUTLOOK_RISING,  /* at this rate they would, but it may well end before */
    OUTLOOK_WARNING, /* they run out soon, if nobody acts */
};

struct outlook_part {
    enum outlook_kind kind;
    uint32_t full_in_seconds; /* where it is not quiet; and of the rise: */
    uint32_t watched_seconds;
    bool is_waiting; /* most of it is TIME_WAIT */
    unsigned percent; /* in use now */
};

/* Of each protocol's fuller family. */
struct outlook {
    struct outlook_part of[PROTOCOL_COUNT];
};

/* usage: the newest sample's. */
void outlook_make(const struct series *series, const struct usage usage[PROTOCOL_COUNT],
                  struct outlook *outlook);

/* How bad it is with the outlook: a warning is as bad as ports that are filling up. */
enum verdict_kind outlook_level(const struct outlook *outlook, enum verdict_kind level);

/* One sentence for each protocol that is not quiet; nothing where all are. */
void outlook_print(const struct outlook *outlook, struct text *text);

/* A verdict together with its outlook. That all is well is not said above a warning, which
 * tells the use itself. */
void outlook_print_verdict(const struct outlook *outlook, const char *verdict, bool is_healthy,
                           struct text *text);

#endif
