/* capacity_screen.h - prints the answer of `capacity` as text. */
#ifndef CLI_CAPACITY_SCREEN_H
#define CLI_CAPACITY_SCREEN_H

#include "cli/capacity_answer.h"

void capacity_print(struct output *output, const struct answer *answer);

#endif
