/* stage.h - sockets for simulated outages, in a range that is small enough to fill. This module
 * owns the sockets and closes them when a test ends, passed or not. */
#ifndef TESTS_PROGRAM_STAGE_H
#define TESTS_PROGRAM_STAGE_H

#include <winsock2.h>

#include <stdbool.h>

/* Set-up and tear-down of a test. If fakes_can_run, WMI and netsh are fakes in between. */
void stage_open(void);
void stage_close(void);

/* Sets the range that netsh reports for both protocols, IPv4 and IPv6. */
void stage_set_range(unsigned first, unsigned count);

struct sockaddr_in stage_loopback(unsigned port);

/* Keeps a valid socket open until the test ends, up to STAGE_ROOM of them. Returns the socket. */
enum { STAGE_ROOM = 640 };
SOCKET stage_keep(SOCKET s);

/* Returns whether the system lists connections in TIME_WAIT. Windows and Wine 8 do; Wine 10 lists
 * only sockets that a process still has open. */
bool stage_shows_time_wait(void);

/* Closes the newest socket by a reset, so that its port is free immediately. */
void stage_close_newest(void);

#endif
