#include "core/change/plan_digest.h"

#include <string.h>

enum { SUMMARY_ITEMS_MAX = 3 };

/* The length is written before each name, because a name may contain any character. */
static void add_place(const struct place *place, struct text *text)
{
    if (place->kind == PLACE_RANGE)
        text_printf(text, "range %s %s", protocol_key(place->protocol), family_key(place->family));
    else
        text_printf(text, "value %zu %s %zu %s", strlen(place->key), place->key,
                    strlen(place->name), place->name);
}

static void add_step(const struct step *step, struct text *text)
{
    add_place(&step->place, text);
    text_puts(text, " ");
    value_write(&step->before, text);
    text_puts(text, " ");
    value_write(&step->after, text);
    text_puts(text, "\n");
}

bool plan_digest(const struct plan *plan, const struct resolving *resolving,
                 char digest[SHA256_HEX_SIZE], struct fault *fault)
{
    struct text all;
    bool is_whole;

    text_init(&all);
    for (size_t i = 0; i < resolving->count; i++) {
        const struct resolution *row = &resolving->rows[i];

        text_printf(&all, "settle %llu %s\n", (unsigned long long)row->id,
                    entry_state_name(row->state));
        for (size_t w = 0; w < row->write_count; w++)
            add_step(&row->writes[w], &all);
    }
    text_puts(&all, "plan\n");
    for (size_t i = 0; i < plan->step_count; i++)
        add_step(&plan->steps[i], &all);
    is_whole = !all.is_broken;
    if (is_whole)
        sha256_hex(all.data, all.length, digest);
    text_release(&all);
    return is_whole || fault_no_memory(fault);
}

void plan_summary(const struct plan *plan, const struct resolving *resolving, struct text *text)
{
    size_t count = resolving->count + plan->step_count;
    char label[PLACE_NAME_SIZE + 32];

    for (size_t i = 0; i < count && i < SUMMARY_ITEMS_MAX; i++) {
        text_puts(text, i ? "; " : "");
        if (i < resolving->count) {
            text_printf(text, "change %llu is resolved first",
                        (unsigned long long)resolving->rows[i].id);
            continue;
        }
        const struct step *step = &plan->steps[i - resolving->count];
        place_label(&step->place, label);
        text_safe(text, label, strlen(label));
        text_puts(text, " ");
        value_print(&step->before, text);
        text_puts(text, " -> ");
        value_print(&step->after, text);
    }
    if (count > SUMMARY_ITEMS_MAX)
        text_printf(text, "; and %zu more", count - SUMMARY_ITEMS_MAX);
    if (count == 0)
        text_puts(text, "nothing to write");
}
