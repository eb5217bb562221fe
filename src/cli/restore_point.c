#include "core/system/restore_point.h"

#include <string.h>

#include "cli/frame/apply_flow.h"
#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "core/base/quote.h"
#include "core/change/change.h"
#include "core/state/survey.h"

/* Checks that this Windows is a client with System Restore. */
static bool check_system(const struct machine *machine, struct os_version *os, struct fault *fault)
{
    if (!machine->os_version.read(machine->os_version.context, os, fault))
        return false;
    if (os_is_server(os))
        return fault_set(
            fault, FAULT_UNAVAILABLE, 0,
            "Windows Server has no System Restore. To back up the registry key, use maxport "
            "backup; every maxport change also makes a backup.");
    return machine->restore_points.make ||
           fault_set(fault, FAULT_UNAVAILABLE, 0,
                     "This Windows has no System Restore. To back up the registry key, use maxport "
                     "backup; every maxport change also makes a backup.");
}

static bool list(const struct machine *machine, struct restore_points *points, struct fault *fault)
{
    const struct restore_point_source *source = &machine->restore_points;

    restore_points_init(points);
    return source->list(source->context, points, fault);
}

/* Types from the SDK (RESTOREPOINTINFO, dwRestorePtType); 6 and 7 from srrestoreptapi.h. */
static const struct {
    uint32_t type;
    const char *key; /* JSON key */
    const char *words;
} types[] = {
    {0, "application_install", "a program was installed"},
    {1, "application_uninstall", "a program was removed"},
    {6, "restore", "before returning to a restore point"},
    {7, "checkpoint", "scheduled"},
    {10, "device_driver_install", "a driver was installed"},
    {12, "modify_settings", "settings were changed"},
    {13, "cancelled_operation", "cancelled"},
};

enum { TYPE_COUNT = sizeof types / sizeof *types };

static size_t find_type(uint32_t type)
{
    size_t i = 0;

    while (i < TYPE_COUNT && types[i].type != type)
        i++;
    return i;
}

static const char *local_time(const struct machine *machine, int64_t unix_ms,
                              char buffer[TIME_SIZE])
{
    if (!unix_ms)
        return "unknown time";
    return time_local_string(buffer, unix_ms,
                             machine->clock.offset_seconds(machine->clock.context, unix_ms));
}

/* ---- list ------------------------------------------------------------- */

static void print_point(struct invocation *invocation, const struct restore_point *point,
                        bool is_newest)
{
    struct output *output = &invocation->output;
    size_t type = find_type(point->type);
    char time[TIME_SIZE];
    struct text line;

    output_style(output, STYLE_STRONG);
    output_printf(output, "%7lu", (unsigned long)point->sequence);
    output_style(output, STYLE_NORMAL);
    output_printf(output, "  %s%s\n", local_time(invocation->machine, point->created_ms, time),
                  is_newest ? "  newest" : "");
    text_init(&line);
    if (type < TYPE_COUNT)
        text_puts(&line, types[type].words);
    else
        text_printf(&line, "type %lu", (unsigned long)point->type);
    if (*point->description) {
        text_puts(&line, ": ");
        text_quote(&line, point->description);
    }
    output_labelled(output, "       ", text_string(&line), 9);
    output->has_failed |= line.is_broken;
    text_release(&line);
}

static json_t *make_point(const struct restore_point *point, bool is_newest)
{
    size_t type = find_type(point->type);

    return json_pack("{s:I, s:o, s:I, s:o, s:o, s:b}", "sequence", (json_int_t)point->sequence,
                     "created", document_time(point->created_ms), "type", (json_int_t)point->type,
                     "type_name", type < TYPE_COUNT ? json_string(types[type].key) : json_null(),
                     "description", document_text(point->description), "is_newest", is_newest);
}

static bool print_list(struct invocation *invocation, const struct restore_points *points,
                       struct fault *fault)
{
    struct output *output = &invocation->output;
    json_t *document, *rows;

