#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "cli/frame/survey_notes.h"
#include "cli/frame/use_line.h"
#include "core/state/survey.h"

enum answer {
    ANSWER_NOTHING,     /* no change to verify */
    ANSWER_OVERWRITTEN, /* the registry no longer contains what the change wrote */
    ANSWER_PENDING,     /* Windows has not been restarted after the change */
    ANSWER_IN_FORCE,    /* Windows was started with the value that this change restored */
    ANSWER_RESUMED,     /* Windows was shut down, but resumed the old kernel session */
    ANSWER_HONOURED,
    ANSWER_NOT_HONOURED,
    ANSWER_NO_EFFECT, /* Windows was restarted with this MaxUserPort and uses its default range */
    ANSWER_UNKNOWN,   /* there was no prediction, the running range could not be read, or it is
                         unknown whether Windows was restarted */
};

static const char *answer_key(enum answer answer)
{
    static const char *const keys[] = {"nothing",      "overwritten", "pending",
                                       "in_force",     "resumed",     "honoured",
                                       "not_honoured", "no_effect",   "unknown"};

    return keys[answer];
}

/* Returns the newest change in effect that wrote MaxUserPort. If there is none, returns the newest
 * change in effect. */
static const struct journal_entry *entry_to_verify(const struct journal *journal)
{
    const struct journal_entry *any = NULL;
    struct place place = setting_place(setting_at(SETTING_MAX_USER_PORT));

    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];

        if (entry->state != ENTRY_DONE || entry->is_undone)
            continue;
        for (size_t s = 0; s < entry->step_count; s++)
            if (place_equal(&entry->steps[s].place, &place))
                return entry;
        if (!any)
            any = entry;
    }
    return any;
}

/* Returns the last value that maxport wrote to a place. A change after the verified change may also
 * have written to this place. */
static const struct value *last_left(const struct journal *journal, const struct place *place)
{
    for (size_t i = journal->count; i > 0; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];

        for (size_t s = 0; entry->state == ENTRY_DONE && s < entry->step_count; s++)
            if (place_equal(&entry->steps[s].place, place))
                return &entry->steps[s].after;
    }
    return NULL;
}

static bool is_failure(enum answer answer)
{
    return answer == ANSWER_OVERWRITTEN || answer == ANSWER_NOT_HONOURED ||
           answer == ANSWER_NO_EFFECT;
}

static bool registry_moved_on(const struct survey *survey, const struct journal_entry *entry)
{
    for (size_t s = 0; s < entry->step_count; s++) {
        const struct place *place = &entry->steps[s].place;
        const struct setting *setting = setting_of_place(place);
        size_t index;

        if (!setting)
            continue;
        index = setting_index(setting);
        if (survey->is_stored_known[index] &&
            !value_equal(&survey->stored[index], last_left(&survey->journal, place)))
            return true;
    }
    return false;
}

/* Returns whether the change was meant to move this range. According to the rules, a MaxUserPort
 * moves only some of the ranges. */
static bool is_meant(const struct survey *survey, const struct journal_entry *entry, int p, int f)
{
    struct place place = setting_place(setting_at(SETTING_MAX_USER_PORT));

    for (size_t s = 0; s < entry->step_count; s++) {
        const struct step *step = &entry->steps[s];
        struct prediction before, after;

        if (step->place.kind == PLACE_RANGE && step->place.protocol == (enum protocol)p &&
            step->place.family == (enum family)f)
            return true;
        if (!place_equal(&step->place, &place))
            continue;
        range_predict(&survey->os, (enum protocol)p, (enum family)f, &step->before, &before);
        range_predict(&survey->os, (enum protocol)p, (enum family)f, &step->after, &after);
        if (!before.is_known || !after.is_known || !range_equal(before.range, after.range))
            return true;
    }
    return false;
}

/* Returns whether Windows reports this range and the change has a prediction for it. A calculated
 * range comes from the same rules as the prediction, so it proves nothing. */
static bool is_comparable(const struct survey *survey, const struct journal_entry *entry, int p,
                          int f)
{
    const struct running_range *running = &survey->running[p][f];

    return entry->predicted[p][f].count && running->is_known &&
           running->source != RANGE_SOURCE_RULE;
}

static bool is_as_predicted(const struct survey *survey, const struct journal_entry *entry, int p,
                            int f)
{
    return range_equal(survey->running[p][f].range, entry->predicted[p][f]);
}

