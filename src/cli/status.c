#include <stdio.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "cli/frame/fail_above.h"
#include "cli/frame/gauge.h"
#include "cli/frame/survey_notes.h"
#include "cli/frame/title.h"
#include "core/diagnosis/advice.h"
#include "core/state/blind_spots.h"

enum { OPTION_FAIL_ABOVE = OPTION_OWN };

/* ---- ranges ----------------------------------------------------------- */

/* The values start at this column, after two columns of labels. */
enum { FIGURES_COLUMN = 27 };

/* Prints a label and its values. On a narrow screen the label gets its own line. */
static void print_figures(struct output *output, const char *label, const char *words)
{
    if (output->width >= 2 * FIGURES_COLUMN) {
        output_labelled(output, label, words, FIGURES_COLUMN);
        return;
    }
    if (*label)
        output_printf(output, "%s\n", label);
    output_paragraph(output, GAUGE_COLUMN, "%s", words);
}

static void describe_running(const struct survey *survey, int p, int f, struct text *line)
{
    const struct running_range *running = &survey->running[p][f];
    char count[NUMBER_SIZE];

    if (!running->is_known) {
        text_printf(line, "unknown: %s", running->why);
        return;
    }
    text_printf(line, "%u-%u (%s ports), ", (unsigned)running->range.start,
                (unsigned)range_end(running->range), number_string(count, running->range.count));
    if (running->source != RANGE_SOURCE_RULE)
        text_puts(line, running->source == RANGE_SOURCE_WMI ? "read from WMI" : "read from netsh");
    else if (survey->is_at_boot_doubtful)
        text_puts(line, "calculated; wrong if MaxUserPort has changed since Windows started");
    else if (survey->at_boot.kind == VALUE_ABSENT)
        text_puts(line, "Windows default (calculated)");
    else
        text_printf(line, "calculated (%s)", confidence_name(survey->running_confidence[p][f]));
}

static void describe_predicted(const struct survey *survey, int p, int f, struct text *line)
{
    const struct prediction *predicted = &survey->predicted[p][f];
    const struct running_range *running = &survey->running[p][f];
    char count[NUMBER_SIZE], gain[NUMBER_SIZE];
    bool is_more = predicted->range.count > running->range.count;

    if (!predicted->is_known) {
        text_printf(line, "unknown: %s", predicted->source);
        return;
    }
    text_printf(line, "%u-%u after a restart: ", (unsigned)predicted->range.start,
                (unsigned)range_end(predicted->range));
    if (running->is_known && range_equal(predicted->range, running->range)) {
        text_puts(line, "no change");
        return;
    }
    text_printf(line, "%s ports", number_string(count, predicted->range.count));
    if (running->is_known)
        text_printf(line, ", %s %s",
                    number_string(gain, is_more ? predicted->range.count - running->range.count
                                                : running->range.count - predicted->range.count),
                    is_more ? "more" : "FEWER");
    text_printf(line, " (%s)", confidence_name(predicted->confidence));
}

static bool text_equal(const struct text *a, const struct text *b)
{
    return strcmp(text_string(a), text_string(b)) == 0;
}

/* Prints the ranges. Prints only one line for equal ranges: for all four, for both families of a
 * protocol, or for both protocols. */
static void print_ranges(struct output *output, const struct survey *survey, const char *label,
                         void (*describe)(const struct survey *, int, int, struct text *))
{
    struct text lines[PROTOCOL_COUNT][FAMILY_COUNT];
    bool is_same_for_protocols, is_same_for_families, is_all_same;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            text_init(&lines[p][f]);
            describe(survey, p, f, &lines[p][f]);
        }
    is_same_for_protocols =
        text_equal(&lines[0][0], &lines[1][0]) && text_equal(&lines[0][1], &lines[1][1]);
    is_same_for_families =
        text_equal(&lines[0][0], &lines[0][1]) && text_equal(&lines[1][0], &lines[1][1]);
    is_all_same = is_same_for_protocols && is_same_for_families;
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++) {
            bool has_one_line = !is_same_for_protocols &&
                                text_equal(&lines[p][FAMILY_IPV4], &lines[p][FAMILY_IPV6]);
            struct text words;

            if ((p && is_same_for_protocols) || (f && (is_all_same || has_one_line)))
                continue;
            text_init(&words);
            if (!is_same_for_protocols)
                text_printf(&words, "%s ", protocol_name((enum protocol)p));
            if (!is_all_same && !has_one_line)
                text_printf(&words, "%s ", family_name((enum family)f));
            text_puts(&words, text_string(&lines[p][f]));
            print_figures(output, label, text_string(&words));
            text_release(&words);
            label = "";
        }
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            text_release(&lines[p][f]);
}

