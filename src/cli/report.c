#include "cli/report.h"

#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "cli/frame/sentence_list.h"
#include "core/base/heap.h"
#include "core/base/quote.h"

enum { OPTION_OVERWRITE = OPTION_OWN };

/* Error codes of files.write() if the file exists (winerror.h). */
enum { ERROR_FILE_EXISTS = 80, ERROR_ALREADY_EXISTS = 183 };

/* ---- collecting ------------------------------------------------------- */

static void note_unseen_stored(struct sentences *gaps, const char *name, const struct fault *fault)
{
    struct text *text = sentences_add(gaps);

    text_printf(text, "%s could not be read: ", name);
    text_safe(text, fault->text, strlen(fault->text));
}

static void note_unseen_running(const struct survey *survey, struct sentences *gaps, int p, int f)
{
    const struct running_range *running = &survey->running[p][f];
    struct text *text;

    if (!running->is_known || running->source != RANGE_SOURCE_RULE)
        return;
    text = sentences_add(gaps);
    text_printf(text,
                "The running range of %s over %s was calculated, because Windows did not report "
                "it. ",
                protocol_name((enum protocol)p), family_name((enum family)f));
    text_safe(text, running->why, strlen(running->why));
}

/* Adds a sentence for each missing piece of data that the diagnosis does not need and therefore
 * does not report. */
static void find_gaps(struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    struct sentences *gaps = &report->gaps;

    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            note_unseen_running(survey, gaps, p, f);
    for (size_t i = 0; i < setting_count; i++)
        if (!survey->is_stored_known[i])
            note_unseen_stored(gaps, setting_at(i)->name, &survey->stored_fault[i]);
    if (survey->is_at_boot_doubtful)
        sentences_note_unseen(
            gaps,
            "The value of MaxUserPort at the last start of Windows is unknown: another program "
            "has written to the registry key since.",
            "");
    if (*survey->store_trouble)
        sentences_note_unseen(gaps, "The journal could not be read.", survey->store_trouble);
    if (survey->journal.bad_count || survey->journal.torn_length)
        sentences_note_unseen(gaps, "Parts of the journal could not be read and are omitted.", "");
    if (!survey->is_boot_known)
        sentences_note_unseen(gaps, "The time of the last start of Windows is unknown.", "");
    if (!report->has_memory || !report->memory.is_pool_known)
        sentences_note_unseen(gaps, "Non-paged pool use is unknown.", "");
}

/* Makes the diagnosis. Takes further samples first if they can identify former owners of
 * connections in TIME_WAIT or show growth. */
static bool diagnose(const struct machine *machine, struct report *report, struct fault *fault)
{
    enum { LOOKS = 3 };
    struct snapshot *snapshot = &report->snapshot;
    struct fault ignored; /* if a sample fails, the diagnosis uses fewer samples */
    bool is_diagnosed = diagnosis_make(snapshot, NULL, &report->diagnosis, fault);

    if (!is_diagnosed || !diagnosis_gains_by_sampling(&report->diagnosis))
        return is_diagnosed;
    diagnosis_release(&report->diagnosis);
    memset(&report->diagnosis, 0, sizeof report->diagnosis);
    for (int look = 2; look <= LOOKS; look++)
        if (!command_wait_a_second(machine, "Interrupted: no report was written.", fault))
            return false;
        else if (!snapshot_refresh(machine, snapshot, &ignored))
            break;
    return diagnosis_make(snapshot, NULL, &report->diagnosis, fault);
}

static void take_destination_rate(struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    const struct running_range *running = &survey->running[PROTOCOL_TCP][FAMILY_IPV4];
    struct port_range none = {0, 0};
    struct figure wait = survey->is_stored_known[SETTING_TCP_TIMED_WAIT_DELAY]
                             ? capacity_stored_wait(&survey->os, FAMILY_IPV4,
                                                    &survey->stored[SETTING_TCP_TIMED_WAIT_DELAY])
                             : capacity_default_wait(&survey->os, FAMILY_IPV4);

    report->rate =
        destination_rate_of_range(running->is_known ? running->range : none,
                                  survey->usage[PROTOCOL_TCP].excluded[FAMILY_IPV4],
                                  survey->running_confidence[PROTOCOL_TCP][FAMILY_IPV4], "", wait);
}

static void report_release(struct report *report)
{
    sentences_release(&report->gaps);
    usage_groups_release(&report->processes);
    usage_groups_release(&report->remotes);
    diagnosis_release(&report->diagnosis);
    snapshot_release(&report->snapshot);
}

