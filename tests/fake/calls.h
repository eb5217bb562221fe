/* calls.h - the part that all calls of the fake machine have in common. Only files of the fake
 * machine include it.
 *
 * The files registry.c, network.c, store.c, system.c, clock.c and screen.c each implement one part
 * of the machine, and a function fake_open_NAME that installs the part in fake->machine. Every call
 * starts with fake_begin; a call that can fail ends with fake_end. A planned mishap happens in one
 * of these two functions or between them.
 */
#ifndef FAKE_CALLS_H
#define FAKE_CALLS_H

#include "fake/machine.h"

enum { ERROR_ACCESS_DENIED = 5, ERROR_GEN_FAILURE = 31, ERROR_DISK_FULL = 112 };

void fake_open_registry(struct fake *fake);
void fake_open_network(struct fake *fake); /* sockets, ranges, binder */
void fake_open_store(struct fake *fake);   /* store, files */
void fake_open_system(struct fake *fake);  /* events, services, memory, audit, processes ... */
void fake_open_clock(struct fake *fake);
void fake_open_screen(struct fake *fake);

/* Counts the call, runs the actions that the test planned for the call, and returns the planned
 * mishap. Does not return if DIE_BEFORE was planned. */
enum fake_mishap fake_begin(struct fake *fake, enum fake_call call);

/* Ends a call that took effect. Returns false if a failure was planned; does not return if a kill
 * was planned. */
bool fake_end(struct fake *fake, enum fake_call call, enum fake_mishap mishap, enum fault_kind kind,
              struct fault *fault);

/* Reports the planned failure. Always returns false. */
bool fake_fail(const struct fake *fake, enum fake_call call, enum fault_kind kind,
               struct fault *fault);

bool fake_fails_before(enum fake_mishap mishap);
/* Returns whether the call must fail. This function is for calls that treat FAIL_AFTER like
 * FAIL_BEFORE: calls that only read or ask, and store.lock, ranges.write and screen.page_begin. */
bool fake_fails_at_all(enum fake_mishap mishap);

/* Ends the body of fake_run as if the program had been killed. */
void fake_die(struct fake *fake);

/* Reports FAULT_DENIED. Always returns false. */
bool fake_denied(struct fault *fault, const char *what);

/* Reports wrong use of the fake by a test, and aborts. */
_Noreturn void fake_misused(const char *format, ...) PRINTF_LIKE(1, 2);

void *fake_must(void *memory);                    /* aborts if `memory` is NULL */
void *fake_copy(const void *data, size_t length); /* appends a NUL; the caller frees the copy */
uint16_t fake_lower(uint16_t unit);               /* ASCII only */
/* Ends the program if a deadline was set and has passed. */
void fake_check_deadline(struct fake *fake);
void fake_pass(struct fake *fake, int64_t ms); /* advances both clocks */
void fake_folder_release(struct fake_folder *folder);

#endif
