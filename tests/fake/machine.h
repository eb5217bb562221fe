/* machine.h - a whole machine in memory, which fails, lies or dies when told to.
 *
 *     struct fake fake;
 *     fake_init(&fake);                    an elevated admin on Windows Server 2022, no MaxUserPort
 *     fake_put_number(&fake, "MaxUserPort", 60000);
 *     fake_add_socket(&fake, PROTOCOL_TCP, STATE_ESTABLISHED, "10.0.0.5", 50000,
 *                     "10.0.0.9", 443, 4711);
 *     ... call what is tested with &fake.machine ...
 *     ck_assert_str_eq(fake_out(&fake), "...");
 *     fake_release(&fake);
 *
 * A struct fake must stay where fake_init found it. The fields under "knobs" may be
 * set at any time; those under "records" say what happened.
 *
 * Each call of a port is counted and noted. One can be made to go wrong, by its
 * place among all calls or among those of some kinds:
 *
 *     for (unsigned nth = 1;; nth++) {
 *         fake_init(&fake);
 *         fake_upset(&fake, FAKE_FAILABLE, nth, FAIL_AFTER);
 *         ... act; whatever is reported must be what is true ...
 *         bool has_struck = fake.has_struck;
 *         fake_release(&fake);
 *         if (!has_struck)
 *             break;                       every call has had its turn
 *     }
 *
 * A kill: fake_run gives back false when the program died in it; what the registry, the
 * store and the clock hold stays, and fake_restart begins a new program over them.
 *
 *     fake_upset(&fake, FAKE_ANY, nth, DIE_AFTER);
 *     if (!fake_run(&fake, act, &context)) {
 *         fake_restart(&fake);             the lock is free, nothing is upset, the screen is empty
 *         ...
 *     }
 *
 * Another program: fake_when calls a function of the test just before a call.
 * Wrong use of the fake itself (a bad address, a key too long) aborts with a message.
 */
#ifndef FAKE_MACHINE_H
#define FAKE_MACHINE_H

#include <setjmp.h>

#include "core/base/text.h"
#include "core/system/machine.h"

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
    CALL_PROCESSES_LIST,
    CALL_OS_VERSION_READ,
    CALL_IDENTITY_READ,
    CALL_CLOCK_NOW,
    CALL_CLOCK_MONOTONIC,
    CALL_CLOCK_OFFSET,
    CALL_CLOCK_BOOT,
    CALL_CLOCK_RESUME,
    CALL_CLOCK_SLEEP,
    CALL_SCREEN_WRITE,
    CALL_SCREEN_STYLE,
    CALL_SCREEN_ASK,
    CALL_SCREEN_LOOK, /* can_ask, is_console, width, wants_color */
    CALL_SCREEN_STOP, /* stop_requested */
    CALL_SCREEN_WAIT,
    CALL_SCREEN_PAGE, /* page_begin, page_show; the others of the page are CALL_SCREEN_LOOK */
    CALL_COUNT,
};

/* Sets of calls, as masks: FAKE_CALL(CALL_STORE_APPEND) | FAKE_CALL(...). */
#define FAKE_CALL(call) (UINT64_C(1) << (call))
#define FAKE_ANY (FAKE_CALL(CALL_COUNT) - 1)
/* What changes the registry. */
#define FAKE_REGISTRY_WRITES FAKE_CALL(CALL_REGISTRY_WRITE)
/* What changes a running range. */
#define FAKE_RANGE_WRITES FAKE_CALL(CALL_RANGES_WRITE)
/* What changes the store's files. */
#define FAKE_STORE_WRITES                                                                          \
    (FAKE_CALL(CALL_STORE_CREATE) | FAKE_CALL(CALL_STORE_REPLACE) | FAKE_CALL(CALL_STORE_APPEND) | \
     FAKE_CALL(CALL_STORE_REMOVE))