/* Collects the data of the report. Takes further samples at intervals of one second if they improve
 * the diagnosis. Fails with FAULT_DECLINED if the user presses Ctrl-C. On success the
 * caller releases *report. */
static bool report_take(const struct machine *machine, struct report *report, struct fault *fault)
{
    struct port_range ranges[PROTOCOL_COUNT][FAMILY_COUNT];
    const struct memory_source *memory = &machine->memory;
    const struct sockets *sockets = &report->snapshot.sockets;
    struct identity identity;
    struct fault own;

    memset(report, 0, sizeof *report);
    sentences_init(&report->gaps);
    if (!snapshot_take(machine, SNAPSHOT_EVENTS, &report->snapshot, fault))
        return false;
    survey_ranges(&report->snapshot.survey, ranges);
    if (!diagnose(machine, report, fault) ||
        !usage_group(sockets, GROUP_PROCESS, ranges, REPORT_GROUPS_MAX, &report->processes,
                     fault) ||
        !usage_group(sockets, GROUP_REMOTE, ranges, REPORT_GROUPS_MAX, &report->remotes, fault)) {
        report_release(report);
        return false;
    }
    if (machine->identity.read(machine->identity.context, &identity, &own))
        /* the snapshot contains only the computer's name */
        report->snapshot.survey.identity = identity;
    report->has_memory = memory->read && memory->read(memory->context, &report->memory, &own);
    take_destination_rate(report);
    find_gaps(report);
    return true;
}

void report_name_process(const struct report *report, const struct usage_bucket *bucket,
                         struct text *text)
{
    if (bucket->owner == 0 && bucket->time_wait == bucket->sockets)
        text_puts(text, "(TIME_WAIT, no process)");
    else if (bucket->owner == 0)
        text_puts(text, "(no process)");
    else
        snapshot_name(&report->snapshot, bucket->owner, text);
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *document_running(const struct survey *survey, int p, int f)
{
    const struct running_range *running = &survey->running[p][f];
    json_t *result = running->is_known ? document_range(running->range)
                                       : json_pack("{s:n, s:n}", "start", "count");

    json_object_set_new(result, "source", json_string(range_source_key(running->source)));
    json_object_set_new(result, "confidence",
                        json_string(confidence_name(survey->running_confidence[p][f])));
    json_object_set_new(result, "standing",
                        json_string(range_origin_key(survey->range_origin[p][f])));
    json_object_set_new(
        result, "why",
        document_text(running->is_known ? survey->running_note[p][f] : running->why));
    json_object_set_new(result, "excluded",
                        survey->exclusions.is_known[p][f]
                            ? json_integer(survey->usage[p].excluded[f])
                            : json_null());
    return result;
}

static json_t *document_ranges(const struct survey *survey)
{
    json_t *result = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        json_t *families = json_object();

        for (int f = 0; f < FAMILY_COUNT; f++)
            json_object_set_new(families, family_key((enum family)f),
                                json_pack("{s:o, s:o}", "running", document_running(survey, p, f),
                                          "predicted",
                                          document_prediction(&survey->predicted[p][f])));
        json_object_set_new(result, protocol_key((enum protocol)p), families);
    }
    return result;
}

static json_t *document_settings(const struct survey *survey)
{
    json_t *result = json_object();

    for (size_t i = 0; i < setting_count; i++)
        json_object_set_new(
            result, setting_at(i)->name,
            json_pack("{s:o, s:b, s:b, s:s}", "stored", document_value(&survey->stored[i]),
                      "is_known", survey->is_stored_known[i], "is_documented",
                      survey->is_stored_known[i] &&
                          setting_accepts(setting_at(i), &survey->os, &survey->stored[i]),
                      "source", setting_at(i)->source));
    return result;
}

static json_t *document_exclusions(const struct exclusions *exclusions)
{
    json_t *result = json_array();

    for (size_t i = 0; i < exclusions->count; i++)
        json_array_append_new(result,
                              json_pack("{s:s, s:s, s:I, s:I, s:b}", "protocol",
                                        protocol_key(exclusions->rows[i].protocol), "family",
                                        family_key(exclusions->rows[i].family), "start",
                                        (json_int_t)exclusions->rows[i].range.start, "count",
                                        (json_int_t)exclusions->rows[i].range.count,
                                        "is_administered", exclusions->rows[i].is_administered));
    return result;
}