/* The answer depends only on the ranges that the change was meant to move, if there are any. */
static enum answer compare_ranges(const struct survey *survey, const struct journal_entry *entry)
{
    enum answer meant = ANSWER_UNKNOWN, all = ANSWER_UNKNOWN;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            enum answer answer;

            if (!is_comparable(survey, entry, p, f))
                continue;
            answer = survey_ignores_max_user_port(survey, (enum protocol)p, (enum family)f)
                         ? ANSWER_NO_EFFECT
                     : is_as_predicted(survey, entry, p, f) ? ANSWER_HONOURED
                                                            : ANSWER_NOT_HONOURED;
            if (all == ANSWER_UNKNOWN || all == ANSWER_HONOURED)
                all = answer;
            if (is_meant(survey, entry, p, f) &&
                (meant == ANSWER_UNKNOWN || meant == ANSWER_HONOURED))
                meant = answer;
        }
    return meant == ANSWER_UNKNOWN ? all : meant;
}

/* Returns whether Windows was started with the values that this change restored. This happens if
 * the change undid another change before Windows was restarted. */
static bool is_in_force(const struct survey *survey, const struct journal_entry *entry)
{
    for (size_t s = 0; s < entry->step_count; s++)
        if (!survey_started_with(survey, &entry->steps[s]))
            return false;
    return entry->step_count > 0;
}

/* Returns whether the last start resumed the old kernel session. May take seconds, so call this
 * function only if needed. */
static bool was_resumed(const struct machine *machine, const struct survey *survey)
{
    struct boot boot = survey->boot;

    return machine->clock.resume(machine->clock.context, &boot) && boot.was_resumed;
}

static enum answer evaluate(const struct machine *machine, const struct survey *survey,
                            const struct journal_entry *entry)
{
    if (!entry)
        return ANSWER_NOTHING;
    if (registry_moved_on(survey, entry))
        return ANSWER_OVERWRITTEN;
    if (entry->step_count && entry->steps[0].place.kind == PLACE_RANGE)
        return compare_ranges(survey, entry); /* a range is in effect immediately */
    if (!entry->is_boot_known || !survey->is_boot_known)
        return ANSWER_UNKNOWN;
    if (boot_equal(&entry->boot, &survey->boot))
        return is_in_force(survey, entry)     ? ANSWER_IN_FORCE
               : was_resumed(machine, survey) ? ANSWER_RESUMED
                                              : ANSWER_PENDING;
    return compare_ranges(survey, entry);
}

static const char *explain(enum answer answer)
{
    switch (answer) {
    case ANSWER_NOTHING:
        return "There is no change to verify.";
    case ANSWER_OVERWRITTEN:
        return "The change is no longer in effect: another program, a Group Policy preference or a "
               "restore has written to the registry since, or Windows lost the change in a crash.";
    case ANSWER_PENDING:
        return "A restart is pending: Windows has not been restarted since the change, so the "
               "change is not in effect yet. Restart Windows, then verify again.";
    case ANSWER_IN_FORCE:
        return "No restart is needed: Windows was started with the value that this change "
               "restored.";
    case ANSWER_RESUMED:
        return "A restart is pending: Windows was shut down and started again, but Fast Startup "
               "resumed the old kernel session. Select Restart, not Shut down, then verify again.";
    case ANSWER_HONOURED:
        return "Windows uses the predicted range.";
    case ANSWER_NOT_HONOURED:
        return "Windows does not use the predicted range.";
    case ANSWER_NO_EFFECT:
        return "Windows was restarted with this MaxUserPort and uses its default range: "
               "MaxUserPort has no effect on this machine. To change the range, use maxport range "
               "set. To remove the value, use maxport undo.";
    case ANSWER_UNKNOWN:
        break;
    }
    return "Cannot determine whether Windows applied the change: there was no prediction, Windows "
           "does not report its running range, or it is unknown whether Windows was restarted.";
}

static void append_range(struct text *text, const char *label, struct port_range range)
{
    if (range.count)
        text_printf(text, "%s %u-%u", label, (unsigned)range.start, (unsigned)range_end(range));
    else
        text_printf(text, "%s unknown", label);
}

