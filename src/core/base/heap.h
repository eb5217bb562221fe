/* heap.h - counts failed allocations, including those that could not be reported.
 *
 * Most functions that run out of memory fail with FAULT_NO_MEMORY. Some losses have no fault:
 * a struct text only sets a flag, which the printing code may not check; an optional source
 * may drop its fault; jansson silently drops a key that it cannot add, and even single bytes
 * that it reads or writes. All of them are counted here, so that a command with incomplete
 * input or output never reports success. There is one count for the process; any thread may
 * increase it.
 */
#ifndef CORE_BASE_HEAP_H
#define CORE_BASE_HEAP_H

/* Sets the count to 0. From now on, failed allocations of jansson are counted too. */
void heap_watch(void);

void heap_count_failure(void);
unsigned heap_failure_count(void);

#endif
