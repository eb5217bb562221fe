#include "core/change/plan_scene.h"

#include <check.h>

#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/state/survey.h"
#include "fake/machine.h"

struct place place_of(const char *name)
{
    struct place place;
    struct fault fault;

    ck_assert(place_registry(&place, TCPIP_PARAMETERS, name, &fault));
    return place;
}

struct request ask(const char *name, struct value wanted)
{
    return (struct request){place_of(name), wanted};
}

void make_plan(struct fake *fake, const struct request *requests, size_t count, struct made *made)
{
    struct fault fault;

    ck_assert_msg(survey_take(&fake->machine, SURVEY_RANGES, &made->survey, &fault), "%s",
                  fault.text);
    ck_assert_msg(plan_make(&fake->machine, &made->survey, requests, count, &made->plan, &fault),
                  "%s", fault.text);
}

void make_number(struct fake *fake, uint32_t number, struct made *made)
{
    struct request request = ask("MaxUserPort", value_number(number));

    make_plan(fake, &request, 1, made);
}

void made_release(struct made *made)
{
    plan_release(&made->plan);
    survey_release(&made->survey);
}
