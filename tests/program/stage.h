/* stage.h - keeps the sockets of simulated outages open, and sets a range that is small enough to
 * fill. This module owns the sockets that it keeps. When a test ends, the module closes these
 * sockets, even if the test has failed. */
#ifndef TESTS_PROGRAM_STAGE_H
#define TESTS_PROGRAM_STAGE_H

#include <winsock2.h>

#include <stdbool.h>

/* Set-up and teardown of a test. If fakes_can_run(), the fakes of WMI and netsh are installed until
 * the teardown. */
void stage_open(void);
void stage_close(void);

/* Sets the range that the fake netsh reports for TCP and UDP over IPv4 and IPv6. */
void stage_set_range(unsigned first, unsigned count);
/* Sets the first range of `count` ports, from `lowest` on, in which no port is in use. Returns its
 * first port, which is at most `highest`. */
unsigned stage_choose_range(unsigned lowest, unsigned highest, unsigned count);

struct sockaddr_in stage_loopback(unsigned port);

/* Fails the test if the socket is invalid. Otherwise keeps the socket open until the test ends, and
 * returns it. At most STAGE_ROOM sockets can be kept. */
enum { STAGE_ROOM = 640 };
SOCKET stage_keep(SOCKET s);

/* Returns whether the system lists connections in TIME_WAIT. Windows and Wine 8 list them. Wine 10
 * lists only sockets that a process has open. */
bool stage_shows_time_wait(void);

/* Closes the newest socket by a reset, so that its port becomes free immediately. */
void stage_close_newest(void);

#endif