    if (!output->is_json) {
        if (!points->count)
            output_paragraph(output, 0,
                             "There is no restore point: Windows has not created one yet, or "
                             "System Restore is off.");
        for (size_t i = points->count; i > 0; i--)
            print_point(invocation, &points->rows[i - 1], i == points->count);
        return true;
    }
    document = command_document(invocation);
    rows = json_array();
    for (size_t i = points->count; i > 0; i--)
        if (json_array_append_new(rows, make_point(&points->rows[i - 1], i == points->count)) !=
            0) {
            json_decref(document);
            json_decref(rows);
            return fault_no_memory(fault);
        }
    if (json_object_set_new(document, "points", rows) != 0) {
        json_decref(document);
        document = NULL;
    }
    return output_json(output, document, fault);
}

static bool run_list(struct invocation *invocation, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct restore_points points;
    struct os_version os;
    bool is_done;

    if (!check_system(machine, &os, fault) || !list(machine, &points, fault))
        return false;
    is_done = print_list(invocation, &points, fault);
    restore_points_release(&points);
    return is_done;
}

const struct command command_restore_point_list = {
    .name = "restore-point list",
    .summary = "list the restore points of Windows (clients only)",
    .arguments = "",
    .examples = "maxport restore-point list|list all restore points, newest first\n"
                "maxport restore-point|same as maxport restore-point list\n",
    .details = "Only administrators can list restore points (inferred). Windows Server has no "
               "System Restore.\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .run = run_list,
};

/* ---- create ----------------------------------------------------------- */

enum { OPTION_DESCRIPTION = OPTION_OWN };

/* Maximum length of a description in UTF-16 units, without the NUL (SDK, MAX_DESC_W). */
enum { DESCRIPTION_MAX = 255 };

static bool check_description(const char *description, struct fault *fault)
{
    size_t length = strlen(description), units = 0, i = 0;

    while (i < length) {
        uint32_t character;
        size_t bytes = utf8_decode(description + i, length - i, &character);

        if (!bytes || character < ' ' || character == 0x7f)
            return fault_set(fault, FAULT_USAGE, 0,
                             "--description must be one line of text without control characters. "
                             "Nothing was created.");
        units += character >= 0x10000 ? 2 : 1;
        i += bytes;
    }
    if (!length || units > DESCRIPTION_MAX)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--description must have 1 to %d characters. Nothing was created.",
                         DESCRIPTION_MAX);
    return true;
}

static bool run_create(struct invocation *invocation, struct fault *fault)
{
    const struct restore_point_source *source = &invocation->machine->restore_points;
    const char *description = invocation->option[OPTION_DESCRIPTION];
    struct output *output = &invocation->output;
    struct restore_point_result result = {.outcome = RESTORE_POINT_FAILED};
    struct os_version os;
    struct text why;
    bool is_known;

    if (!description)
        description = "maxport restore-point create";
    if (!check_description(description, fault) || !check_system(invocation->machine, &os, fault))
        return false;
    if (!output->is_json)
        output_progress(output, "Creating a System Restore point; this can take several minutes.");
    source->make(source->context, description, &result);
    is_known = result.outcome == RESTORE_POINT_MADE || result.outcome == RESTORE_POINT_REUSED;
    invocation->exit_code = result.outcome == RESTORE_POINT_MADE ? 0 : 1;
    if (output->is_json) {
        json_t *document = command_document(invocation);

        json_object_set_new(document, "outcome",
                            json_string(restore_point_outcome_name(result.outcome)));
        json_object_set_new(document, "sequence",
                            is_known ? json_integer((json_int_t)result.sequence) : json_null());
        json_object_set_new(document, "description", document_text(description));
        json_object_set_new(document, "code", json_integer((json_int_t)result.code));
        json_object_set_new(document, "text", document_text(result.why));
        return output_json(output, document, fault);
    }
    text_init(&why);
    text_safe(&why, result.why, strlen(result.why));
    output_style(output, invocation->exit_code ? STYLE_WARNING : STYLE_GOOD);
    output_paragraph(output, 0, "%s", text_string(&why));
    output_style(output, STYLE_NORMAL);
    text_release(&why);
    return true;
}

