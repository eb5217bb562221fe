/* heap.h - counts failed allocations, including those that could not be reported.
 *
 * Most functions that run out of memory fail with FAULT_NO_MEMORY. Some failed allocations cause no
 * fault:
 * - A struct text only sets a flag, and some code prints the text without checking the flag.
 * - A source of optional data may discard its fault.
 * - jansson silently omits a key, or a single byte of the text that it reads or writes.
 *
 * Therefore every failed allocation is counted. If the count is not 0, a command that succeeded
 * reports that its output is incomplete. There is one count for the process; any thread may
 * increase it.
 */
#ifndef CORE_BASE_HEAP_H
#define CORE_BASE_HEAP_H

/* Sets the count to 0 and starts to count the failed allocations of jansson too. */
void heap_watch(void);

void heap_count_failure(void);
unsigned heap_failure_count(void);

#endif
