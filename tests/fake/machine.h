/* machine.h - a whole simulated machine in memory. A test can plan that its calls fail, lie or kill
 * the program.
 *
 *     struct fake fake;
 *     fake_init(&fake);                    an elevated admin on Windows Server 2022, no MaxUserPort
 *     fake_put_number(&fake, "MaxUserPort", 60000);
 *     fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000,
 *                     "10.0.0.9", 443, 4711);
 *     ... call the code under test with &fake.machine ...
 *     ck_assert_str_eq(fake_out(&fake), "...");
 *     fake_release(&fake);
 *
 * A struct fake must stay at its address after fake_init. A test may set the fields under "inputs"
 * at any time; the fields under "records" contain what happened.
 *
 * Each call of an interface is counted and recorded. A mishap can be planned for a call by its
 * position among all calls or among calls of some kinds:
 *
 *     for (unsigned nth = 1;; nth++) {
 *         fake_init(&fake);
 *         fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_AFTER);
 *         ... act; every report must be true ...
 *         bool has_struck = fake.has_struck;
 *         fake_release(&fake);
 *         if (!has_struck)
 *             break;                       every call has failed once
 *     }
 *
 * A kill ends the program: fake_run then returns false. The registry, the store and the clock keep
 * their state, and fake_restart starts a new program on them.
 *
 *     fake_upset(&fake, FAKE_ANY, nth, DIE_AFTER);
 *     if (!fake_run(&fake, act, &context)) {
 *         fake_restart(&fake);             releases the lock, cancels mishaps, clears the screen
 *         ...
 *     }
 *
 * A call that hangs is simulated by fake_when() and a function that advances the clock: when a
 * deadline has passed, the next call ends the program as a kill does.
 *
 * To simulate another program, fake_when calls a function of the test just before a call. If a test
 * uses the fake wrongly (an invalid address, a kill outside of fake_run), the fake prints a message
 * and aborts.
 */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H

#include <setjmp.h>

#include "core/base/text.h"
#include "core/system/machine.h"
#include "core/system/process_details.h"

enum fake_call {
    CALL_REGISTRY_READ,
    CALL_REGISTRY_WRITE,
    CALL_REGISTRY_FLUSH,
    CALL_REGISTRY_WALK,
    CALL_REGISTRY_LAST_WRITE,
    CALL_SOCKETS_FETCH,
    CALL_RANGES_READ,
    CALL_RANGES_READ_ONE,
    CALL_RANGES_WRITE,
    CALL_EVENTS_READ,
    CALL_SERVICES_READ,
    CALL_SERVICES_DETAIL,
    CALL_MEMORY_READ,
    CALL_BINDER_TRY,
    CALL_AUDIT_REPORT,
    CALL_RESTORE_POINT_MAKE,
    CALL_RESTORE_POINT_LIST,
    CALL_RESTORE_POINT_ARM,
    CALL_STORE_INSPECT,
    CALL_STORE_RECORD,
    CALL_STORE_PREPARE,
    CALL_STORE_LOCK,
    CALL_STORE_UNLOCK,
    CALL_STORE_READ,
    CALL_STORE_CREATE,
    CALL_STORE_REPLACE,
    CALL_STORE_APPEND,
    CALL_STORE_PUBLISH,
    CALL_STORE_PATH,
    CALL_STORE_MEASURE,
    CALL_STORE_REMOVE,
    CALL_FILES_READ,
    CALL_FILES_WRITE,
    CALL_FILES_PATH,
    CALL_FILES_DOCUMENTS,
    CALL_PROCESSES_LIST,
    CALL_PROCESSES_DETAIL,
    CALL_OS_VERSION_READ,
    CALL_IDENTITY_READ,
    CALL_CLOCK_NOW,
    CALL_CLOCK_MONOTONIC,
    CALL_CLOCK_OFFSET,
    CALL_CLOCK_BOOT,
    CALL_CLOCK_RESUME,
    CALL_CLOCK_SLEEP,
    CALL_DEADLINE_SET,
    CALL_DEADLINE_CLEAR,
    CALL_SCREEN_WRITE,
    CALL_SCREEN_READER,
    CALL_SCREEN_STYLE,
    CALL_SCREEN_ASK,
    CALL_SCREEN_LOOK, /* can_ask, is_console, has_symbols, width, wants_color */
    CALL_SCREEN_STOP, /* stop_requested */
    CALL_SCREEN_WAIT,
    /* page_begin and page_show; other functions about pages count as CALL_SCREEN_LOOK. */
    CALL_SCREEN_PAGE,
    CALL_COUNT,
};