static const struct option_row create_options[] = {
    [OPTION_DESCRIPTION] = {"description", "TEXT", "name of the restore point in the list", false},
    {NULL, NULL, NULL, false},
};

const struct command command_restore_point_create = {
    .name = "restore-point create",
    .summary = "create a System Restore point (clients only)",
    .arguments = "[--description TEXT]",
    .examples = "maxport restore-point create|create a restore point; can take several minutes\n"
                "maxport restore-point create --description \"before CHG0815\"|create a restore "
                "point with a name\n",
    .details =
        "Windows 8 and later create at most one restore point in 24 hours, but report success even "
        "if they create none. maxport therefore reads the list before and after, and reports "
        "success only for a new restore point. The exit code is 1 if none was created.\n",
    .flags = COMMAND_ADMINISTRATOR,
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = create_options,
    .run = run_create,
};

/* ---- return ----------------------------------------------------------- */

enum { OPTION_RETURN_YES = OPTION_OWN, OPTION_CONFIRM };

static bool parse_sequence(const char *text, uint32_t *sequence, struct fault *fault)
{
    uint64_t parsed;
    struct text shown;

    if (journal_parse_id(text, &parsed) && parsed >= 1 && parsed <= UINT32_MAX) {
        *sequence = (uint32_t)parsed;
        return true;
    }
    text_init(&shown);
    text_safe(&shown, text, strlen(text));
    fault_set(fault, FAULT_USAGE, 0,
              "A restore point number must be a whole number from 1 to 4294967295, not \"%.80s\". "
              "To list the restore points, run maxport restore-point list. Nothing was changed.",
              text_string(&shown));
    text_release(&shown);
    return false;
}

static bool has_console(const struct invocation *invocation)
{
    const struct screen *screen = &invocation->machine->screen;

    return !invocation->output.is_json && screen->can_ask(screen->context) &&
           screen->is_console(screen->context, SCREEN_OUT);
}

/* Checks --yes and --confirm before any slow call to Windows. */
static bool check_answers(const struct invocation *invocation, uint32_t sequence,
                          struct fault *fault)
{
    const char *confirm = invocation->option[OPTION_CONFIRM];
    uint32_t confirmed = sequence;

    if (confirm && !parse_sequence(confirm, &confirmed, fault))
        return false;
    if (confirmed != sequence)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--confirm %lu does not match restore point %lu. Nothing was changed.",
                         (unsigned long)confirmed, (unsigned long)sequence);
    if ((!confirm || !invocation->option[OPTION_RETURN_YES]) && !has_console(invocation))
        return fault_set(
            fault, FAULT_USAGE, 0,
            "restore-point return asks twice, but it can ask only on a console and without --json. "
            "To run it without questions, add --yes and --confirm %lu. Nothing was changed.",
            (unsigned long)sequence);
    return true;
}

static const struct restore_point *find_point(const struct restore_points *points,
                                              uint32_t sequence)
{
    for (size_t i = 0; i < points->count; i++)
        if (points->rows[i].sequence == sequence)
            return &points->rows[i];
    return NULL;
}

/* Returns whether Windows refuses the restore point because of its age. Windows 11 24H2 with the
 * update of June 2025 (26100.4349) and later versions refuse a restore point older than 60 days
 * (docs/windows.md, "System Restore"). If the revision is unknown, assumes that the update is
 * installed. */
static bool is_too_old(const struct machine *machine, const struct os_version *os,
                       const struct restore_point *point)
{
    static const int64_t limit_ms = INT64_C(60) * 24 * 3600 * 1000;

    bool has_limit = os_at_least(os, 10, 0, 26101) ||
                     (os_at_least(os, 10, 0, 26100) && (!os->revision || os->revision >= 4349));

    return has_limit && point->created_ms &&
           machine->clock.now_ms(machine->clock.context) - point->created_ms > limit_ms;
}

