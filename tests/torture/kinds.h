/* kinds.h - the kinds of faults: each is a function that adds rows to the table. */
#ifndef TESTS_TORTURE_KINDS_H
#define TESTS_TORTURE_KINDS_H

#include <stdbool.h>
#include <wchar.h>

struct options {
    const wchar_t *steps; /* maxport-steps.exe */
    const wchar_t *self;  /* this program, started as another process */
    unsigned runs;        /* number of kills at random times */
    unsigned pairs;       /* number of races */
    unsigned stride;      /* N: only every Nth step or length is tested; 1: all are tested */
};

void torture_kill_at_every_step(const struct options *options);
void torture_fail_at_every_step(const struct options *options);
void torture_interrupt(const struct options *options);
void torture_kill_at_random(const struct options *options);
void torture_races(const struct options *options);
void torture_foreign_writes(const struct options *options);
void torture_torn_lines(const struct options *options);
void torture_holders(const struct options *options);
void torture_clock(const struct options *options);
void torture_attacker(const struct options *options);

/* Deletes the values and the store, sets *base to the scene that remains, and begins a row. */
struct row;
struct scene;
struct row *row_begin(const char *kind, struct scene *base);
void row_end(struct row *row, struct scene *base);

/* If the journal has become long, deletes the values and the store and makes a new change.
 * Otherwise, reading the journal would take most of the time. */
void keep_short(struct row *row, struct scene *base);

/* `torture hold PATH SHARE HOLD_MS GAP_MS`: opens a file repeatedly until the process is
 * terminated. */
int hold(const wchar_t *path, const wchar_t *share, const wchar_t *hold_ms, const wchar_t *gap_ms);

#endif