/* Sets of calls, as masks: FAKE_CALL(CALL_STORE_APPEND) | FAKE_CALL(...). */
#define FAKE_CALL(call) (UINT64_C(1) << (call))
#define FAKE_ANY (FAKE_CALL(CALL_COUNT) - 1)
/* Calls that change the registry. */
#define FAKE_REGISTRY_WRITES FAKE_CALL(CALL_REGISTRY_WRITE)
/* Calls that change a running range. */
#define FAKE_RANGE_WRITES FAKE_CALL(CALL_RANGES_WRITE)
/* Calls that write or delete files of the store, without store.prepare and store.publish. */
#define FAKE_STORE_WRITES                                                                          \
    (FAKE_CALL(CALL_STORE_CREATE) | FAKE_CALL(CALL_STORE_REPLACE) | FAKE_CALL(CALL_STORE_APPEND) | \
     FAKE_CALL(CALL_STORE_REMOVE))
/* Calls that can report a failure, and screen.reader_has_closed, which ignores failures. */
#define FAKE_FAILABLE                                                                              \
    (FAKE_ANY &                                                                                    \
     ~(FAKE_CALL(CALL_RANGES_READ) | FAKE_CALL(CALL_EVENTS_READ) | FAKE_CALL(CALL_SERVICES_READ) | \
       FAKE_CALL(CALL_SERVICES_DETAIL) | FAKE_CALL(CALL_AUDIT_REPORT) |                            \
       FAKE_CALL(CALL_RESTORE_POINT_MAKE) | FAKE_CALL(CALL_STORE_UNLOCK) |                         \
       FAKE_CALL(CALL_STORE_PATH) | FAKE_CALL(CALL_FILES_PATH) | FAKE_CALL(CALL_CLOCK_NOW) |       \
       FAKE_CALL(CALL_CLOCK_MONOTONIC) | FAKE_CALL(CALL_CLOCK_OFFSET) |                            \
       FAKE_CALL(CALL_CLOCK_RESUME) | FAKE_CALL(CALL_CLOCK_SLEEP) |                                \
       FAKE_CALL(CALL_DEADLINE_CLEAR) | FAKE_CALL(CALL_SCREEN_STYLE) |                             \
       FAKE_CALL(CALL_SCREEN_LOOK) | FAKE_CALL(CALL_SCREEN_STOP) | FAKE_CALL(CALL_SCREEN_WAIT)))

/* Mishaps of a call. A failure has the kind fake.failure_kind if that field is set. Otherwise the
 * kind depends on the call: FAULT_STORE for store.prepare, store.lock, store.remove and the writes
 * to files of the store; FAULT_UNAVAILABLE for ranges.read_one, binder.try_bind and
 * restore_points.list; FAULT_FAILED for all other calls. A call that cannot fail ignores failures
 * and LIE. services.detail, store.path, files.path, all clock functions except clock.boot, and all
 * screen functions except screen.write and screen.page_show also ignore DIE_DURING and DIE_AFTER.
 * has_struck is set even if the call ignores the mishap. */
enum fake_mishap {
    MISHAP_NONE,
    FAIL_BEFORE, /* fails without effect */
    /* An append fails after half was written; store.remove fails after all files except the journal
     * were deleted; other calls: as FAIL_BEFORE. */
    FAIL_DURING,
    /* Takes effect, but reports a failure; calls that use fake_fails_at_all(): as FAIL_BEFORE. */
    FAIL_AFTER,
    LIE,        /* a writing call reports success without effect; other calls work as usual */
    DIE_BEFORE, /* the program is killed before the call takes effect */
    /* Killed after half of an append or new file was written, or after store.remove deleted all
     * files except the journal; registry.write, store.prepare, store.replace, store.publish and
     * files.write: as DIE_BEFORE; other calls: as DIE_AFTER. */
    DIE_DURING,
    DIE_AFTER, /* killed after the call took effect, but before it returns */
};

