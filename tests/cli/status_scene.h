/* status_scene.h - simulated machines for the tests of status. */
#ifndef TESTS_CLI_STATUS_SCENE_H
#define TESTS_CLI_STATUS_SCENE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "core/change/change.h"

/* Makes the machine of the example in README.md: the range is nearly full, and most connections are
 * in TIME_WAIT. */
void make_example(struct fake *fake);

void make_fresh(struct fake *fake);

void make_pending(struct fake *fake);

void make_foreign(struct fake *fake);

void set_and_die(void *context);

void make_interrupted(struct fake *fake);

void make_untrusted(struct fake *fake);

/* Makes a machine on which no socket table can be read. */
void make_blind(struct fake *fake);

void make_partial(struct fake *fake);

void make_unreadable(struct fake *fake);

/* Makes a machine on which Windows reports three of its four ranges. The TCP ranges were
 * changed. */
void make_answered(struct fake *fake);

#endif
