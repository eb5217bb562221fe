#include "cli/frame/fail_above.h"

#include <string.h>

enum { EXIT_UNKNOWN = 1, EXIT_ABOVE = 7 };

bool fail_above_parse(const char *text, unsigned *percent, struct fault *fault)
{
    size_t digits = text ? strspn(text, "0123456789") : 0;

    *percent = 100;
    if (!text)
        return true;
    if (digits > 0 && digits <= 3 && text[digits] == '\0') {
        *percent = 0;
        for (const char *c = text; *c; c++)
            *percent = *percent * 10 + (unsigned)(*c - '0');
        if (*percent <= 100)
            return true;
    }
    return fault_set(fault, FAULT_USAGE, 0,
                     "--fail-above must be a whole number from 0 to 100, not \"%s\". Nothing was "
                     "changed.",
                     text);
}

void fail_above_apply(struct invocation *invocation, const struct survey *survey, const char *text,
                      unsigned percent)
{
    for (int p = 0; text && p < PROTOCOL_COUNT; p++) {
        const struct usage *usage = &survey->usage[p];
        enum family fuller = usage_fuller(usage);
        uint32_t available = usage_available(usage, fuller);

        if (!survey->has_usage || !usage->is_available[fuller] || !available) {
            output_remark(&invocation->output, "--fail-above %u: the use of %s ports is unknown.",
                          percent, protocol_name((enum protocol)p));
            if (invocation->exit_code == 0)
                invocation->exit_code = EXIT_UNKNOWN;
        } else if ((uint64_t)usage->family[fuller].in_use * 100 > (uint64_t)available * percent) {
            invocation->exit_code = EXIT_ABOVE;
        }
    }
}
