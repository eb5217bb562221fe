#include "core/change/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/journal/place_access.h"

void plan_init(struct plan *plan)
{
    memset(plan, 0, sizeof *plan);
}

void plan_release(struct plan *plan)
{
    for (size_t i = 0; i < plan->step_count; i++)
        step_release(&plan->steps[i]);
    free(plan->steps);
    for (size_t i = 0; i < plan->note_count; i++)
        free(plan->notes[i].text);
    free(plan->notes);
    plan_init(plan);
}

bool plan_note(struct plan *plan, enum note_kind kind, struct fault *fault, const char *format, ...)
{
    struct note *notes = realloc(plan->notes, (plan->note_count + 1) * sizeof *notes);
    va_list arguments;
    char *copy = NULL;
    int length;

    if (!notes)
        return fault_no_memory(fault);
    plan->notes = notes;
    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length >= 0)
        copy = malloc((size_t)length + 1);
    if (!copy)
        return fault_no_memory(fault);
    va_start(arguments, format);
    vsnprintf(copy, (size_t)length + 1, format, arguments);
    va_end(arguments);
    notes[plan->note_count++] = (struct note){kind, copy};
    return true;
}

const struct place *plan_place(const struct plan *plan)
{
    return plan->step_count ? &plan->steps[0].place : &plan->already;
}

const struct value *plan_found(const struct plan *plan, const struct resolving *resolving)
{
    const struct value *found = resolving_found(resolving, plan_place(plan));

    if (found || !plan->step_count)
        return found;
    return &plan->steps[0].before;
}

bool step_is_fresh(const struct machine *machine, const struct step *step, struct fault *fault)
{
    struct value found = value_absent();
    bool is_same;

    if (!place_access_read(machine, &step->place, &found, fault))
        return false;
    is_same = value_equal(&found, &step->before);
    if (!is_same) {
        struct text shown;
        char label[PLACE_NAME_SIZE + 32];

        text_init(&shown);
        value_print(&found, &shown);
        text_puts(&shown, ", no longer ");
        value_print(&step->before, &shown);
        fault_set(fault, FAULT_STALE, 0,
                  "Another program changed %s in the meantime; the value is now %s. Nothing was "
                  "changed. Run the command again.",
                  place_label(&step->place, label), text_string(&shown));
        text_release(&shown);
    }
    value_release(&found);
    return is_same;
}

bool plan_is_fresh(const struct machine *machine, const struct plan *plan, struct fault *fault)
{
    for (size_t i = 0; i < plan->step_count; i++)
        if (!step_is_fresh(machine, &plan->steps[i], fault))
            return false;
    return true;
}
