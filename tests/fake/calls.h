/* calls.h - for the files of the machine in memory only: what every call goes through.
 *
 * Each file of tests/fake has one part of the machine, and a function fake_open_NAME that
 * puts it into fake->machine. A call begins with fake_begin and ends with fake_end; what
 * the test wants to go wrong happens in between.
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

/* Counts the call, lets others act, and returns what is to go wrong. */
enum fake_mishap fake_begin(struct fake *fake, enum fake_call call);

/* The end of a call that took effect. */
bool fake_end(struct fake *fake, enum fake_call call, enum fake_mishap mishap, enum fault_kind kind,
              struct fault *fault);

/* The failure that the test asked for. Always false. */
bool fake_fail(const struct fake *fake, enum fake_call call, enum fault_kind kind,
               struct fault *fault);

bool fake_fails_before(enum fake_mishap mishap);
/* A read has no effect that could come before its failure. */
bool fake_fails_at_all(enum fake_mishap mishap);

/* Ends the program in fake_run. */
void fake_die(struct fake *fake);

/* FAULT_DENIED. Always false. */
bool fake_denied(struct fault *fault, const char *what);

/* A mistake in a test, not in what is tested: prints it and aborts. */
_Noreturn void fake_misused(const char *format, ...) PRINTF_LIKE(1, 2);

void *fake_must(void *memory);                    /* memory that must not be NULL */
void *fake_copy(const void *data, size_t length); /* with a NUL behind; the caller frees it */
uint16_t fake_lower(uint16_t unit);               /* ASCII only */
void fake_pass(struct fake *fake, int64_t ms);    /* moves both clocks */
void fake_folder_release(struct fake_folder *folder);

#endif