static json_t *document_bucket(const struct usage_bucket *bucket)
{
    return json_pack("{s:s, s:I, s:I, s:I}", "protocol", protocol_key(bucket->protocol), "ports",
                     (json_int_t)bucket->ports, "sockets", (json_int_t)bucket->sockets, "time_wait",
                     (json_int_t)bucket->time_wait);
}

static json_t *document_processes(const struct report *report)
{
    json_t *result = json_array();

    for (size_t i = 0; i < report->processes.count; i++) {
        const struct usage_bucket *bucket = &report->processes.rows[i];
        bool is_known = bucket->owner != 0 && bucket->owner != (uint32_t)OWNER_UNKNOWN;
        struct text name;
        json_t *row;

        text_init(&name);
        report_name_process(report, bucket, &name);
        row = document_bucket(bucket);
        json_object_set_new(row, "pid", is_known ? json_integer(bucket->owner) : json_null());
        json_object_set_new(row, "process", document_text(text_string(&name)));
        json_object_set_new(row, "details",
                            process_details_document(&report->snapshot, bucket->owner));
        json_array_append_new(result, row);
        text_release(&name);
    }
    return result;
}

static json_t *document_remotes(const struct report *report)
{
    json_t *result = json_array();

    for (size_t i = 0; i < report->remotes.count; i++) {
        const struct usage_bucket *bucket = &report->remotes.rows[i];
        enum family family = (enum family)bucket->family;
        char address[ADDRESS_SIZE];
        json_t *row = document_bucket(bucket);

        json_object_set_new(row, "family", json_string(family_key(family)));
        json_object_set_new(row, "address",
                            json_string(address_string(address, family, bucket->address)));
        json_object_set_new(row, "port", json_integer(bucket->port));
        json_array_append_new(result, row);
    }
    return result;
}

static json_t *document_events(const struct events *events)
{
    json_t *rows = json_array();

    for (size_t i = 0; i < events->count; i++)
        json_array_append_new(rows, json_pack("{s:I, s:o}", "id", (json_int_t)events->rows[i].id,
                                              "time", document_time(events->rows[i].time_ms)));
    return json_pack("{s:b, s:b, s:i, s:o}", "is_known", events->is_known, "is_cut", events->is_cut,
                     "hours", SNAPSHOT_EVENTS_HOURS, "rows", rows);
}

static json_t *document_history(const struct survey *survey)
{
    const struct journal *journal = &survey->journal;
    json_t *result = json_array();

    for (size_t i = journal->count; i > 0 && journal->count - i < REPORT_CHANGES_MAX; i--)
        json_array_append_new(result, document_entry(&journal->entries[i - 1], survey));
    return result;
}

static json_t *document_diagnosis(const struct diagnosis *diagnosis)
{
    return json_pack(
        "{s:s, s:o, s:b, s:o, s:o, s:o, s:o}", "kind", diagnosis_key(diagnosis->main.kind), "text",
        document_text(text_string(&diagnosis->verdict)), "is_weak", diagnosis->is_weak, "evidence",
        sentences_document(&diagnosis->evidence), "culprit",
        sentences_document(&diagnosis->culprit), "helps_now", sentences_document(&diagnosis->now),
        "helps_after_restart", sentences_document(&diagnosis->after_restart));
}

static json_t *document_gaps(const struct report *report)
{
    json_t *result = sentences_document(&report->diagnosis.unseen);
    json_t *others = sentences_document(&report->gaps);

    json_array_extend(result, others);
    json_decref(others);
    return result;
}

static json_t *document_destination_rate(const struct destination_rate *rate)
{
    if (!destination_rate_is_known(rate))
        return json_null();
    return json_pack("{s:f, s:I, s:I, s:s}", "value",
                     (double)rate->ports.value / (double)rate->wait_seconds.value, "ports",
                     (json_int_t)rate->ports.value, "time_wait_seconds",
                     (json_int_t)rate->wait_seconds.value, "confidence",
                     confidence_key(rate->confidence));
}

