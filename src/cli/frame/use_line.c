#include "cli/frame/use_line.h"

#include "core/change/entry_text.h"

void output_use(struct output *output, const char *label, unsigned indent, struct use_figures use)
{
    struct text figures;

    text_init(&figures);
    use_figures_print(&use, &figures);
    output_labelled(output, label, text_string(&figures), indent);
    text_release(&figures);
}
