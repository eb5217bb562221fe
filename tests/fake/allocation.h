/* allocation.h - a heap that fails at the Nth call.
 *
 * In the layers under test, objcopy renames malloc, calloc and realloc to the functions below
 * (tests/CMakeLists.txt). The fake machine and Check keep the real functions, so their own calls
 * never fail. Allocations of jansson can fail, because core/base/heap.c passes a function to
 * jansson that calls the renamed malloc.
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

/* Plans a failure of the nth call after this one (1: the next call). */
void allocation_upset(unsigned nth, enum allocation_mishap mishap);
/* Cancels planned failures. Returns whether a call has failed. */
bool allocation_calm(void);

/* Exempts the allocations that code under test makes for the fake, such as those of struct text for
 * the output on the screen. Call this function after fake_init() and after the ranges are set. */
void allocation_spare(struct fake *fake);

void *allocation_malloc(size_t size);
void *allocation_calloc(size_t count, size_t size);
void *allocation_realloc(void *block, size_t size);

#endif
