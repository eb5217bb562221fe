/* steps.h - constants that the torture and maxport-steps.exe share. */
#ifndef TESTS_TORTURE_STEPS_H
#define TESTS_TORTURE_STEPS_H

enum {
    STEPS_EXIT_KILLED = 137, /* the process ended itself, as requested */
    STEPS_EXIT_USAGE = 99,
    STEPS_FOREIGN = 47110, /* the value that the other program writes */
};

#define STEPS_KEY L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"

#endif