/* All that can report a failure. */
#define FAKE_FAILABLE                                                                              \
    (FAKE_ANY &                                                                                    \
     ~(FAKE_CALL(CALL_RANGES_READ) | FAKE_CALL(CALL_EVENTS_READ) | FAKE_CALL(CALL_SERVICES_READ) | \
       FAKE_CALL(CALL_SERVICES_DETAIL) | FAKE_CALL(CALL_AUDIT_REPORT) |                            \
       FAKE_CALL(CALL_RESTORE_POINT_MAKE) | FAKE_CALL(CALL_STORE_UNLOCK) |                         \
       FAKE_CALL(CALL_STORE_PATH) | FAKE_CALL(CALL_FILES_PATH) | FAKE_CALL(CALL_CLOCK_NOW) |       \
       FAKE_CALL(CALL_CLOCK_MONOTONIC) | FAKE_CALL(CALL_CLOCK_OFFSET) |                            \
       FAKE_CALL(CALL_CLOCK_RESUME) | FAKE_CALL(CALL_CLOCK_SLEEP) | FAKE_CALL(CALL_SCREEN_STYLE) | \
       FAKE_CALL(CALL_SCREEN_LOOK) | FAKE_CALL(CALL_SCREEN_STOP) | FAKE_CALL(CALL_SCREEN_WAIT)))

/* What can happen to a call. A failure carries the interface's own kind (FAULT_STORE for
 * what the store writes, else FAULT_FAILED) unless fake.failure_kind says otherwise. Calls
 * that cannot fail ignore a failure or a lie, but count as struck. */
enum fake_mishap {
    MISHAP_NONE,
    FAIL_BEFORE, /* fails, without effect */
    FAIL_DURING, /* append: fails and leaves half of it there; others as FAIL_BEFORE */
    FAIL_AFTER,  /* takes effect, and reports a failure all the same */
    LIE,         /* a write or flush reports success without effect; others work as usual */
    DIE_BEFORE,  /* the program is killed before it takes effect */
    DIE_DURING,  /* ... with half of an append or a new file on disk; others as DIE_BEFORE */
    DIE_AFTER,   /* ... after it took effect, before the caller learns of it */
};

struct fake;

/* One thing that is to happen at a call. */
struct fake_event {
    uint64_t calls;  /* which calls count */
    unsigned nth;    /* 1: the next of these */
    bool is_endless; /* every one of these */
    enum fake_mishap mishap;
    void (*act)(struct fake *, void *context); /* before the call, NULL: nothing */
    void *context;
    bool is_over;
};

struct fake_value {
    uint16_t *name; /* UTF-16, not NUL-terminated */
    size_t name_count;
    uint32_t type;
    uint8_t *data;
    size_t length;
};

struct fake_key {
    uint16_t *path;
    size_t path_count;
    int64_t last_write_ms;
    bool is_unreadable, is_unwritable; /* FAULT_DENIED, whoever asks */
    struct fake_value *values;
    size_t value_count;
};

struct fake_file {
    char *name; /* '\\' between folder and file */
    char *data; /* with a NUL after length bytes */
    size_t length;
};

struct fake_folder {
    struct fake_file *files;
    size_t count;
};

enum { FAKE_EVENT_MAXIMUM = 8, FAKE_ANSWER_MAXIMUM = 8, FAKE_NOTE_MAXIMUM = 4096 };

struct fake {
    struct machine machine; /* what is tested gets its address */

    /* -- knobs -- */

    struct os_version os;
    struct identity identity; /* not is_elevated: writing to registry and store is denied */
    int64_t now_ms;           /* 2026-11-22T10:00:00Z at first; sleeping moves it */
    int64_t monotonic_ms;
    int64_t tick_ms; /* how far each look at a clock moves both; 0 at first */
    int32_t offset_seconds;
    struct boot boot;   /* an hour ago at first, boot 7; known not to be resumed */
    bool is_boot_known; /* false: clock.boot fails */

