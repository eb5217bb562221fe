/* Kills the real maxport.exe at random times. */
#include <stdio.h>
#include <string.h>

#include "torture/kinds.h"
#include "torture/oracle.h"

/* The percentage of runs that are killed between "started" and "ended". The test fails if the
 * percentage is below the minimum. While it is below the aim, the test kills more runs there. */
enum { OPEN_PERCENT_MIN = 20, OPEN_PERCENT_AIM = 30 };

/* Times that were measured in earlier runs, in microseconds. */
struct times {
    double whole;  /* from start to end of a command */
    double window; /* from "started" to "ended" in the journal */
};

static void update_average(double *average, double sample)
{
    *average += (sample - *average) / 8;
}

static void wait_until(double when_us)
{
    while (now_us() < when_us)
        Sleep(0);
}

/* Runs a command without a kill, and measures the times. */
static void measure(struct row *row, struct scene *base, struct times *times)
{
    static struct child run;
    uint64_t size = base->length;
    double started = 0, ended = 0;
    struct scene now;

    child_start(&run, oracle_program(), NULL, "set %u --yes", fresh_number(base));
    while (!child_is_over(&run)) {
        uint64_t grown = scene_journal_size();

        if (grown != size) {
            size = grown;
            ended = now_us();
            started = started > 0 ? started : ended;
        }
    }
    child_finish(&run);
    if (run.exit_code != 0)
        fails(row, HALF_DONE, "an unharmed set fails: %s", run.err);
    scene_look(&now);
    scene_release(base);
    *base = now;
    times->whole = run.took_us;
    times->window = ended - started;
}

/* Kills the run at a random time, up to slightly after its usual end. */
static void kill_any_time(struct child *run, struct times *times)
{
    wait_until(run->started_us + times->whole * random_below(1100) / 1000);
    child_kill(run);
    if (run->exit_code == 0)
        update_average(&times->whole, run->took_us);
}

/* Kills the run at a random time after "started" was written. The time is up to 1.2 times the usual
 * time from "started" to "ended". */
static void kill_in_window(struct child *run, uint64_t size, struct times *times)
{
    double started;

    while (scene_journal_size() == size && !child_is_over(run))
        ;
    started = now_us();
    wait_until(started + times->window * random_below(1200) / 1000);
    child_kill(run);
}

void torture_kill_at_random(const struct options *options)
{
    struct scene base;
    struct row *row = row_begin("maxport.exe killed at a random time", &base);
    struct times times = {0};
    unsigned aimed_percent = 50;
    static struct child run;

    set_afresh(row, "at first", &base);
    measure(row, &base, &times);
    for (unsigned i = 0; i < options->runs; i++) {
        struct trial trial = {.row = row, .run = &run, .settle_by = i % 4 < 2 ? BY_SET : BY_UNDO};
        const struct entry *last;
        char what[64];

        keep_short(row, &base);
        last = scene_last(&base);
        if (!last || last->undoes || last->end != IS_DONE) {
            set_afresh(row, "before a kill", &base);
            last = scene_last(&base);
        }
        trial.after[TIME_WAIT_DELAY] = IS_UNTOUCHED;
        if (i % 2) {
            trial.after[MAX_USER_PORT] = last->before[MAX_USER_PORT];
            child_start(&run, oracle_program(), NULL, "undo --yes");
        } else {
            trial.after[MAX_USER_PORT] = fresh_number(&base);
            child_start(&run, oracle_program(), NULL, "set %u --yes",
                        (unsigned)trial.after[MAX_USER_PORT]);
        }
        if (random_below(100) < aimed_percent)
            kill_in_window(&run, base.length, &times);
        else
            kill_any_time(&run, &times);
        snprintf(what, sizeof what, "run %u: %s killed after %.1f ms", i, i % 2 ? "undo" : "set",
                 run.took_us / 1000);
        trial.what = what;
        trial.was_killed = run.exit_code == EXIT_KILLED_BY_US;
        check_trial(&trial, &base);
        /* If too few runs have interrupted a change, kill_in_window() is used more often. */
        if (i % 50 == 49) {
            aimed_percent = row->open * 100 < OPEN_PERCENT_AIM * row->runs ? 80 : 40;
            measure(row, &base, &times);
        }
    }
    if (options->runs >= 50 && row->open * 100 < OPEN_PERCENT_MIN * row->runs)
        fails(row, SILENT, "only %u of %u kills hit an open change: this proves too little",
              row->open, row->runs);
    row_end(row, &base);
}