static void print_ranges(struct output *output, const struct survey *survey,
                         const struct journal_entry *entry, enum answer answer)
{
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct running_range *running = &survey->running[p][f];
            struct port_range none = {0, 0};
            struct text label, line;

            text_init(&label);
            text_init(&line);
            text_printf(&label, "  %s %s", protocol_name((enum protocol)p),
                        family_name((enum family)f));
            if (answer >= ANSWER_HONOURED && is_comparable(survey, entry, p, f) &&
                is_as_predicted(survey, entry, p, f)) {
                text_printf(&line, "%u-%u as predicted", (unsigned)running->range.start,
                            (unsigned)range_end(running->range));
            } else {
                append_range(&line, "predicted", entry->predicted[p][f]);
                append_range(&line, ", running", running->is_known ? running->range : none);
            }
            if (running->is_known)
                text_printf(&line, " (%s)", range_source_words(running->source));
            output_labelled(output, text_string(&label), text_string(&line), 12);
            text_release(&label);
            text_release(&line);
        }
}

static void print_text(struct output *output, const struct survey *survey,
                       const struct journal_entry *entry, enum answer answer)
{
    char time[TIME_SIZE];

    if (entry)
        output_printf(output, "Change %llu (%s, %s)\n\n", (unsigned long long)entry->id,
                      entry->command,
                      time_local_string(time, entry->started_ms, survey->offset_seconds));
    output_style(output, is_failure(answer) ? STYLE_BAD : STYLE_NORMAL);
    output_paragraph(output, entry ? 2 : 0, "%s", explain(answer));
    output_style(output, STYLE_NORMAL);
    if (entry)
        output_puts(output, "\n");
    if (survey_notes_print(output, survey, "slip") && entry)
        output_puts(output, "\n");
    if (!entry)
        return;
    if (answer != ANSWER_OVERWRITTEN)
        print_ranges(output, survey, entry, answer);
    output_puts(output, "\n");
    output_use(output, "  Use before the change", 25, entry->use_before);
    output_use(output, "  Use after the change", 25, entry->use_after);
    output_use(output, "  Use now", 25, survey_use(survey));
}

static json_t *make_document(const struct invocation *invocation, const struct survey *survey,
                             const struct journal_entry *entry, enum answer answer)
{
    json_t *document = command_document(invocation);
    json_t *ranges = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++) {
            const struct running_range *running = &survey->running[p][f];
            struct port_range none = {0, 0};

            json_object_set_new(families, family_key((enum family)f),
                                json_pack("{s:o, s:o, s:s}", "predicted",
                                          document_range(entry ? entry->predicted[p][f] : none),
                                          "running",
                                          document_range(running->is_known ? running->range : none),
                                          "source", range_source_key(running->source)));
        }
        json_object_set_new(ranges, protocol_key((enum protocol)p), families);
    }
    json_object_set_new(document, "answer", json_string(answer_key(answer)));
    json_object_set_new(document, "text", json_string(explain(answer)));
    json_object_set_new(document, "change", entry ? document_entry(entry, survey) : json_null());
    json_object_set_new(document, "ranges", ranges);
    json_object_set_new(document, "usage", document_usage(survey));
    return document;
}

static bool run_verify(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    const struct journal_entry *entry;
    struct survey survey;
    enum answer answer;
    bool is_done = true;

    if (!survey_take(invocation->machine, SURVEY_RANGES | SURVEY_USAGE, &survey, fault))
        return false;
    if (*survey.store_trouble) {
        is_done = fault_set(fault, FAULT_FAILED, 0, "%s", survey.store_trouble);
        survey_release(&survey);
        return is_done;
    }
    entry = entry_to_verify(&survey.journal);
    answer = evaluate(invocation->machine, &survey, entry);
    if (output->is_json)
        is_done = output_json(output, make_document(invocation, &survey, entry, answer), fault);
    else
        print_text(output, &survey, entry, answer);
    /* A script can read the exit code instead of the text. */
    invocation->exit_code = is_failure(answer);
    survey_release(&survey);
    return is_done;
}

const struct command command_verify = {
    .name = "verify",
    .summary = "check after a restart whether Windows applied a change, and whether it helped",
    .arguments = "",
    .examples = "maxport verify|check the newest change in effect\n"
                "maxport verify --json|print the result as \"answer\", for example honoured or "
                "pending\n",
    .details = "Compares the running range with the range that was predicted when the change was "
               "made, and use now with use before the change. Only a new kernel session counts as "
               "a restart; Shut down with Fast Startup does not.\n"
               "The exit code is 1 if a range that the change was meant to move differs from the "
               "prediction, or if the registry no longer contains what the change wrote.\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .run = run_verify,
};
