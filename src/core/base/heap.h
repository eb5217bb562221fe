/* heap.h - how often memory ran out, also where nobody could say so.
 *
 * Most functions that run out of memory fail with FAULT_NO_MEMORY. But a struct text
 * only remembers it, and whoever prints it may not ask; a source that is optional may
 * swallow the fault; and jansson, without a word, drops a key that it cannot add, and
 * even a byte of what it reads or writes. All of these count here, so that a command
 * that told, read or wrote less than all never passes for one that did. One count for
 * the process, as there is one heap; any thread may add to it.
 */
#ifndef CORE_BASE_HEAP_H
#define CORE_BASE_HEAP_H

/* Starts at 0, and has jansson count, too, from now on. */
void heap_watch(void);

void heap_count_failure(void);
unsigned heap_failure_count(void);

#endif
