/* allocation.h - a heap that fails at the Nth call.
 *
 * The layers under test are linked with malloc, calloc and realloc renamed to the functions below
 * (tests/CMakeLists.txt, by objcopy), so that the allocations of the fake machine and of Check
 * never fail. Those of jansson can fail, because core/base/heap.c
 * passes its own malloc to jansson.
 */
#ifndef FAKE_ALLOCATION_H
#define FAKE_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>

struct fake;

enum allocation_mishap {
    FAIL_ONE,       /* only the nth call fails */
    FAIL_FROM_THEN, /* the nth call and all later calls fail */
};

/* The nth call from now on (1: the next) fails. */
void allocation_upset(unsigned nth, enum allocation_mishap mishap);
/* Stops all failures. Returns whether a call has failed. */
bool allocation_calm(void);

/* Exempts the allocations of the fake itself, such as those for the output on its screen. Call
 * this after fake_init and after the ranges are set. */
void allocation_spare(struct fake *fake);

void *allocation_malloc(size_t size);
void *allocation_calloc(size_t count, size_t size);
void *allocation_realloc(void *block, size_t size);

#endif
