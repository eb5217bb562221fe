#include "core/change/plan_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_notes.h"
#include "core/journal/place_access.h"

bool requests_are_distinct(const struct request *requests, size_t count, struct fault *fault)
{
    char label[PLACE_NAME_SIZE + 32];

    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++)
            if (place_equal(&requests[i].place, &requests[j].place))
                return fault_set(fault, FAULT_USAGE, 0,
                                 "%s was given more than once. Nothing "
                                 "was changed.",
                                 place_label(&requests[i].place, label));
    return true;
}

/* Reads the value that the place will have after interrupted changes are resolved. */
static bool read_resolved(const struct machine *machine, const struct survey *survey,
                          const struct place *place, struct value *value, struct fault *fault)
{
    const struct value *resolved = resolving_value(&survey->resolving, place);

    return resolved ? value_copy(value, resolved, fault)
                    : place_access_read(machine, place, value, fault);
}

static bool add_step(const struct machine *machine, const struct survey *survey,
                     const struct request *request, struct plan *plan, struct fault *fault)
{
    struct step *step = &plan->steps[plan->step_count];

    *step = (struct step){.place = request->place};
    if (!read_resolved(machine, survey, &request->place, &step->before, fault))
        return false;
    if (value_equal(&step->before, &request->wanted)) {
        value_release(&step->before);
        plan->already_count++;
        plan->already = request->place;
        plan->is_already_pending |=
            setting_of_place(&request->place) == setting_at(SETTING_MAX_USER_PORT) &&
            survey_restart_is_pending(survey);
        return true;
    }
    plan->step_count++; /* plan_release() now releases the step too */
    return value_copy(&step->after, &request->wanted, fault);
}

bool plan_make(const struct machine *machine, const struct survey *survey,
               const struct request *requests, size_t request_count, struct plan *plan,
               struct fault *fault)
{
    bool is_made = requests_are_distinct(requests, request_count, fault);

    plan_init(plan);
    if (is_made && survey->resolving_fault.kind != FAULT_NONE) {
        *fault = survey->resolving_fault;
        is_made = false;
    }
    if (is_made) {
        plan->steps = calloc(request_count ? request_count : 1, sizeof *plan->steps);
        if (!plan->steps)
            is_made = fault_no_memory(fault);
    }
    for (size_t i = 0; is_made && i < request_count; i++)
        is_made = add_step(machine, survey, &requests[i], plan, fault);
    is_made = is_made && plan_notes_add(machine, survey, plan, fault);
    if (!is_made)
        plan_release(plan);
    return is_made;
}

/* Appends "MaxUserPort is now 5000; after the change it was 65534, ..." to the differences. */
static void add_difference(const struct step *step, const struct value *found, struct text *text)
{
    char label[PLACE_NAME_SIZE + 32];
    struct text safe;

    text_init(&safe);
    place_label(&step->place, label);
    text_safe(&safe, label, strlen(label));
    text_printf(text, " %s is now ", text_string(&safe));
    value_print(found, text);
    text_puts(text, "; after the change it was ");
    value_print(&step->after, text);
    text_puts(text, ", before the change ");
    value_print(&step->before, text);
    text_puts(text, ".");
    text_release(&safe);
}

static bool refuse_moved_on(const struct machine *machine, const struct survey *survey,
                            const struct step *steps, size_t step_count, struct fault *fault)
{
    struct text differences;
    bool is_same = true;

    text_init(&differences);
    for (size_t i = 0; i < step_count; i++) {
        struct value found = value_absent();

        if (!read_resolved(machine, survey, &steps[i].place, &found, fault)) {
            text_release(&differences);
            return false;
        }
        /* A place that already has its previous value needs no undo. */
        if (!value_equal(&found, &steps[i].after) && !value_equal(&found, &steps[i].before)) {
            add_difference(&steps[i], &found, &differences);
            is_same = false;
        }
        value_release(&found);
    }
    if (!is_same)
        fault_set(fault, FAULT_STALE, 0,
                  "The registry has changed since the change that you want to undo.%s Nothing was "
                  "changed. To restore the values from before that change anyway, use --force.",
                  text_string(&differences));
    text_release(&differences);
    return is_same;
}

bool plan_make_reverse(const struct machine *machine, const struct survey *survey,
                       const struct step *steps, size_t step_count, bool is_forced,
                       struct plan *plan, struct fault *fault)
{
    struct request *requests;
    bool is_made;

    plan_init(plan);
    if (!is_forced && !refuse_moved_on(machine, survey, steps, step_count, fault))
        return false;
    requests = calloc(step_count ? step_count : 1, sizeof *requests);
    if (!requests)
        return fault_no_memory(fault);
    /* The last step comes first. The requests contain shallow copies of the values; the owner of
     * `steps` still owns the values. */
    for (size_t i = 0; i < step_count; i++) {
        requests[i].place = steps[step_count - 1 - i].place;
        requests[i].wanted = steps[step_count - 1 - i].before;
    }
    is_made = plan_make(machine, survey, requests, step_count, plan, fault);
    free(requests);
    return is_made;
}
