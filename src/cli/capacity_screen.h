/* capacity_screen.h - the answer of `capacity` for a reader. */
#ifndef CLI_CAPACITY_SCREEN_H
#define CLI_CAPACITY_SCREEN_H

#include "cli/capacity_answer.h"

void capacity_print(struct output *output, const struct answer *answer);

#endif
