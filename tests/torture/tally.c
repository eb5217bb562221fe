#include "torture/tally.h"

#include <stdarg.h>
#include <string.h>

enum { SHOWN_MAX = 40 };

static const char *const failing_names[FAILING_COUNT] = {"LOST", "HALF-DONE", "SILENT"};

static FILE *result;
static struct row current;
static unsigned failings;

void tally_open(FILE *file)
{
    result = file;
}

struct row *tally_begin(const char *kind)
{
    memset(&current, 0, sizeof current);
    current.kind = kind;
    return &current;
}

void tally_end(struct row *row)
{
    FILE *file = result ? result : stdout;

    fprintf(file, "%s\t%u\t%u", row->kind, row->runs, row->open);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        fprintf(file, "\t%u", row->outcomes[i]);
    for (int i = 0; i < FAILING_COUNT; i++)
        fprintf(file, "\t%u", row->failings[i]);
    fputs("\n", file);
    fflush(file);
}

bool fails(struct row *row, enum failing failing, const char *format, ...)
{
    va_list list;

    row->failings[failing]++;
    if (failings++ < SHOWN_MAX) {
        fprintf(stderr, "%s: %s: ", failing_names[failing], row->kind);
        va_start(list, format);
        vfprintf(stderr, format, list);
        va_end(list);
        fputs("\n", stderr);
    }
    return false;
}

unsigned tally_failings(void)
{
    return failings;
}
