/* plan_scene.h - makes plans from a survey of a simulated machine. */
#ifndef TESTS_CORE_CHANGE_PLAN_SCENE_H
#define TESTS_CORE_CHANGE_PLAN_SCENE_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/change/plan.h"
#include "core/change/plan_make.h"
#include "core/change/plan_print.h"
#include "core/state/survey.h"
#include "fake/machine.h"
#include "golden.h"

struct place place_of(const char *name);

struct request ask(const char *name, struct value wanted);

/* A plan, and the survey from which the plan was made. */
struct made {
    struct survey survey;
    struct plan plan;
};

void make_plan(struct fake *fake, const struct request *requests, size_t count, struct made *made);

void make_number(struct fake *fake, uint32_t number, struct made *made);

void made_release(struct made *made);

#endif
