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
    const struct child *run; /* the run, which must have ended */
    bool was_killed;         /* the run was killed, so its exit code has no meaning */
    bool is_backup;          /* the run had to write a backup and no value */
    int64_t after[SETTINGS]; /* the values that the run had to write, or IS_UNTOUCHED */
    enum settle_by settle_by;
};

/* Sets the program under test. Call it once, before all other functions. */
void oracle_use(const wchar_t *maxport);
const wchar_t *oracle_program(void);

/* Checks a run that began at the scene *base and counts it in the row of the trial. If the run
 * changed something, runs maxport again, which must resolve an interrupted change and make a new
 * change. Sets *base to the scene after these runs. */
void check_trial(const struct trial *trial, struct scene *base);

/* Returns a number for MaxUserPort that differs from the current value and from the number that the
 * previous call returned. */
unsigned fresh_number(const struct scene *scene);

/* Runs maxport set NUMBER --yes, which must succeed. Sets *base to the scene after the run. */
void set_afresh(struct row *row, const char *what, struct scene *base);

/* Checks that `status --json` succeeds, has read the store, and names the unresolved change open_id
 * or reports that its copy of the journal may be outdated. If open_id is 0, there must be no
 * unresolved change. Returns the document for further checks, or NULL. The caller releases it with
 * json_decref.
 */
json_t *check_status(struct row *row, const char *what, int64_t open_id);

#endif
