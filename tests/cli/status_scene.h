/* status_scene.h - machines whose status is printed.
 */
#ifndef TESTS_CLI_STATUS_SCENE_H
#define TESTS_CLI_STATUS_SCENE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/run.h"
#include "core/change/change.h"

/* README.md's example: nearly full, and mostly of connections that wait. */
void make_example(struct fake *fake);

void make_fresh(struct fake *fake);

void make_pending(struct fake *fake);

void make_foreign(struct fake *fake);

void set_and_die(void *context);

void make_interrupted(struct fake *fake);

void make_untrusted(struct fake *fake);

/* No table can be read. */
void make_blind(struct fake *fake);

void make_partial(struct fake *fake);

void make_unreadable(struct fake *fake);

/* Windows itself told its ranges, two of them moved by netsh. */
void make_answered(struct fake *fake);

#endif
