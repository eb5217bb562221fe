/* allocation.h - a heap that fails at the Nth call.
 *
 * The layers under test are linked with their malloc, calloc and realloc renamed to
 * those below (tests/CMakeLists.txt, by objcopy), so that neither the fake machine nor
 * Check is ever refused anything. jansson is part of it: core/base/heap.c gives it its malloc.
 */
#ifndef FAKE_ALLOCATION_H
#define FAKE_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>

struct fake;

enum allocation_mishap {
    FAIL_ONE,       /* the nth call fails, and then there is memory again */
    FAIL_FROM_THEN, /* the nth call and all that follow */
};

/* From now on the nth call (1: the next) fails. */
void allocation_upset(unsigned nth, enum allocation_mishap mishap);
/* No more failures; returns whether there was one. */
bool allocation_calm(void);

/* What the fake does on its own account (noting what was written to its screen) never
 * fails. Call it after fake_init and whatever gives the fake its ranges. */
void allocation_spare(struct fake *fake);

void *allocation_malloc(size_t size);
void *allocation_calloc(size_t count, size_t size);
void *allocation_realloc(void *block, size_t size);

#endif
