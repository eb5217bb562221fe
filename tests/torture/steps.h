/* steps.h - what the torture and maxport-steps.exe agree on. */
#ifndef TESTS_TORTURE_STEPS_H
#define TESTS_TORTURE_STEPS_H

enum {
    STEPS_EXIT_KILLED = 137, /* it ended itself, as asked */
    STEPS_EXIT_USAGE = 99,
    STEPS_FOREIGN = 47110, /* what the other program writes */
};

#define STEPS_KEY L"SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"

#endif