struct fake;

/* An event planned for a call. */
struct fake_event {
    uint64_t calls;  /* mask of the calls to which the event applies */
    unsigned nth;    /* 1: the next of these calls */
    bool is_endless; /* the event happens at each of these calls */
    enum fake_mishap mishap;
    void (*act)(struct fake *, void *context); /* runs before the call; NULL: nothing runs */
    void *context;
    bool is_over;
};

struct fake_value {
    uint16_t *name; /* UTF-16, without a final NUL */
    size_t name_count;
    uint32_t type;
    uint8_t *data;
    size_t length;
};

struct fake_key {
    uint16_t *path;
    size_t path_count;
    int64_t last_write_ms;
    /* Reading or writing fails with FAULT_DENIED, even for an elevated user. */
    bool is_unreadable, is_unwritable;
    struct fake_value *values;
    size_t value_count;
};

struct fake_file {
    char *name; /* '\\' separates folder and file */
    char *data; /* a NUL follows the data */
    size_t length;
};

struct fake_folder {
    struct fake_file *files;
    size_t count;
};

#define FAKE_SECRET "--password=hunter2"
enum { FAKE_EVENT_MAXIMUM = 8, FAKE_ANSWER_MAXIMUM = 8, FAKE_NOTE_MAXIMUM = 4096 };

struct fake {
    struct machine machine; /* passed to the code under test */

    /* -- inputs -- */

    struct os_version os;
    struct identity identity; /* not elevated: writes to registry, ranges and store are denied */
    /* Initially 2026-11-22T10:00:00Z. clock.sleep_ms, screen.wait, a waiting store.lock and tick_ms
     * advance this clock. */
    int64_t now_ms;
    int64_t monotonic_ms;
    int64_t tick_ms; /* each reading of a clock advances both clocks by this time; initially 0 */
    int32_t offset_seconds;
    struct boot boot;   /* initially: started an hour ago, boot 7, not resumed */
    bool is_boot_known; /* false: clock.boot fails */

    bool can_show_owners, can_show_bound; /* abilities of the socket interface */
    struct socket_table tables[PROTOCOL_COUNT][FAMILY_COUNT];  /* initially all available */
    struct running_range ranges[PROTOCOL_COUNT][FAMILY_COUNT]; /* see fake_answer_range */
    /* ranges.read reports the range of IPv4 for both families, as WMI does. */
    bool has_range_per_protocol;
    struct exclusions exclusions; /* see fake_exclude */
    struct port_range auto_reuse;
    bool is_auto_reuse_known;
    struct events log;        /* .is_known is initially false */
    struct services services; /* see fake_add_service */
    /* Details of every process, initially all known: C:\Apps\NAME, SHOP\service, started half an
     * hour ago; the command line contains FAKE_SECRET. */
    enum detail_state detail_states[DETAIL_COUNT];
    int64_t process_started_ms;
    bool are_programs_of_windows; /* processes.detail reports paths in System32 */
    bool have_processes_ended;    /* processes.detail fails with FAULT_MISSING */
    struct memory memory;         /* initially 8 GB; the size of the pool is unknown */
    uint8_t bind_answers[PROTOCOL_COUNT][65536]; /* enum bind_answer; initially all free */
    struct restore_points points;                /* see fake_add_restore_point */
    struct restore_point_result point_result;    /* result of the next restore_points.make */

    /* Initially STORE_ABSENT. store.record finds a record only if store_state is STORE_TRUSTED. */
    enum store_state store_state;
    /* Access to private files is denied without identity.is_elevated. Access to public files whose
     * names start with `unreadable` is always denied. If `unreadable` is NULL, all public files can
     * be read. */
    const char *unreadable;
    /* Another program holds the lock: store.lock waits, and fails with FAULT_BUSY if the lock is
     * not released in time. */
    bool is_locked_by_other;
    /* The other program releases the lock when now_ms reaches this time; 0: never. */
    int64_t other_unlocks_ms;

