/* usage_scene.h - makes random rows for the tests that count and group sockets. */
#ifndef TESTS_CORE_USE_USAGE_SCENE_H
#define TESTS_CORE_USE_USAGE_SCENE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/use/usage_groups.h"
#include "fake/machine.h"

extern const struct port_range high[FAMILY_COUNT];
extern const struct port_range all_high[PROTOCOL_COUNT][FAMILY_COUNT];

/* State of the generator xorshift64, which makes the same rows in every run. */
extern uint64_t random_state;

uint32_t random_below(uint32_t bound);

/* Makes rows with many equal fields, and some rows that Windows should never return. */
void random_rows(struct sockets *sockets, size_t count);

bool is_counted(const struct socket_row *row, const struct port_range *range);

#endif