/* Prints the stored value of a setting. topic: label of the setting; "" if the line above already
 * has this label. */
static void print_stored(struct output *output, const struct survey *survey, const char *topic,
                         size_t index)
{
    const struct setting *setting = setting_at(index);
    const struct value *stored = &survey->stored[index];
    char label[FIGURES_COLUMN];
    struct text line;

    snprintf(label, sizeof label, "  %-14.14s stored", topic);

    text_init(&line);
    text_printf(&line, "%s ", setting->name);
    if (!survey->is_stored_known[index]) {
        text_printf(&line, "could not be read: %s", survey->stored_fault[index].text);
    } else if (stored->kind == VALUE_ABSENT) {
        text_puts(&line, "is not set (");
        setting_default_print(setting, &survey->os, &line);
        text_puts(&line, ")");
    } else {
        text_puts(&line, "= ");
        value_print(stored, &line);
        if (!setting_accepts(setting, &survey->os, stored))
            text_puts(&line, " - not a documented value; its effect is unknown.");
    }
    print_figures(output, label, text_string(&line));
    text_release(&line);
}

/* ---- the screen ------------------------------------------------------- */

static void print_title(struct output *output, const struct survey *survey)
{
    struct text os;

    text_init(&os);
    os_print(&survey->os, &os);
    output_title(output, survey, text_string(&os), "");
    output_puts(output, "\n");
    output->has_failed |= os.is_broken;
    text_release(&os);
}

static void print_contradiction(struct output *output, const struct survey *survey, size_t index)
{
    const struct journal_entry *entry = &survey->journal.entries[survey->contradicted[index] - 1];

    output_paragraph(output, 2,
                     "! Change %llu is no longer in effect: %s has changed since. Another program "
                     "has written to the registry, or Windows lost the change in a crash. For "
                     "details, run maxport history %llu.",
                     (unsigned long long)entry->id, setting_at(index)->name,
                     (unsigned long long)entry->id);
}

static void print_troubles(struct output *output, const struct survey *survey)
{
    const struct journal_entry *open = journal_open_entry(&survey->journal);

    output_style(output, STYLE_WARNING);
    if (open)
        output_paragraph(output, 2,
                         "! Change %llu (%s) was %s. For details, run maxport history %llu. The "
                         "next set or undo resolves the change.",
                         (unsigned long long)open->id, open->command,
                         open->state == ENTRY_OPEN ? "interrupted and is unresolved"
                                                   : "only partly rolled back",
                         (unsigned long long)open->id);
    for (size_t i = 0; i < setting_count; i++)
        if (survey->contradicted[i])
            print_contradiction(output, survey, i);
    if (*survey->store_trouble)
        output_paragraph(output, 2, "! The store was not read: %s", survey->store_trouble);
    if (survey->is_journal_behind)
        output_paragraph(output, 2, "! %s", survey_behind_words);
    output_style(output, STYLE_NORMAL);
}

/* Suggests more ports only if the ports are scarce and the step would provide more. */
static void suggest_more_ports(struct output *output, size_t *count, const struct survey *survey)
{
    enum protocol protocol = survey->verdict.protocol;
    enum family family = survey->verdict.family;
    struct port_range wider = advice_wider_range(survey, protocol, family);
    const struct running_range *running = &survey->running[protocol][family];
    struct value highest = value_number(MAX_USER_PORT_MAXIMUM);
    char command[RANGE_COMMAND_SIZE], preview[RANGE_COMMAND_SIZE + 16];
    struct prediction prediction;

    if (wider.count) {
        snprintf(preview, sizeof preview, "%s --dry-run",
                 range_command(command, wider, protocol, family));
        output_suggestion(output, count, preview, "preview a larger range, without a restart");
    }
    if (!survey->is_stored_known[SETTING_MAX_USER_PORT] || !running->is_known ||
        value_equal(&survey->stored[SETTING_MAX_USER_PORT], &highest))
        return;
    survey_predict(survey, protocol, family, &highest, &prediction);
    if (prediction.is_known && prediction.range.count > running->range.count)
        output_suggestion(output, count, "maxport set 65534 --dry-run",
                          "preview a larger range after a restart");
}

