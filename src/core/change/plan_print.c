#include "core/change/plan_print.h"

#include <stdio.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_notes.h"

static void print_step(const struct step *step, size_t name_width, unsigned width,
                       struct text *text)
{
    char name[PLACE_NAME_SIZE + 32];
    struct text label, values;
    size_t columns;

    text_init(&label);
    text_init(&values);
    place_label(&step->place, name);
    text_puts(&label, "    ");
    text_safe(&label, name, strlen(name));
    columns = utf8_columns(text_string(&label)) - 4;
    text_printf(&label, "%*s  ", (int)(columns < name_width ? name_width - columns : 0), "");
    value_print(&step->before, &values);
    text_puts(&values, " -> ");
    value_print(&step->after, &values);
    text_wrap_labelled(text, text_string(&label), text_string(&values), width, 8);
    text->is_broken |= label.is_broken | values.is_broken;
    text_release(&label);
    text_release(&values);
}

static void print_range(struct port_range range, struct text *text)
{
    char count[NUMBER_SIZE];

    text_printf(text, "%u-%u (%s ports)", (unsigned)range.start, (unsigned)range_end(range),
                number_string(count, range.count));
}

static void print_gain(struct port_range now, struct port_range after, struct text *text)
{
    char count[NUMBER_SIZE];

    uint32_t difference =
        after.count > now.count ? after.count - now.count : now.count - after.count;

    if (difference)
        text_printf(text, "%s %s port%s", number_string(count, difference),
                    after.count > now.count ? "more" : "FEWER", difference == 1 ? "" : "s");
    else
        text_puts(text, range_equal(now, after) ? "no change" : "same number of ports");
}

static void print_effect(const struct plan *plan, const struct survey *survey, enum protocol p,
                         enum family f, unsigned width, struct text *text)
{
    const struct prediction *after = &plan->predicted_after[p][f];
    struct port_range now = plan_range_now(survey, p, f);
    struct text label, line;

    text_init(&label);
    text_init(&line);
    text_printf(&label, "    %s %s", protocol_name(p), family_name(f));
    if (now.count)
        print_range(now, &line);
    else
        text_puts(&line, "unknown");
    text_puts(&line, " -> ");
    if (after->is_known)
        print_range(after->range, &line);
    else
        text_puts(&line, "unknown");
    text_wrap_labelled(text, text_string(&label), text_string(&line), width, 14);
    text->is_broken |= label.is_broken | line.is_broken;
    text_release(&label);
    text_release(&line);
    if (!after->is_known)
        return;
    if (now.count) {
        print_gain(now, after->range, &line);
        text_puts(&line, "; ");
    }
    text_puts(&line, confidence_name(after->confidence));
    text_wrap(text, text_string(&line), width, 16);
    text->is_broken |= line.is_broken;
    text_release(&line);
}

void plan_print(const struct plan *plan, const struct survey *survey, unsigned width,
                struct text *text)
{
    size_t name_width = 0;

    for (size_t i = 0; i < plan->step_count; i++) {
        char label[PLACE_NAME_SIZE + 32];
        size_t columns = utf8_columns(place_label(&plan->steps[i].place, label));

        if (columns > name_width && columns < 40)
            name_width = columns;
    }
    resolving_print(&survey->resolving, width, text);
    text_puts(text, "  Plan\n");
    for (size_t i = 0; i < plan->step_count; i++)
        print_step(&plan->steps[i], name_width, width, text);
    if (plan->moves_range) {
        text_puts(text, "\n  Dynamic range, now -> after a restart\n");
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            for (int f = 0; f < FAMILY_COUNT; f++)
                print_effect(plan, survey, (enum protocol)p, (enum family)f, width, text);
    }
    if (plan->note_count)
        text_puts(text, "\n"
                        "  Before you apply\n");
    for (size_t i = 0; i < plan->note_count; i++) {
        const struct note *note = &plan->notes[i];

        text_wrap_labelled(text, note->kind == NOTE_WARNING ? "    ! " : "    - ", note->text,
                           width, 6);
    }
    if (plan->step_count) {
        text_puts(text, "\n");
        text_wrap_labelled(text, "  Takes effect",
                           plan->needs_restart ? setting_restart_words(&survey->os)
                           : plan->moves_range ? "immediately: Windows was started with this "
                                                 "value"
                                               : "immediately",
                           width, 16);
    }
}
