/* tally.h - the table: the number of runs and outcomes for each kind of fault. */
#ifndef TESTS_TORTURE_TALLY_H
#define TESTS_TORTURE_TALLY_H

#include <stdbool.h>
#include <stdio.h>

enum outcome {
    DONE,          /* the change is in effect, and was reported as such */
    NOTHING_BEGUN, /* the run ended before "started" was in the journal; nothing changed */
    REFUSED,       /* the run was refused; nothing changed */
    ROLLED_BACK,   /* the change began, failed, and everything was restored */
    UNCLOSED,      /* the change is in effect; maxport reported that the journal lacks its end */
    SETTLED_DONE, /* interrupted; the next command resolved the change as done, and reported this */
    /* Interrupted; the next command resolved the change as rolled back, and reported this. */
    SETTLED_ROLLED_BACK,
    OUTCOME_COUNT
};

enum failing {
    LOST,      /* a value, a journal line or a backup was lost or altered */
    HALF_DONE, /* a change is neither done nor undone, or prevents the next change */
    SILENT,    /* something was reported wrongly or not at all */
    FAILING_COUNT
};

struct row {
    const char *kind;
    unsigned runs;
    unsigned open; /* runs that were interrupted between "started" and "ended" */
    unsigned outcomes[OUTCOME_COUNT];
    unsigned failings[FAILING_COUNT];
};

/* Sets the file to which later rows are written, one row on each line, in the format that the
 * script tests/torture/table reads. NULL: standard output. */
void tally_open(FILE *file);

/* Begins a row. Only one row can exist at a time. */
struct row *tally_begin(const char *kind);
/* Writes the row. */
void tally_end(struct row *row);

/* Counts a failure and prints it on standard error. Returns false. */
bool fails(struct row *row, enum failing failing, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* Returns the number of failures in all rows so far. */
unsigned tally_failings(void);

#endif