static void print_next(struct output *output, const struct survey *survey)
{
    enum verdict_kind kind = survey->verdict.kind;
    bool is_scarce = kind == VERDICT_FILLING || kind == VERDICT_NEARLY_FULL || kind == VERDICT_FULL;
    size_t count = 0;

    output_suggestion(output, &count, "maxport why",
                      kind == VERDICT_HEALTHY ? "diagnose, if programs fail anyway"
                                              : "find the cause and the remedies");
    if (is_scarce)
        suggest_more_ports(output, &count, survey);
    if (survey_restart_is_pending(survey))
        output_suggestion(output, &count, "maxport verify", "check the result after the restart");
    if (is_scarce && survey->verdict.is_mostly_time_wait)
        output_suggestion(output, &count, "maxport ports --by remote",
                          "list ports by remote endpoint");
    else
        output_suggestion(output, &count, "maxport ports", "list ports by process");
    if (survey->is_stored_known[SETTING_MAX_USER_PORT] &&
        !setting_accepts(setting_at(SETTING_MAX_USER_PORT), &survey->os,
                         &survey->stored[SETTING_MAX_USER_PORT]))
        output_suggestion(output, &count, "maxport reset --dry-run", "preview deleting this value");
    else if (journal_newest_undoable(&survey->journal))
        output_suggestion(output, &count, "maxport undo --dry-run",
                          "preview undoing the last change");
}

static void print_screen(struct output *output, const struct survey *survey)
{
    print_title(output, survey);
    if (survey->has_usage)
        for (int p = 0; p < PROTOCOL_COUNT; p++)
            output_gauge(output, &survey->usage[p]);
    else
        output_paragraph(output, 2, "Use unknown: %s", survey->usage_fault.text);
    output_puts(output, "\n");
    print_ranges(output, survey, "  Dynamic range  running", describe_running);
    print_stored(output, survey, "", SETTING_MAX_USER_PORT);
    print_ranges(output, survey, "                 predicted", describe_predicted);
    for (size_t i = 0; i < setting_count; i++)
        if (i != SETTING_MAX_USER_PORT)
            print_stored(output, survey, setting_at(i)->topic, i);
    output_puts(output, "\n");
    if (survey_notes_print(output, survey, NULL))
        output_puts(output, "\n");
    print_troubles(output, survey);
    output_verdict(output, &survey->verdict);
    if (survey->has_usage && !survey->has_bound)
        output_paragraph(output, 2, "%s", blind_bound_words);
    if (survey_restart_is_pending(survey))
        output_paragraph(output, 2, "%s", survey_restart_words);
    print_next(output, survey);
}

static json_t *make_running(const struct survey *survey, int p, int f)
{
    const struct running_range *running = &survey->running[p][f];
    json_t *result = running->is_known ? document_range(running->range)
                                       : json_pack("{s:n, s:n}", "start", "count");

    json_object_set_new(result, "source", json_string(range_source_key(running->source)));
    json_object_set_new(result, "confidence",
                        json_string(confidence_name(survey->running_confidence[p][f])));
    json_object_set_new(
        result, "why",
        document_text(running->is_known ? survey->running_note[p][f] : running->why));
    json_object_set_new(result, "not_read_because",
                        running->source == RANGE_SOURCE_RULE && *running->why
                            ? document_text(running->why)
                            : json_null());
    return result;
}

static json_t *make_settings(const struct survey *survey)
{
    json_t *settings = json_object();

    for (size_t i = 0; i < setting_count; i++) {
        const struct setting *setting = setting_at(i);
        uint32_t minimum, maximum;

        setting_bounds(setting, &survey->os, &minimum, &maximum);
        json_object_set_new(
            settings, setting->name,
            json_pack("{s:o, s:b, s:b, s:I, s:I}", "stored", document_value(&survey->stored[i]),
                      "is_known", survey->is_stored_known[i], "is_documented",
                      survey->is_stored_known[i] &&
                          setting_accepts(setting, &survey->os, &survey->stored[i]),
                      "minimum", (json_int_t)minimum, "maximum", (json_int_t)maximum));
    }
    return settings;
}

