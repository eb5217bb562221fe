#include "core/journal/resolving.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/quote.h"
#include "core/journal/place_access.h"
#include "core/rules/setting.h"

static void resolution_release(struct resolution *resolution)
{
    for (size_t i = 0; i < resolution->write_count; i++)
        step_release(&resolution->writes[i]);
    free(resolution->writes);
}

void resolving_release(struct resolving *resolving)
{
    for (size_t i = 0; i < resolving->count; i++)
        resolution_release(&resolving->rows[i]);
    free(resolving->rows);
    memset(resolving, 0, sizeof *resolving);
}

/* The last write to the place determines its value. */
const struct value *resolving_value(const struct resolving *resolving, const struct place *place)
{
    for (size_t i = resolving->count; i > 0; i--) {
        const struct resolution *row = &resolving->rows[i - 1];
        for (size_t w = row->write_count; w > 0; w--)
            if (place_equal(&row->writes[w - 1].place, place))
                return &row->writes[w - 1].after;
    }
    return NULL;
}

/* The `before` of the first write to the place is the place's current value. */
const struct value *resolving_found(const struct resolving *resolving, const struct place *place)
{
    for (size_t i = 0; i < resolving->count; i++) {
        const struct resolution *row = &resolving->rows[i];
        for (size_t w = 0; w < row->write_count; w++)
            if (place_equal(&row->writes[w].place, place))
                return &row->writes[w].before;
    }
    return NULL;
}

const struct step *resolving_write_beside(const struct resolving *resolving,
                                          const struct place *except)
{
    for (size_t i = 0; i < resolving->count; i++)
        for (size_t w = 0; w < resolving->rows[i].write_count; w++)
            if (!place_equal(&resolving->rows[i].writes[w].place, except))
                return &resolving->rows[i].writes[w];
    return NULL;
}

/* ---- reading the places ----------------------------------------------- */

static bool read_place(const struct machine *machine, const struct resolving *earlier,
                       const struct place *place, struct value *value, struct fault *fault)
{
    const struct value *resolved = resolving_value(earlier, place);
    return resolved ? value_copy(value, resolved, fault)
                    : place_access_read(machine, place, value, fault);
}

/* Adds a write if the place does not have its previous value. */
static bool look_at_step(const struct step *step, struct value *found, size_t counts[2],
                         struct resolution *row, struct fault *fault)
{
    bool is_before = value_equal(found, &step->before);
    counts[0] += is_before;
    counts[1] += value_equal(found, &step->after);
    if (is_before) {
        value_release(found);
        return true;
    }
    struct step *write = &row->writes[row->write_count++];
    write->place = step->place;
    write->before = *found;
    return value_copy(&write->after, &step->before, fault);
}

/* Reads the places of an entry, the place of the last step first, as in a rollback. */
static bool look_at_entry(const struct machine *machine, const struct journal_entry *entry,
                          const struct resolving *earlier, struct resolution *row,
                          struct fault *fault)
{
    size_t counts[2] = {0, 0}, all = entry->step_count;
    row->id = entry->id;
    memcpy(row->command, entry->command, sizeof row->command);
    row->writes = calloc(all ? all : 1, sizeof *row->writes);
    if (!row->writes)
        return fault_no_memory(fault);
    for (size_t i = all; i > 0; i--) {
        struct value found = value_absent();
        if (!read_place(machine, earlier, &entry->steps[i - 1].place, &found, fault) ||
            !look_at_step(&entry->steps[i - 1], &found, counts, row, fault))
            return false;
    }
    if (counts[1] == all)
        row->state = ENTRY_DONE;
    else
        row->state = counts[0] + counts[1] == all ? ENTRY_ROLLED_BACK : ENTRY_STUCK;
    if (row->state == ENTRY_ROLLED_BACK)
        return true;
    while (row->write_count > 0)
        step_release(&row->writes[--row->write_count]);
    return true;
}

