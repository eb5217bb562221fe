/* oracle.h - checks the facts that must be true after every run. */
#ifndef TESTS_TORTURE_ORACLE_H
#define TESTS_TORTURE_ORACLE_H

#include "torture/child.h"
#include "torture/scene.h"
#include "torture/tally.h"

enum settle_by { BY_SET, BY_UNDO };

struct trial {
    struct row *row;
    const char *what;        /* command and fault, for messages */
    const struct child *run; /* has ended */
    bool was_killed;         /* its exit code means nothing */
    bool is_backup;          /* it had to write a backup and no value */
    int64_t after[SETTINGS]; /* values that it had to write, or IS_UNTOUCHED */
    enum settle_by settle_by;
};

/* Sets the program under test. Called once, before anything else. */
void oracle_use(const wchar_t *maxport);
const wchar_t *oracle_program(void);

/* Checks a run that began at *base and counts it in the trial's row. Then maxport must resolve an
 * interrupted change and make a new change. *base becomes the scene after that. */
void check_trial(const struct trial *trial, struct scene *base);

/* Returns a number for MaxUserPort that differs from the current and the previous one. */
unsigned fresh_number(const struct scene *scene);

/* Runs maxport set NUMBER --yes, which must work. *base becomes the scene after that. */
void set_afresh(struct row *row, const char *what, struct scene *base);

/* Checks that `status --json` works, has read the store, and names this unresolved change (0:
 * none). Returns the document for further checks, or NULL. The caller releases it with json_decref.
 */
json_t *check_status(struct row *row, const char *what, int64_t open_id);

#endif
