/* steps.h - constants that are common to torture.exe and maxport-steps.exe. */
#ifndef TESTS_TORTURE_STEPS_H
#define TESTS_TORTURE_STEPS_H

enum {
    STEPS_EXIT_KILLED = 137, /* the process has ended itself, as the mode requested */
    STEPS_EXIT_USAGE = 99,
    STEPS_FOREIGN = 47110, /* the value that "another program" writes */
};

#define STEPS_KEY L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"

#endif
