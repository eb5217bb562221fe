/* fail_above.h - the option --fail-above PERCENT: lets a script test the use of ports by the exit
 * code. */
#ifndef CLI_FRAME_FAIL_ABOVE_H
#define CLI_FRAME_FAIL_ABOVE_H

#include "cli/frame/command.h"
#include "core/state/survey.h"

#define FAIL_ABOVE_OPTION                                                                          \
    {"fail-above", "PERCENT",                                                                      \
     "exit with 7 if TCP or UDP uses more than PERCENT of its ports, with 1 if the use is "        \
     "unknown",                                                                                    \
     false}

/* Parses the value of --fail-above, a whole number from 0 to 100. text: NULL if the option was not
 * given; *percent is then 100, which no use exceeds. Fails with FAULT_USAGE. */
bool fail_above_parse(const char *text, unsigned *percent, struct fault *fault) MUST_CHECK;

/* Sets the exit code of the invocation, if the option was given (text is not NULL). If the use of a
 * protocol is unknown, prints a remark. */
void fail_above_apply(struct invocation *invocation, const struct survey *survey, const char *text,
                      unsigned percent);

#endif
