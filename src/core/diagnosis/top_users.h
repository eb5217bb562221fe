/* top_users.h - finds possible culprits: the process and the program with the most ports, the
 * remote endpoints with the most local ports, and the probable former owners of ports in
 * TIME_WAIT. */
#ifndef CORE_DIAGNOSIS_TOP_USERS_H
#define CORE_DIAGNOSIS_TOP_USERS_H

#include "core/state/snapshot.h"

struct top_user {
    bool is_known; /* False: no process has ports, or Windows reports no owners */
    uint32_t process;
    struct usage_count use; /* ports of the family inside its range, by state */
    /* Milliseconds from the earliest to the latest sample of the snapshot. 0: there is only one
     * sample, or the process had no ports in the earliest sample. */
    int64_t watched_ms;
    uint32_t ports_then; /* ports of the process in the earliest sample */
};

/* The ports of one protocol over one family. All counts below are of one pool, so that they can be
 * compared with its ports in use. */
struct pool {
    enum protocol protocol;
    enum family family;
};

/* Finds the process with the most ports of the pool inside its range. Ignores sockets without an
 * owner (TIME_WAIT). */
bool top_user_process(const struct snapshot *snapshot, struct pool pool, struct top_user *top_user,
                      struct fault *fault) MUST_CHECK;

/* The processes that have the same image file name. The processes of svchost.exe and of w3wp.exe do
 * not count as one program, because they run unrelated services and application pools. */
struct top_program {
    bool is_known;    /* False: no program has two or more processes with ports */
    const char *name; /* in the snapshot, from outside maxport */
    size_t processes; /* number of its processes that have ports */
    struct usage_count use;
};

/* Appends "node.exe (4 processes)", safe for a screen. */
void top_program_print(const struct top_program *program, struct text *text);

/* Finds the program with the most ports of the pool inside its range. */
bool top_user_program(const struct snapshot *snapshot, struct pool pool,
                      struct top_program *program, struct fault *fault) MUST_CHECK;

/* A remote endpoint. ports: the number of distinct local ports inside the range with a connection
 * to it. */
struct remote_end {
    bool is_known;
    enum family family;
    uint8_t address[16];
    uint16_t port;
    uint32_t ports;
    uint32_t waiting; /* how many of these ports are only in TIME_WAIT */
};

/* Appends the endpoint, e.g. "10.0.0.9:443". */
void remote_end_print(const struct remote_end *remote, struct text *text);

/* Finds the remote endpoints of the family with the most and the second most local TCP ports in
 * `range`. */
bool top_user_remotes(const struct snapshot *snapshot, enum family family, struct port_range range,
                      struct remote_end remotes[2], struct fault *fault) MUST_CHECK;

/* Returns whether the endpoint is on this machine: a loopback address, or the local address of a
 * socket. */
bool remote_end_is_here(const struct remote_end *remote, const struct snapshot *snapshot);

/* Returns the process that listens on this endpoint, which must be on this machine; 0: unknown. */
uint32_t remote_end_listener(const struct remote_end *remote, const struct snapshot *snapshot);

/* Connections in TIME_WAIT belong to no process (docs/windows.md, "TIME_WAIT"). Their probable
 * former owner is inferred: a process that has or had connections to the same remote endpoint in
 * any sample. The most probable owner is the process that, in earlier samples, had the most ports
 * that are in TIME_WAIT now. */
struct probable_owner {
    uint32_t process;
    uint32_t caught; /* ports that it had in an earlier sample and that are in TIME_WAIT now */
    uint32_t now;    /* its connections to the endpoint in the latest sample */
    uint32_t before; /* its connections to the endpoint in all earlier samples together */
};

enum { PROBABLE_OWNERS_MAX = 3 };

/* Fills `owners`, the most probable owner first. Returns the number of owners. */
size_t top_user_owners(const struct snapshot *snapshot, const struct remote_end *remote,
                       struct probable_owner owners[PROBABLE_OWNERS_MAX]);

/* How long connections stay in TIME_WAIT, estimated from the earliest and the latest sample. If as
 * many connections enter TIME_WAIT as leave it, the time is `of` * `watched_ms` / `left`. */
struct wait_measure {
    uint32_t seconds;  /* 0: unknown; the samples are too few or too close in time, or
                          too few connections left TIME_WAIT */
    uint32_t left, of; /* connections that left TIME_WAIT, of those in the earliest sample */
    int64_t watched_ms;
};

void wait_measure_make(const struct snapshot *snapshot, enum family family,
                       struct wait_measure *measure);

#endif