    bool can_show_owners, can_show_bound;                      /* of sockets */
    struct socket_table tables[PROTOCOL_COUNT][FAMILY_COUNT];  /* all available at first */
    struct running_range ranges[PROTOCOL_COUNT][FAMILY_COUNT]; /* see fake_answer_range */
    struct exclusions exclusions;                              /* see fake_exclude */
    struct port_range auto_reuse;
    bool is_auto_reuse_known;
    struct events log;                           /* .is_known: false at first */
    struct services services;                    /* see fake_add_service */
    struct memory memory;                        /* 8 GB, pool not known at first */
    uint8_t bind_answers[PROTOCOL_COUNT][65536]; /* enum bind_answer; all free at first */
    struct restore_points points;                /* see fake_add_restore_point */
    struct restore_point_result point_result;    /* of the next make; MADE adds a point */

    enum store_state store_state; /* STORE_ABSENT at first; not TRUSTED: there is no record */
    /* Not identity.is_elevated: private files are denied. Public ones whose names begin with this
     * are denied to everybody; NULL: none. */
    const char *unreadable;
    bool is_locked_by_other;  /* store.lock waits in vain: FAULT_BUSY */
    int64_t other_unlocks_ms; /* is_locked_by_other ends at this now_ms; 0 never */

    const char *answers[FAKE_ANSWER_MAXIMUM]; /* to screen.ask, in turn; NULL: end of input */
    bool is_console[2];                       /* by enum screen_stream; false at first */
    bool can_ask;                             /* false at first */
    bool wants_color; /* then styles are written down: "<warning>", "<normal>" */
    bool is_stop_requested;
    unsigned width;                   /* 80 */
    unsigned page_columns, page_rows; /* of a page: 80, 24 */

    enum fault_kind failure_kind; /* of mishaps; FAULT_NONE: the interface's own */

    /* -- records -- */

    unsigned calls; /* all calls so far */
    unsigned calls_of[CALL_COUNT];
    uint16_t notes[FAKE_NOTE_MAXIMUM]; /* enum fake_call in order, the first so many */
    unsigned registry_writes;          /* that took effect */
    unsigned range_writes;             /* that took effect */
    unsigned store_writes;             /* that took effect: create, replace, append */
    unsigned unlocked_writes;          /* of these: made without holding the lock */
    unsigned private_reads;            /* of the store */
    unsigned answered;                 /* questions */
    unsigned socket_mask;              /* of the latest fetch */
    unsigned socket_masks;             /* of all fetches, or-ed */
    bool has_struck;                   /* a mishap has happened */
    enum fake_call struck;             /* the call that it happened to */
    bool is_locked;
    struct text out, error; /* what was written to the screen */
    struct text audited;    /* events, a line each: "100 maxport set by ..." */
    uint32_t armed_point;   /* by restore_points.arm; 0 none */
    bool is_page_open;
    unsigned pages;   /* that were shown */
    struct text page; /* the latest shown, without what was cut */
    unsigned cut;     /* characters that did not fit on a page */

    /* -- what the machine holds -- */

    struct fake_key *keys;
    size_t key_count;
    struct fake_folder store, files;
    bool is_public_behind;        /* the store was written and not published since: */
    struct fake_folder published; /* what users see meanwhile; else they see `store` */
    struct sockets sockets;
    struct processes processes;

    struct text draft; /* of the page that is being written */
    unsigned page_row, page_column;

    struct fake_event events[FAKE_EVENT_MAXIMUM];
    jmp_buf death;
    bool is_running; /* in fake_run */
};

void fake_init(struct fake *fake);
void fake_release(struct fake *fake);

/* -- what goes wrong -- */

/* The nth of these calls from now on (1: the next; 0: every one) meets this. */
void fake_upset(struct fake *fake, uint64_t calls, unsigned nth, enum fake_mishap mishap);
/* Just before the nth of these calls from now on (0: each time), act is called. It
 * may change the fake, but must not call the machine. */
void fake_when(struct fake *fake, uint64_t calls, unsigned nth,
               void (*act)(struct fake *, void *context), void *context);
/* Forgets all of these, and has_struck. */
void fake_calm(struct fake *fake);

/* Runs body(context) as a program that can be killed. False: it was. What a killed
 * program had allocated is lost, and the leak checker is told so. */
