/* tally.h - the table: kind of fault x runs x outcomes. */
#ifndef TESTS_TORTURE_TALLY_H
#define TESTS_TORTURE_TALLY_H

#include <stdbool.h>
#include <stdio.h>

enum outcome {
    DONE,                /* it stands, and was told so */
    NOTHING_BEGUN,       /* it ended before the journal had its intent: all as before */
    REFUSED,             /* it said no, and all is as before */
    ROLLED_BACK,         /* it began, failed, and put all back */
    UNCLOSED,            /* it stands, the journal has no end of it, and it said so */
    SETTLED_DONE,        /* cut off; the next command found it done, and said so */
    SETTLED_ROLLED_BACK, /* cut off; the next command found or put all as before, and said so */
    OUTCOME_COUNT
};

enum failing {
    LOST,      /* a value, a journal line or a backup that was there is gone or another */
    HALF_DONE, /* a change is neither done nor taken back, or stands in the way for ever */
    SILENT,    /* something is not as it was told, or was not told */
    FAILING_COUNT
};

struct row {
    const char *kind;
    unsigned runs;
    unsigned open; /* so many runs were cut off between "started" and "ended" */
    unsigned outcomes[OUTCOME_COUNT];
    unsigned failings[FAILING_COUNT];
};

/* For all that follows: the rows go to this file, one a line, as table reads
 * them; NULL: standard output. */
void tally_open(FILE *file);

/* Begins a row. One at a time. */
struct row *tally_begin(const char *kind);
/* Writes it out. */
void tally_end(struct row *row);

/* Notes what must not be, and says it on standard error. Returns false. */
bool fails(struct row *row, enum failing failing, const char *format, ...)
    __attribute__((format(gnu_printf, 3, 4)));

/* How many of all rows so far. */
unsigned tally_failings(void);

#endif