static void explain_undo(struct output *output, const struct survey *survey)
{
    const struct journal_entry *entry = journal_newest_undoable(&survey->journal);
    char time[TIME_SIZE], label[PLACE_NAME_SIZE + 32];
    struct text names;

    if (*survey->store_trouble) {
        output_paragraph(output, 0,
                         "The journal could not be read; for the reason, run maxport history.");
        return;
    }
    if (!entry) {
        output_paragraph(output, 0, "There is no maxport change to undo instead.");
        return;
    }
    text_init(&names);
    for (size_t i = 0; i < entry->step_count; i++) {
        place_label(&entry->steps[i].place, label);
        text_puts(&names, i ? ", " : "");
        text_safe(&names, label, strlen(label));
    }
    output_paragraph(output, 0,
                     "To undo only the last maxport change, %llu (%s, %s: %s), and nothing else, "
                     "run:",
                     (unsigned long long)entry->id, entry->command,
                     time_local_string(time, entry->started_ms, survey->offset_seconds),
                     text_string(&names));
    output_printf(output, "  maxport undo %llu\n", (unsigned long long)entry->id);
    text_release(&names);
}

static void explain(struct invocation *invocation, const struct survey *survey,
                    const struct restore_point *point)
{
    struct output *output = &invocation->output;
    char time[TIME_SIZE];
    struct text description;

    text_init(&description);
    if (*point->description)
        text_quote(&description, point->description);
    else
        text_puts(&description, "no description");
    output_style(output, STYLE_STRONG);
    output_paragraph(output, 0, "Restore point %lu, %s: %s", (unsigned long)point->sequence,
                     local_time(invocation->machine, point->created_ms, time),
                     text_string(&description));
    output_style(output, STYLE_NORMAL);
    text_release(&description);
    output_puts(output, "\n");
    output_paragraph(
        output, 0,
        "Returning to this restore point replaces the whole registry, and the system files that "
        "Windows monitors, with their earlier versions. Every program, driver, update and setting "
        "added since then is lost, for all users. The return affects far more than network "
        "settings. It happens at the next restart, and maxport can neither cancel nor undo it.");
    if (is_too_old(invocation->machine, &survey->os, point))
        output_paragraph(
            output, 0,
            "This restore point is older than 60 days. Windows 11, version 24H2 with the update "
            "of June 2025, and later versions cannot use it.");
    output_puts(output, "\n");
    explain_undo(output, survey);
}

static bool confirm(struct invocation *invocation, uint32_t sequence, struct fault *fault)
{
    char answer[32];
    uint64_t number;

    if (!invocation->option[OPTION_RETURN_YES]) {
        if (!command_ask(invocation,
                         "\n"
                         "Return Windows to this restore point at the next restart? [y/N] ",
                         answer, sizeof answer, fault))
            return false;
        if (ascii_compare(answer, "y") != 0 && ascii_compare(answer, "yes") != 0)
            return fault_set(fault, FAULT_DECLINED, 0, "Not confirmed. Nothing was changed.");
    }
    if (!invocation->option[OPTION_CONFIRM]) {
        if (!command_ask(invocation, "Type the restore point number again: ", answer, sizeof answer,
                         fault))
            return false;
        if (!journal_parse_id(answer, &number) || number != sequence)
            return fault_set(fault, FAULT_DECLINED, 0,
                             "The number does not match. Nothing was changed.");
    }
    return true;
}

static bool report_armed(struct invocation *invocation, uint32_t sequence, uint64_t id,
                         struct fault *fault)
{
    struct output *output = &invocation->output;