bool fake_run(struct fake *fake, void (*body)(void *context), void *context);
/* A new program on the same machine: free lock, empty screen, no events, counts at 0. */
void fake_restart(struct fake *fake);
/* The machine starts anew `later_ms` after now: boot count, start, monotonic clock. */
void fake_reboot(struct fake *fake, int64_t later_ms);

/* Which of all calls (1, 2 ...) the first or last of these was; 0: none was made. */
unsigned fake_first(const struct fake *fake, uint64_t calls);
unsigned fake_last(const struct fake *fake, uint64_t calls);
const char *fake_call_name(enum fake_call call); /* "store.append" */

/* -- registry: as another program would look at and change it; nothing is counted -- */

void fake_set_windows(struct fake *fake, uint32_t major, uint32_t minor, uint32_t build,
                      enum os_role role);
struct fake_key *fake_key(struct fake *fake, const char *key); /* creates it */
/* NULL: no such key or name. */
const struct fake_value *fake_find(const struct fake *fake, const char *key, const char *name);
void fake_put(struct fake *fake, const char *key, const char *name, uint32_t type, const void *data,
              size_t length);
void fake_put_utf16(struct fake *fake, const char *key, const uint16_t *name, size_t name_count,
                    uint32_t type, const void *data, size_t length);
void fake_remove(struct fake *fake, const char *key, const char *name);
/* A REG_DWORD of TCPIP_PARAMETERS. */
void fake_put_number(struct fake *fake, const char *name, uint32_t number);
bool fake_holds_number(const struct fake *fake, const char *name, uint32_t number);
bool fake_is_absent(const struct fake *fake, const char *name);
/* Every key and value, a line each, so that before and after can be compared. */
void fake_dump_registry(const struct fake *fake, struct text *text);

/* -- files of the store, or outside it -- */

/* NULL: no such file. The data has a NUL after its end. */
const struct fake_file *fake_folder_find(const struct fake_folder *folder, const char *name);
void fake_folder_put(struct fake_folder *folder, const char *name, const void *data, size_t length);
/* As if a later program had brought the public copies up to date. */
void fake_publish(struct fake *fake);
/* The text of a file of the store, "" without one. */
const char *fake_stored(const struct fake *fake, const char *name);

/* -- sockets, processes, ranges -- */

/* Addresses as text, the family is theirs; remote NULL: no remote end. */
void fake_add_socket(struct fake *fake, enum protocol protocol, unsigned state, const char *local,
                     uint16_t local_port, const char *remote, uint16_t remote_port, uint32_t owner);
/* `count` of them, from local_port upwards. */
void fake_add_sockets(struct fake *fake, unsigned count, enum protocol protocol, unsigned state,
                      const char *local, uint16_t local_port, const char *remote,
                      uint16_t remote_port, uint32_t owner);
/* "10.0.0.5" or "fe80::1" as in struct socket_row. */
enum family fake_address(const char *address, uint8_t bytes[16]);
void fake_add_process(struct fake *fake, uint32_t id, const char *name);
/* From the first of these on, machine.ranges.read is there; what no answer was given
 * for is not known. */
void fake_answer_range(struct fake *fake, enum protocol protocol, enum family family,
                       uint32_t start, uint32_t count, enum range_source source);

/* Also makes the exclusions of all four known. */
void fake_exclude(struct fake *fake, enum protocol protocol, enum family family, uint32_t start,
                  uint32_t count, bool is_administered);
void fake_add_service(struct fake *fake, uint32_t process, const char *name, const char *display);
/* Also makes the machine one that has System Restore. */
void fake_add_restore_point(struct fake *fake, uint32_t sequence, const char *description,
                            int64_t created_ms);
/* A Tcpip event, the newest so far. */
void fake_add_event(struct fake *fake, uint32_t id, int64_t time_ms);

/* -- screen -- */

/* What was written so far, never NULL. */
const char *fake_out(const struct fake *fake);
const char *fake_error(const struct fake *fake);
/* The page that was shown last, never NULL. */
const char *fake_page(const struct fake *fake);

#endif