    /* Answers to screen.ask, one after the other; NULL: end of input. */
    const char *answers[FAKE_ANSWER_MAXIMUM];
    bool is_console[2];     /* by enum screen_stream; initially false */
    bool is_east_asian;     /* the console has no symbols; initially false */
    bool has_reader_closed; /* standard output is a pipe that nobody reads; writes to it fail */
    bool can_ask;           /* initially false */
    bool wants_color;       /* if true, styles are written as text: "<warning>", "<normal>" */
    bool is_stop_requested;
    unsigned width;                   /* initially 80 */
    unsigned page_columns, page_rows; /* size of a page; initially 80 and 24 */

    /* Kind of all planned failures. FAULT_NONE: the kind depends on the call; see enum
     * fake_mishap. */
    enum fault_kind failure_kind;

    /* -- records -- */

    unsigned calls; /* all calls so far */
    unsigned calls_of[CALL_COUNT];
    uint16_t notes[FAKE_NOTE_MAXIMUM]; /* enum fake_call of the first calls, in order */
    unsigned registry_writes;          /* writes that took effect */
    unsigned range_writes;             /* writes that took effect */
    unsigned store_writes;             /* writes that took effect */
    unsigned unlocked_writes;          /* how many of the store_writes were made without the lock */
    unsigned private_reads;            /* reads of private files of the store */
    unsigned answered;                 /* number of answered questions */
    unsigned socket_mask;              /* `mask` of the latest sockets.fetch */
    unsigned socket_masks;             /* the `mask` of every fetch, combined */
    bool has_struck;                   /* a mishap has happened */
    enum fake_call struck;             /* the call with the mishap */
    bool is_locked;
    struct text out, error; /* the output on the screen */
    struct text audited;    /* events, one per line: "100 maxport set by ..." */
    uint32_t armed_point;   /* the restore point that restore_points.arm scheduled; 0: none */
    /* The program was ended by its deadline, as if killed; `out` then ends with its words. */
    bool has_passed_deadline;
    int deadline_code; /* the exit code, if has_passed_deadline */
    bool is_page_open;
    unsigned pages;   /* number of pages shown */
    struct text page; /* the latest page, without the characters that were cut */
    unsigned cut;     /* number of characters that did not fit on a page */

    /* -- state of the machine -- */

    struct fake_key *keys;
    size_t key_count;
    struct fake_folder store, files;
    bool is_public_behind; /* the store was written since the last publish */
    /* The files that users read if is_public_behind is set; otherwise users read `store`. */
    struct fake_folder published;
    struct sockets sockets;
    struct processes processes;

    int64_t deadline_ms; /* by monotonic_ms; 0: no deadline is set */
    struct text deadline_words;

    struct text draft; /* the page that is being written */
    unsigned page_row, page_column;

    struct fake_event events[FAKE_EVENT_MAXIMUM];
    jmp_buf death;
    bool is_running; /* fake_run is running */
};

void fake_init(struct fake *fake);
void fake_release(struct fake *fake);

/* -- mishaps -- */

/* Plans a mishap for the nth of these calls, counted after this function (1: the next one; 0: every
 * one). */
void fake_upset(struct fake *fake, uint64_t calls, unsigned nth, enum fake_mishap mishap);
/* Plans that `act` is called just before the nth of these calls, counted after this function (0:
 * before every one). `act` may change the fake, but must not call the machine. */
void fake_when(struct fake *fake, uint64_t calls, unsigned nth,
               void (*act)(struct fake *, void *context), void *context);
/* Cancels all planned mishaps and actions, and clears has_struck. */
void fake_calm(struct fake *fake);

/* Runs body(context) as a program that can be killed. Returns false if the program was killed. The
 * leak checker ignores memory that is allocated in the body, because a killed program does not free
 * its memory. */
bool fake_run(struct fake *fake, void (*body)(void *context), void *context);
/* Starts a new program, with a new process ID, on the same machine: releases the lock, clears the
 * screen, cancels planned events and a requested stop, and sets the counts of calls, writes,
 * private reads, answers and pages to 0, except range_writes. */
void fake_restart(struct fake *fake);
/* Restarts the machine after later_ms milliseconds: sets the boot count, the start time and both
 * clocks, and calls fake_restart. */
