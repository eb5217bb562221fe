/* port_sockets.h - lists sockets one by one, for `ports --sockets`. */
#ifndef CLI_PORT_SOCKETS_H
#define CLI_PORT_SOCKETS_H

#include "cli/frame/command.h"
#include "core/base/place.h"

struct socket_filter {
    bool is_wanted[PROTOCOL_COUNT];
    const char *process; /* process ID as the user typed it; NULL: every process */
    const char *name;    /* program name, with or without .exe; NULL: every program */
    size_t top;          /* SIZE_MAX: all */
};

/* Lists the sockets that match the filter, by protocol and local port, as text, JSON or CSV. Fails
 * with FAULT_USAGE if the process ID is not a number. */
bool port_sockets_run(struct invocation *invocation, const struct socket_filter *filter,
                      struct fault *fault) MUST_CHECK;

#endif
