#include "cli/frame/title.h"

#include <string.h>

void output_title(struct output *output, const struct survey *survey, const char *what,
                  const char *more)
{
    char time[TIME_SIZE];
    struct text title;

    text_init(&title);
    text_puts(&title, "maxport");
    if (*survey->identity.computer) {
        text_puts(&title, " - ");
        text_safe(&title, survey->identity.computer, strlen(survey->identity.computer));
    }
    text_printf(&title, "%s%s - %s%s%s", *what ? " - " : "", what,
                time_local_string(time, survey->taken_ms, survey->offset_seconds),
                *more ? " - " : "", more);
    output_style(output, STYLE_STRONG);
    output_paragraph(output, 0, "%s", text_string(&title));
    output_style(output, STYLE_NORMAL);
    output->has_failed |= title.is_broken;
    text_release(&title);
}