bool resolving_make(const struct machine *machine, const struct journal *journal,
                    struct resolving *resolving, struct fault *fault)
{
    struct resolving made = {0};
    size_t open = 0;
    for (size_t i = 0; i < journal->count; i++)
        open += journal_is_open(&journal->entries[i]);
    if (open) {
        made.rows = calloc(open, sizeof *made.rows);
        if (!made.rows)
            return fault_no_memory(fault);
    }
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];
        if (!journal_is_open(entry))
            continue;
        struct resolution *row = &made.rows[made.count];
        if (!look_at_entry(machine, entry, &made, row, fault)) {
            resolution_release(row);
            resolving_release(&made);
            return false;
        }
        made.count++;
    }
    *resolving = made;
    return true;
}

/* ---- results ---------------------------------------------------------- */

static bool is_same_write(const struct step *a, const struct step *b)
{
    return place_equal(&a->place, &b->place) && value_equal(&a->before, &b->before) &&
           value_equal(&a->after, &b->after);
}

bool resolving_equal(const struct resolving *a, const struct resolving *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct resolution *x = &a->rows[i], *y = &b->rows[i];
        if (x->id != y->id || x->state != y->state || x->write_count != y->write_count)
            return false;
        for (size_t w = 0; w < x->write_count; w++)
            if (!is_same_write(&x->writes[w], &y->writes[w]))
                return false;
    }
    return true;
}

void resolving_foresee(const struct resolving *resolving, struct journal *journal)
{
    for (size_t i = 0; i < resolving->count; i++)
        journal_foresee(journal, resolving->rows[i].id, resolving->rows[i].state);
}

static void print_place(const struct place *place, struct text *text)
{
    char label[PLACE_NAME_SIZE + 32];
    place_label(place, label);
    text_safe(text, label, strlen(label));
}

/* Returns the reason why no value is restored, or "" if values are restored. */
static const char *unwritten_words(const struct resolution *resolution)
{
    if (resolution->state == ENTRY_DONE)
        return "the new values are in the registry, so the change counts as done";
    if (resolution->state != ENTRY_ROLLED_BACK)
        return "another program has changed a value since, so nothing is restored";
    return resolution->write_count
               ? ""
               : "the previous values are in the registry, so the change counts as rolled back";
}

void resolution_words(const struct resolution *resolution, struct text *text)
{
    const char *unwritten = unwritten_words(resolution);

    text_puts(text, unwritten);
    if (*unwritten)
        return;
    for (size_t i = 0; i < resolution->write_count; i++) {
        const struct place *place = &resolution->writes[i].place;

        text_puts(text, i ? ", " : "");
        /* Any other name could look like part of the sentence. */
        if (setting_of_place(place) || place->kind != PLACE_REGISTRY || !*place->name)
            print_place(place, text);
        else
            text_quote(text, place->name);
        text_puts(text, " is restored to ");
        value_print(&resolution->writes[i].after, text);
    }
    text_puts(text, ", so the change counts as rolled back");
}

void resolution_summary(const struct resolution *resolution, struct text *text)
{
    const char *unwritten = unwritten_words(resolution);

    text_puts(text, unwritten);
    if (!*unwritten)
        text_printf(text, "%zu value%s restored, so the change counts as rolled back",
                    resolution->write_count, resolution->write_count == 1 ? " is" : "s are");
}

void resolving_print(const struct resolving *resolving, unsigned width, struct text *text)
{
    for (size_t i = 0; i < resolving->count; i++) {
        const struct resolution *row = &resolving->rows[i];
        struct text line;
        if (i == 0)
            text_puts(text, "  Resolved first\n");
        text_init(&line);
        text_printf(&line, "Change %llu (%s) was interrupted: ", (unsigned long long)row->id,
                    row->command);
        resolution_words(row, &line);
        text_puts(&line, ".");
        text_wrap_labelled(text, "    ! ", text_string(&line), width, 6);
        text->is_broken |= line.is_broken;
        text_release(&line);
        for (size_t w = 0; w < row->write_count; w++) {
            struct text label;
            text_init(&line);
            text_init(&label);
            text_puts(&label, "      ");
            print_place(&row->writes[w].place, &label);
            text_puts(&label, "  ");
            value_print(&row->writes[w].before, &line);
            text_puts(&line, " -> ");
            value_print(&row->writes[w].after, &line);
            text_wrap_labelled(text, text_string(&label), text_string(&line), width, 10);
            text->is_broken |= line.is_broken | label.is_broken;
            text_release(&label);
            text_release(&line);
        }
    }
    if (resolving->count)
        text_puts(text, "\n");
}
