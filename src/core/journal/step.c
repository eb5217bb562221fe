#include "core/journal/step.h"

void step_release(struct step *step)
{
    value_release(&step->before);
    value_release(&step->after);
}
