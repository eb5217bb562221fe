#include "gui/model/preview.h"

#include <stdlib.h>
#include <string.h>

#include "core/change/plan_make.h"
#include "core/change/plan_print.h"

enum { PLAN_COLUMNS = 76 };

struct preview *preview_make(const struct machine *machine, const struct survey *survey,
                             unsigned serial, size_t setting, const struct value *wanted)
{
    struct preview *preview = calloc(1, sizeof *preview);
    struct request request = {.place = setting_place(setting_at(setting)), .wanted = *wanted};
    struct plan plan;

    if (!preview)
        return NULL;
    preview->serial = serial;
    preview->stored = value_absent();
    text_init(&preview->text);
    if (survey) {
        preview->is_made = plan_make(machine, survey, &request, 1, &plan, &preview->fault);
        if (preview->is_made) {
            preview->is_already = plan.step_count == 0;
            preview->moves_range = plan.moves_range;
            memcpy(preview->after, plan.predicted_after, sizeof preview->after);
            plan_print(&plan, survey, PLAN_COLUMNS, &preview->text);
            const struct value *found = plan_found(&plan, &survey->resolving);

            preview->is_made =
                value_copy(&preview->stored, found ? found : wanted, &preview->fault);
            plan_release(&plan);
        }
    } else {
        fault_set(&preview->fault, FAULT_UNAVAILABLE, 0, "This machine has not been checked yet.");
    }
    return preview;
}

void preview_release(struct preview *preview)
{
    if (!preview)
        return;
    text_release(&preview->text);
    value_release(&preview->stored);
    free(preview);
}
