/* stage.h - sockets for outages that are staged, in a range that is small enough to fill.
 * What is held is this module's, which lets it go when a test ends, passed or not. */
#ifndef TESTS_PROGRAM_STAGE_H
#define TESTS_PROGRAM_STAGE_H

#include <winsock2.h>

#include <stdbool.h>

/* A test's set-up and tear-down. Where fakes_can_run, WMI and netsh are our own between. */
void stage_open(void);
void stage_close(void);

/* What netsh says from now on: the range of both protocols, for IPv4 and IPv6. */
void stage_say_range(unsigned first, unsigned count);

struct sockaddr_in stage_loopback(unsigned port);

/* Up to STAGE_ROOM sockets; returns its argument, which has to be one. */
enum { STAGE_ROOM = 640 };
SOCKET stage_hold(SOCKET s);

/* Does the system list connections in TIME_WAIT? Windows and Wine 8 do; Wine 10 lists only
 * sockets that a process still holds. */
bool stage_shows_time_wait(void);

/* The one held last: closed at once, by a reset, so that its port is free and waits for nothing. */
void stage_let_go(void);

#endif
