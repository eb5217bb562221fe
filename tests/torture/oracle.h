/* oracle.h - what must hold after a run, whatever happened to it. */
#ifndef TESTS_TORTURE_ORACLE_H
#define TESTS_TORTURE_ORACLE_H

#include "torture/child.h"
#include "torture/scene.h"
#include "torture/tally.h"

enum settle_by { BY_SET, BY_UNDO };

struct trial {
    struct row *row;
    const char *what;        /* for a person: what was done to which command */
    const struct child *run; /* over */
    bool was_killed;         /* it had no say in its end, and its exit code says nothing */
    bool is_backup;          /* it was to write a backup, and no value */
    int64_t after[SETTINGS]; /* what it was to write; IS_UNTOUCHED where nothing */
    enum settle_by settle_by;
};

/* The program that is tortured. Once, before all else. */
void oracle_use(const wchar_t *maxport);
const wchar_t *oracle_program(void);

/* Judges a run that began at *base, counts it in the trial's row, and has maxport settle
 * what is open and carry out a fresh change. *base is then the scene that this left. */
void judge(const struct trial *trial, struct scene *base);

/* A number for MaxUserPort that is not the one in the scene, and not the one before. */
unsigned fresh_number(const struct scene *scene);

/* maxport set NUMBER --yes, which must work; *base is then what it left. */
void set_afresh(struct row *row, const char *what, struct scene *base);

/* `status --json` works, has read the store, and names this open change (0: none). The
 * document for more questions; NULL where it failed. json_decref it. */
json_t *check_status(struct row *row, const char *what, int64_t open_id);

#endif