static json_t *make_contradicted(const struct survey *survey)
{
    json_t *ids = json_array();

    for (size_t i = 0; i < setting_count; i++)
        if (survey->contradicted[i])
            json_array_append_new(
                ids,
                json_integer((json_int_t)survey->journal.entries[survey->contradicted[i] - 1].id));
    return ids;
}

static json_t *make_document(const struct invocation *invocation, const struct survey *survey)
{
    const struct journal_entry *open = journal_open_entry(&survey->journal);
    json_t *document = command_document(invocation);
    json_t *ranges = json_object();
    json_t *predicted = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *now = json_object();
        json_t *later = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++) {
            json_object_set_new(now, family_key((enum family)f), make_running(survey, p, f));
            json_object_set_new(later, family_key((enum family)f),
                                document_prediction(&survey->predicted[p][f]));
        }
        json_object_set_new(ranges, protocol_key((enum protocol)p), now);
        json_object_set_new(predicted, protocol_key((enum protocol)p), later);
    }
    json_object_set_new(document, "time", document_time(survey->taken_ms));
    json_object_set_new(document, "computer", document_text(survey->identity.computer));
    json_object_set_new(document, "windows", document_os(&survey->os));
    json_object_set_new(document, "settings", make_settings(survey));
    json_object_set_new(document, "ranges", ranges);
    json_object_set_new(document, "predicted", predicted);
    json_object_set_new(document, "notes", survey_notes_document(survey));
    json_object_set_new(document, "is_restart_pending",
                        json_boolean(survey_restart_is_pending(survey)));
    json_object_set_new(document, "usage", document_usage(survey));
    json_object_set_new(document, "shows_bound", json_boolean(survey->has_bound));
    json_object_set_new(document, "verdict",
                        json_pack("{s:s, s:s}", "kind", verdict_name(survey->verdict.kind), "text",
                                  survey->verdict.sentence));
    json_object_set_new(document, "open_change",
                        open ? json_integer((json_int_t)open->id) : json_null());
    json_object_set_new(document, "contradicted_changes", make_contradicted(survey));
    json_object_set_new(document, "store_trouble",
                        *survey->store_trouble ? document_text(survey->store_trouble)
                                               : json_null());
    json_object_set_new(document, "is_journal_behind", json_boolean(survey->is_journal_behind));
    return document;
}

static bool run_status(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    const char *limit = invocation->option[OPTION_FAIL_ABOVE];
    struct survey survey;
    unsigned percent;
    bool is_done = true;

    if (!fail_above_parse(limit, &percent, fault) ||
        !survey_take(invocation->machine,
                     SURVEY_RANGES | SURVEY_USAGE | SURVEY_RECENT | SURVEY_MISPLACED, &survey,
                     fault))
        return false;
    if (output->is_json)
        is_done = output_json(output, make_document(invocation, &survey), fault);
    else
        print_screen(output, &survey);
    fail_above_apply(invocation, &survey, limit, percent);
    survey_release(&survey);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_FAIL_ABOVE] = FAIL_ABOVE_OPTION,
    {NULL, NULL, NULL, false},
};

const struct command command_status = {
    .name = "status",
    .summary = "show port use and settings of this machine",
    .arguments = "",
    .examples = "maxport|same as maxport status\n"
                "maxport status --json|print data for scripts and monitoring\n"
                "maxport status --fail-above 80|exit with 7 if more than 80 % of the ports are in "
                "use\n",
    .details = "Ports in use are distinct local ports inside the running range, including "
               "listeners; a port with a thousand connections counts once. Each port counts under "
               "its most significant state: listening first, then the states in which a program "
               "still uses the port. It counts under TIME_WAIT only if no program uses it. The bar "
               "and the verdict describe IPv4 or IPv6, whichever is fuller.\n"
               "\"stored\" is the value in the registry, \"running\" is the range in effect now, "
               "and \"predicted\" is the range after a restart. \"calculated\" means that Windows "
               "did not report the range, so maxport derived it from the rules for this Windows. "
               "A note names a setting that deserves attention even while ports are free.\n"
               "The confidence of a statement is documented (by Microsoft), measured (by a third "
               "party), inferred (from these), rule of thumb (of a vendor), or unknown.\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .run = run_status,
};
