#include "cli/use_line.h"

static uint64_t fullness(const struct use_figures *use, int p, int f)
{
    uint32_t available = use->by[p][f].available;

    return available ? (uint64_t)use->by[p][f].in_use * 65536 / available : 0;
}

void output_use(struct output *output, const char *label, unsigned indent,
                struct use_figures use)
{
    struct text figures, line;

    text_init(&figures);
    text_init(&line);
    for (int p = 0; use.is_known && p < PROTOCOL_COUNT; p++) {
        int f = fullness(&use, p, FAMILY_IPV6) > fullness(&use, p, FAMILY_IPV4) ? FAMILY_IPV6
                                                                              : FAMILY_IPV4;
        char in_use[NUMBER_SIZE], available[NUMBER_SIZE];

        if (use.by[p][f].available)
            text_printf(&figures, "%s%s %s of %s ports", p ? ", " : "",
                        protocol_name((enum protocol)p),
                        number_string(in_use, use.by[p][f].in_use),
                        number_string(available, use.by[p][f].available));
        else
            text_printf(&figures, "%s%s range unknown", p ? ", " : "",
                        protocol_name((enum protocol)p));
    }
    if (!use.is_known)
        text_puts(&figures, "not known");
    text_wrap_labelled(&line, label, text_string(&figures), output->width, indent);
    output_text(output, &line);
    text_release(&line);
    text_release(&figures);
}
