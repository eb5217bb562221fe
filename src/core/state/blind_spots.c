#include "core/state/blind_spots.h"

#include <string.h>

const char blind_bound_words[] =
    "This Windows does not list bound, idle TCP sockets; actual use may be higher.";

struct blind_view blind_view_of(const struct snapshot *snapshot)
{
    return (struct blind_view){.sockets = &snapshot->sockets,
                               .shows = {true, true},
                               .survey = &snapshot->survey,
                               .shows_owners = true,
                               .has_names = snapshot->has_names,
                               .names_why = snapshot->names_fault.text,
                               .services = &snapshot->services};
}

void blind_spot_print(const char *what, const char *why, struct text *text)
{
    text_puts(text, what);
    text_puts(text, *why ? " " : "");
    text_safe(text, why, strlen(why));
}

static void print_table(const struct blind_view *view, int p, int f, struct text *text)
{
    const struct socket_table *table = &view->sockets->tables[p][f];
    const struct running_range *running = view->survey ? &view->survey->running[p][f] : NULL;
    const char *missing = view->survey ? "was not counted" : "is missing";

    if (table->is_available && !table->is_partial && (!running || running->is_known))
        return;
    text_printf(text, "%s over %s ", protocol_name((enum protocol)p), family_name((enum family)f));
    if (!table->is_available && table->code)
        text_printf(text, "%s: its table could not be read (error %lu).", missing,
                    (unsigned long)table->code);
    else if (!table->is_available)
        text_printf(text, "%s: this Windows does not show its table.", missing);
    else if (running && !running->is_known) {
        text_puts(text, missing);
        blind_spot_print(": its running range is unknown.", running->why, text);
    } else
        text_printf(text, "%s only partly, because its table kept growing during reading.",
                    view->survey ? "was counted" : "is shown");
}

static void print_owners(const struct blind_view *view, struct text *text)
{
    if (!view->sockets->has_owners)
        text_puts(text, "This Windows does not report which process owns a socket.");
    else if (!view->has_names)
        blind_spot_print("The process names could not be read.", view->names_why, text);
}

static void print_services(const struct blind_view *view, struct text *text)
{
    if (!view->services || !view->sockets->has_owners || view->services->is_known)
        return;
    blind_spot_print("The services of the processes could not be listed; to list them, run "
                     "tasklist /svc.",
                     view->services->why, text);
}

static void hand_over(struct text *text, void (*add)(void *context, const struct text *sentence),
                      void *context)
{
    if (text->length || text->is_broken)
        add(context, text);
    text_release(text);
}

void blind_spots_list(const struct blind_view *view,
                      void (*add)(void *context, const struct text *sentence), void *context)
{
    const struct socket_table *tcp = view->sockets->tables[PROTOCOL_TCP];
    struct text text;

    text_init(&text);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; view->shows[p] && f < FAMILY_COUNT; f++) {
            print_table(view, p, f, &text);
            hand_over(&text, add, context);
        }
    if (!view->sockets->has_bound && view->shows[PROTOCOL_TCP] &&
        (tcp[FAMILY_IPV4].is_available || tcp[FAMILY_IPV6].is_available))
        text_puts(&text, blind_bound_words);
    hand_over(&text, add, context);
    if (!view->shows_owners)
        return;
    print_owners(view, &text);
    hand_over(&text, add, context);
    print_services(view, &text);
    hand_over(&text, add, context);
}