void fake_reboot(struct fake *fake, int64_t later_ms);

/* Return the position (1, 2, ...) of the first or the last of these calls among all calls; 0: there
 * was no such call. */
unsigned fake_first(const struct fake *fake, uint64_t calls);
unsigned fake_last(const struct fake *fake, uint64_t calls);
const char *fake_call_name(enum fake_call call); /* "store.append" */

/* -- registry: changes as if by another program; not counted -- */

void fake_set_windows(struct fake *fake, uint32_t major, uint32_t minor, uint32_t build,
                      enum os_role role);
struct fake_key *fake_key(struct fake *fake, const char *key); /* creates a missing key */
/* Returns NULL if the key or the value does not exist. */
const struct fake_value *fake_find(const struct fake *fake, const char *key, const char *name);
void fake_put(struct fake *fake, const char *key, const char *name, uint32_t type, const void *data,
              size_t length);
void fake_put_utf16(struct fake *fake, const char *key, const uint16_t *name, size_t name_count,
                    uint32_t type, const void *data, size_t length);
void fake_remove(struct fake *fake, const char *key, const char *name);
/* The next three functions access a value of the key TCPIP_PARAMETERS. Numbers are of type
 * REG_DWORD. */
void fake_put_number(struct fake *fake, const char *name, uint32_t number);
bool fake_holds_number(const struct fake *fake, const char *name, uint32_t number);
bool fake_is_absent(const struct fake *fake, const char *name);
/* Prints every key and value on a line of its own, so that a test can compare the registry before
 * and after. */
void fake_dump_registry(const struct fake *fake, struct text *text);

/* -- files of the store and other files -- */

/* Returns NULL if the file does not exist. A NUL follows the data. */
const struct fake_file *fake_folder_find(const struct fake_folder *folder, const char *name);
void fake_folder_put(struct fake_folder *folder, const char *name, const void *data, size_t length);
void fake_folder_remove(struct fake_folder *folder, const char *name);
/* Updates the public copies, as a later run of maxport does. */
void fake_publish(struct fake *fake);
/* Returns the content of a file in the store, or "" if it does not exist. */
const char *fake_stored(const struct fake *fake, const char *name);

/* -- sockets, processes, ranges -- */

/* Adds a socket. Addresses are text, and determine the family. If `remote` is NULL, the socket has
 * no remote endpoint. */
void fake_add_socket(struct fake *fake, enum protocol protocol, unsigned state, const char *local,
                     uint16_t local_port, const char *remote, uint16_t remote_port, uint32_t owner);
/* Adds `count` sockets with consecutive local ports; the first is local_port. */
void fake_add_sockets(struct fake *fake, unsigned count, enum protocol protocol, unsigned state,
                      const char *local, uint16_t local_port, const char *remote,
                      uint16_t remote_port, uint32_t owner);
/* Converts "10.0.0.5" or "fe80::1" to the form of struct socket_row. */
enum family fake_address(const char *address, uint8_t bytes[16]);
void fake_add_process(struct fake *fake, uint32_t id, const char *name);
/* Sets the range that Windows reports. The first call installs the functions of machine.ranges.
 * Ranges that no call has set are unknown. */
void fake_answer_range(struct fake *fake, enum protocol protocol, enum family family,
                       uint32_t start, uint32_t count, enum range_source source);

/* Adds an excluded range. The exclusions of all four tables are known after this call. */
void fake_exclude(struct fake *fake, enum protocol protocol, enum family family, uint32_t start,
                  uint32_t count, bool is_administered);
void fake_add_service(struct fake *fake, uint32_t process, const char *name, const char *display);
/* Adds a restore point. The machine has System Restore after this call. */
void fake_add_restore_point(struct fake *fake, uint32_t sequence, const char *description,
                            int64_t created_ms);
/* Adds an event of Tcpip. The event must not be older than the events added before. */
void fake_add_event(struct fake *fake, uint32_t id, int64_t time_ms);

/* -- screen -- */

/* Return the output so far; never NULL. */
const char *fake_out(const struct fake *fake);
const char *fake_error(const struct fake *fake);
/* Returns the page that was shown last; never NULL. */
const char *fake_page(const struct fake *fake);

#endif