static json_t *make_document(const struct invocation *invocation, const struct report *report,
                             const char *file)
{
    const struct survey *survey = &report->snapshot.survey;
    json_t *document = command_document(invocation);

    json_object_set_new(document, "time", document_time(survey->taken_ms));
    json_object_set_new(document, "computer", document_text(survey->identity.computer));
    json_object_set_new(document, "account", document_text(survey->identity.account));
    json_object_set_new(document, "windows", document_os(&survey->os));
    json_object_set_new(document, "started",
                        survey->is_boot_known ? document_time(survey->boot.start_ms) : json_null());
    json_object_set_new(document, "file", file ? document_text(file) : json_null());
    json_object_set_new(document, "verdict",
                        json_pack("{s:s, s:s}", "kind", verdict_name(survey->verdict.kind), "text",
                                  survey->verdict.sentence));
    json_object_set_new(document, "diagnosis", document_diagnosis(&report->diagnosis));
    json_object_set_new(document, "settings", document_settings(survey));
    json_object_set_new(document, "ranges", document_ranges(survey));
    json_object_set_new(document, "auto_reuse",
                        survey->is_auto_reuse_known ? document_range(survey->auto_reuse)
                                                    : json_null());
    json_object_set_new(document, "exclusions", document_exclusions(&survey->exclusions));
    json_object_set_new(document, "usage", document_usage(survey));
    json_object_set_new(document, "per_second", document_destination_rate(&report->rate));
    json_object_set_new(document, "processes", document_processes(report));
    json_object_set_new(document, "remotes", document_remotes(report));
    json_object_set_new(document, "events", document_events(&report->snapshot.events));
    json_object_set_new(document, "changes", document_history(survey));
    json_object_set_new(document, "ram_bytes",
                        report->has_memory ? json_integer((json_int_t)report->memory.physical_bytes)
                                           : json_null());
    json_object_set_new(document, "pool_in_use_bytes",
                        report->has_memory && report->memory.is_pool_known
                            ? json_integer((json_int_t)report->memory.nonpaged_pool_bytes)
                            : json_null());
    json_object_set_new(document, "not_shown", document_gaps(report));
    return document;
}

/* ---- the file --------------------------------------------------------- */

/* Makes a file name such as "maxport-SERVER1-20261122-101502.html" from the computer's name and the
 * local time; names after the first in the same second end with -2, -3 and so on. In the computer's
 * name, characters that a file system may not accept become '-'. */
static void name_file(const struct survey *survey, unsigned number, struct text *name)
{
    char time[TIME_SIZE];

    text_puts(name, "maxport-");
    for (const char *c = survey->identity.computer; *c; c++) {
        bool is_plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                        (*c >= '0' && *c <= '9') || *c == '_';

        text_append(name, is_plain ? c : "-", 1);
    }
    if (*survey->identity.computer)
        text_puts(name, "-");
    time_local_string(time, survey->taken_ms, survey->offset_seconds);
    for (const char *c = time; *c; c++)
        if (*c != '-' && *c != ':')
            text_append(name, *c == ' ' ? "-" : c, 1);
    if (number > 1)
        text_printf(name, "-%u", number);
    text_puts(name, ".html");
}

/* Makes the page. Fails if memory ran out, because an incomplete report would mislead. */
static bool make_page(const struct report *report, struct html *html, struct fault *fault)
{
    html_init(html);
    report_page(report, html);
    if (html_is_whole(html) && heap_failure_count() == 0)
        return true;
    html_release(html);
    return fault_no_memory(fault);
}

static bool exists(const struct fault *fault)
{
    return fault->kind == FAULT_USAGE &&
           (fault->code == ERROR_FILE_EXISTS || fault->code == ERROR_ALREADY_EXISTS);
}

/* Writes the page to FILE. */
static bool write_named(const struct invocation *invocation, const struct html *html,
                        const char *path, struct fault *fault)
{
    const struct files *files = &invocation->machine->files;
    bool is_overwriting = invocation->option[OPTION_OVERWRITE] != NULL;

    if (files->write(files->context, path, is_overwriting, html->text.data, html->text.length,
                     fault))
        return true;
    return exists(fault) ? fault_set(fault, FAULT_USAGE, fault->code,
                                     "%s Use --overwrite to replace it.", fault->text)
                         : false;
}

/* Writes the page to a new file in the user's Documents folder; *path becomes the file. Two reports
 * of the same second get different names. */
static bool write_new(const struct invocation *invocation, const struct report *report,
                      const struct html *html, struct text *path, struct fault *fault)
{
    enum { NAMES_MAX = 99 };
    const struct files *files = &invocation->machine->files;
    char folder[STORE_PATH_SIZE];
    bool is_written = false;

    if (!files->documents(files->context, folder, fault))
        return fault_set(fault, fault->kind, fault->code,
                         "%s Name a FILE, for example maxport report D:\\ticket\\815.html. Nothing "
                         "was written.",
                         fault->text);
    for (unsigned number = 1; !is_written && number <= NAMES_MAX; number++) {
        text_release(path);
        text_printf(path, "%s\\", folder);
        name_file(&report->snapshot.survey, number, path);
        if (path->is_broken)
            return fault_no_memory(fault);
        is_written = files->write(files->context, text_string(path), false, html->text.data,
                                  html->text.length, fault);
        if (!is_written && !exists(fault))
            break;
    }
    return is_written;
}

