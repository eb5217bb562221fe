/* process_details.h - path, account, start time and command line of one process.
 *
 * All texts are from outside maxport, and not yet safe for a screen. A command line can contain
 * passwords: show it only if the user asked for this process.
 */
#ifndef CORE_SYSTEM_PROCESS_DETAILS_H
#define CORE_SYSTEM_PROCESS_DETAILS_H

#include "core/base/text.h"
#include "core/system/processes.h"

enum process_detail {
    DETAIL_PATH,    /* of the executable */
    DETAIL_ACCOUNT, /* DOMAIN\NAME, or the SID if the name could not be determined in time */
    DETAIL_STARTED,
    DETAIL_COMMAND_LINE,
    DETAIL_COUNT
};

enum detail_state {
    DETAIL_UNKNOWN,         /* not requested, or could not be read for another reason */
    DETAIL_NOT_OFFERED,     /* this Windows does not report it */
    DETAIL_NEEDS_ELEVATION, /* access denied, and maxport is not elevated */
    DETAIL_DENIED,          /* access denied, although maxport is elevated */
    DETAIL_KNOWN,
};

struct process_details {
    enum detail_state state[DETAIL_COUNT];
    struct text text[DETAIL_COUNT]; /* if known; empty for DETAIL_STARTED */
    bool is_in_system_folder;       /* if the path is known: whether the executable is directly in
                                       the folder System32 of Windows */
    int64_t started_ms;             /* if known; ms since 1970 UTC */
    int64_t read_ms;                /* when the details were read; ms since 1970 UTC */
};

void process_details_init(struct process_details *details);
void process_details_release(struct process_details *details);

/* Returns whether details of the owner of a socket can exist. Returns false for the kernel, for
 * 0 (no process) and for OWNER_UNKNOWN. */
bool process_has_details(uint32_t id);

/* Reads the details of a process of the list into an empty struct, which the caller releases.
 * owned_ms: a time at which the process owned sockets, ms since 1970 UTC. Fails with FAULT_MISSING
 * if the process is not in the list or has ended since then, even if another process has its ID
 * now; with FAULT_UNAVAILABLE if the list is empty or the source has no details; and like
 * process_source.detail. After a failure *details is empty. */
bool process_details_read(const struct process_source *source, const struct processes *listed,
                          uint32_t id, int64_t owned_ms, bool wants_command_line,
                          struct process_details *details, struct fault *fault) MUST_CHECK;

/* Returns the words for a detail that is not known, e.g. "not readable without elevation", and the
 * same for JSON, e.g. "needs_elevation". */
const char *detail_state_words(enum detail_state state);
const char *detail_state_key(enum detail_state state);

/* Appends a known detail, safe for a screen, or the words for its state. The start is local time:
 * UTC plus offset_seconds. */
void process_detail_print(const struct process_details *details, enum process_detail detail,
                          int32_t offset_seconds, struct text *text);

/* Appends sentences with path, account and start, but without the command line: "Account:
 * SHOP\web. Started: 2026-11-22 08:00:00. Path: "C:\Shop\shop.exe"." */
void process_details_print(const struct process_details *details, int32_t offset_seconds,
                           struct text *text);

#endif