    if (output->is_json) {
        json_t *document = command_document(invocation);

        json_object_set_new(document, "id", json_integer((json_int_t)id));
        json_object_set_new(document, "sequence", json_integer((json_int_t)sequence));
        json_object_set_new(document, "armed", json_true());
        json_object_set_new(document, "needs_restart", json_true());
        json_object_set_new(document, "restart_command", json_string("shutdown /r /t 0"));
        return output_json(output, document, fault);
    }
    output_puts(output, "\n");
    output_paragraph(output, 0,
                     "Scheduled: Windows will return to restore point %lu at its next restart. "
                     "Nothing has changed yet. maxport does not restart Windows: save all work "
                     "first, then run",
                     (unsigned long)sequence);
    output_puts(output, "  shutdown /r /t 0\n");
    output_puts(output, "\n");
    output_paragraph(output, 0,
                     "Until then, maxport status shows the scheduled return. maxport cannot cancel "
                     "the return: no source describes how. The return is journal entry %llu.",
                     (unsigned long long)id);
    return true;
}

static bool arm(struct invocation *invocation, const struct restore_point *point,
                struct fault *fault)
{
    struct change change;
    bool is_done;

    change_init(&change, invocation->command->name);
    is_done = change_schedule_return(invocation->machine, point->sequence, &change, fault);
    if (change.state == ENTRY_RETURN) {
        invocation->has_changed = true;
        invocation->needs_restart = true;
        invocation->event = AUDIT_ARMED;
        text_printf(&invocation->told, "restore point %lu (", (unsigned long)point->sequence);
        text_safe(&invocation->told, point->description, strlen(point->description));
        text_puts(&invocation->told, is_done ? ")" : "), which Windows has not confirmed");
    }
    apply_flow_remark_store(invocation, &change);
    return is_done && report_armed(invocation, point->sequence, change.id, fault);
}

static bool evaluate_return(struct invocation *invocation, struct fault *fault)
{
    uint32_t sequence;

    return parse_sequence(invocation->arguments[0], &sequence, fault);
}

static bool run_return(struct invocation *invocation, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    const struct restore_point *point;
    struct restore_points points;
    struct os_version os;
    struct survey survey;
    uint32_t sequence;
    bool is_done = true;

    if (!parse_sequence(invocation->arguments[0], &sequence, fault) ||
        !check_answers(invocation, sequence, fault) || !check_system(machine, &os, fault) ||
        !list(machine, &points, fault))
        return false;
    point = find_point(&points, sequence);
    if (!point)
        is_done = fault_set(fault, FAULT_MISSING, 0,
                            "Windows has no restore point %lu. To list the restore points, run "
                            "maxport restore-point list. Nothing was changed.",
                            (unsigned long)sequence);
    if (is_done && !invocation->output.is_json) {
        is_done = survey_take(machine, SURVEY_RANGES, &survey, fault);
        if (is_done) {
            explain(invocation, &survey, point);
            survey_release(&survey);
        }
    }
    is_done = is_done && confirm(invocation, sequence, fault) && arm(invocation, point, fault);
    restore_points_release(&points);
    return is_done;
}

static const struct option_row return_options[] = {
    [OPTION_RETURN_YES] = {"yes", NULL, "answer yes to the first question", false},
    [OPTION_CONFIRM] = {"confirm", "N", "answer the second question: repeat the number", false},
    {NULL, NULL, NULL, false},
};

const struct command command_restore_point_return = {
    .name = "restore-point return",
    .summary = "return Windows to a restore point at its next restart",
    .arguments = "N [--yes --confirm N]",
    .examples = "maxport restore-point return 41|explain the effect and ask twice\n"
                "maxport restore-point return 41 --yes --confirm 41|return without questions\n",
    .details =
        "This command uses System Restore of Windows, which replaces the whole registry and more. "
        "To undo one setting, use maxport undo.\n"
        "maxport never restarts Windows. Until Windows is restarted, nothing changes.\n",
    .flags = COMMAND_ADMINISTRATOR,
    .argument_minimum = 1,
    .argument_maximum = 1,
    .argument_missing = "restore-point return needs a restore point number. To list the restore "
                        "points, run maxport restore-point list.",
    .options = return_options,
    .evaluate = evaluate_return,
    .run = run_return,
};