static void print_written(struct output *output, const struct report *report, const char *full,
                          size_t length)
{
    struct text size, path;

    text_init(&size);
    text_init(&path);
    size_print(length, &size);
    text_name(&path, full);
    output_labelled(output, "Report", text_string(&path), 10);
    output_labelled(output, "", text_string(&size), 10);
    output_labelled(output, "Verdict", text_string(&report->diagnosis.verdict), 10);
    output_labelled(output, "Caution",
                    "The report contains account names, process names, paths and addresses of "
                    "this machine, but no command lines. Read it before you share it.",
                    10);
    text_release(&path);
    text_release(&size);
}

static bool write_file(struct invocation *invocation, const struct report *report,
                       const struct html *html, char full[STORE_PATH_SIZE], struct fault *fault)
{
    const struct files *files = &invocation->machine->files;
    struct text path;

    text_init(&path);
    if (invocation->argument_count) {
        text_puts(&path, invocation->arguments[0]);
        invocation->has_written_file =
            (!path.is_broken || fault_no_memory(fault)) &&
            write_named(invocation, html, invocation->arguments[0], fault);
    } else {
        invocation->has_written_file = write_new(invocation, report, html, &path, fault);
    }
    files->path(files->context, text_string(&path), full);
    text_release(&path);
    return invocation->has_written_file;
}

/* Writes the page to a file and reports the path. on_screen: writes the page to standard output
 * instead, and nothing else. */
static bool print_report(struct invocation *invocation, const struct report *report, bool on_screen,
                         struct fault *fault)
{
    struct output *output = &invocation->output;
    char full[STORE_PATH_SIZE];
    struct html html;
    bool is_done;

    if (!make_page(report, &html, fault))
        return false;
    is_done = on_screen || write_file(invocation, report, &html, full, fault);
    if (on_screen)
        output_text(output, &html.text);
    else if (is_done && output->is_json)
        is_done = output_json(output, make_document(invocation, report, full), fault);
    else if (is_done)
        print_written(output, report, full, html.text.length);
    html_release(&html);
    return is_done;
}

/* With --json, writes the page only if the user named a FILE. */
static bool run_report(struct invocation *invocation, struct fault *fault)
{
    struct output *output = &invocation->output;
    bool is_named = invocation->argument_count > 0;
    bool on_screen = is_named && strcmp(invocation->arguments[0], "-") == 0;
    struct report report;
    bool is_done;

    if (invocation->option[OPTION_OVERWRITE] && (!is_named || on_screen))
        return fault_set(fault, FAULT_USAGE, 0, "--overwrite needs a FILE. Nothing was written.");
    if (on_screen && output->is_json)
        return fault_set(fault, FAULT_USAGE, 0,
                         "\"-\" and --json both print to standard output. Use one of them. Nothing "
                         "was written.");
    if (!report_take(invocation->machine, &report, fault))
        return false;
    is_done = output->is_json && !is_named
                  ? output_json(output, make_document(invocation, &report, NULL), fault)
                  : print_report(invocation, &report, on_screen, fault);
    report_release(&report);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_OVERWRITE] = {"overwrite", NULL, "replace FILE if it exists", false},
    {NULL, NULL, NULL, false},
};

const struct command command_report = {
    .name = "report",
    .summary = "write one HTML report for a ticket or a vendor",
    .arguments = "[FILE]",
    .examples = "maxport report|write a new file to your Documents folder\n"
                "maxport report D:\\ticket\\815.html|write this file\n"
                "maxport report - > 815.html|print the page to standard output\n"
                "maxport report --json|print the same data to standard output\n",
    .details =
        "The report shows the current use, ranges, exclusions, processes, remote endpoints, "
        "events and changes, and what could not be checked. Write it before a restart hides the "
        "evidence. The file is self-contained: to read or print it, nothing else is loaded. "
        "Without FILE, maxport writes a new file, maxport-COMPUTER-DATE-TIME.html, to the "
        "Documents "
        "folder of the account that runs maxport, and prints its path. The command changes "
        "nothing.\n"
        "With --json, the page is written only if you name a FILE.\n",
    .argument_minimum = 0,
    .argument_maximum = 1,
    .options = options,
    .run = run_report,
};
