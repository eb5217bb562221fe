/* tally.h - the table: the number of runs and outcomes for each kind of fault. */
#ifndef TESTS_TORTURE_TALLY_H
#define TESTS_TORTURE_TALLY_H

#include <stdbool.h>
#include <stdio.h>

enum outcome {
    DONE,                /* in effect, and reported so */
    NOTHING_BEGUN,       /* ended before "started" was in the journal; nothing changed */
    REFUSED,             /* refused; nothing changed */
    ROLLED_BACK,         /* began, failed, and restored everything */
    UNCLOSED,            /* in effect; reported that the journal lacks the end */
    SETTLED_DONE,        /* interrupted; the next command resolved it as done, and reported so */
    SETTLED_ROLLED_BACK, /* interrupted; the next command resolved it as rolled back, and reported
                            so */
    OUTCOME_COUNT
};

enum failing {
    LOST,      /* a value, a journal line or a backup was lost or altered */
    HALF_DONE, /* a change is neither done nor undone, or blocks the next one */
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

/* Sets the file to which later rows are written, one for each line, in the format that table reads.
 * NULL: standard output. */
void tally_open(FILE *file);

/* Begins a row; there is only one at a time. */
struct row *tally_begin(const char *kind);
/* Writes the row. */
void tally_end(struct row *row);

/* Counts a failure and prints it on standard error. Returns false. */
bool fails(struct row *row, enum failing failing, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* Returns the number of failures in all rows so far. */
unsigned tally_failings(void);

#endif
