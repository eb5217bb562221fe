
#include "cli/report.h"
#include "cli/report_parts.h"
#include "cli/report_table.h"
#include "core/base/quote.h"
#include "core/change/entry_text.h"
#include "core/rules/error_code.h"
#include "core/system/process_details.h"

/* ---- top -------------------------------------------------------------- */

static void page_top(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    char time[TIME_SIZE];
    struct text os;

    text_init(&os);
    os_print(&survey->os, &os);
    html_open(html, "header", "");
    html_element(html, "h1", "", "Ports of %s",
                 *survey->identity.computer ? survey->identity.computer : "this machine");
    html_open(html, "p", " class=\"soft\"");
    html_printf(html, "%s, %s-bit", text_string(&os), survey->os.is_64_bit ? "64" : "32");
    if (survey->is_boot_known)
        html_printf(html, ", started %s", report_time(report, survey->boot.start_ms, time));
    html_text(html, ".");
    html_close(html);
    html_open(html, "p", " class=\"soft\"");
    html_printf(html, "Created %s local time (", report_time(report, survey->taken_ms, time));
    html_element(html, "span", " class=\"t\"", "%s", time_utc_string(time, survey->taken_ms));
    html_printf(html, ")%s%s.", *survey->identity.account ? " by " : "", survey->identity.account);
    html_close(html);
    html_close(html);
    text_release(&os);
}

static void page_nav(struct html *html)
{
    html_raw(html, "<nav aria-label=\"Sections\"><ul><li><a "
                   "href=\"#diagnosis\">Diagnosis</a></li><li><a "
                   "href=\"#use\">Use</a></li><li><a href=\"#ranges\">Ranges</a></li><li><a "
                   "href=\"#exclusions\">Exclusions</a></li><li><a "
                   "href=\"#processes\">Processes</a></li><li><a href=\"#remotes\">Remote "
                   "endpoints</a></li><li><a href=\"#events\">Events</a></li><li><a "
                   "href=\"#changes\">Changes</a></li><li><a href=\"#gaps\">Not "
                   "checked</a></li></ul></nav>\n");
}

static void page_verdict(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    const struct diagnosis *diagnosis = &report->diagnosis;
    const struct journal_entry *open = journal_open_entry(&survey->journal);
    const struct journal_entry *scheduled = survey_scheduled_return(survey);
    enum verdict_kind level = diagnosis->main.level;
    struct text words;

    html_open(html, "div",
              diagnosis->main.kind == DIAGNOSIS_HEALTHY               ? " class=\"verdict\""
              : level == VERDICT_FULL || level == VERDICT_NEARLY_FULL ? " class=\"verdict bad\""
                                                                      : " class=\"verdict warn\"");
    html_element(html, "p", " class=\"first\"", "%s", text_string(&diagnosis->verdict));
    if (diagnosis->is_weak)
        html_element(html, "p", "", "The evidence is weak: %s", text_string(&diagnosis->doubt));
    if (survey_restart_is_pending(survey))
        html_element(html, "p", "", "%s", survey_restart_words);
    if (scheduled) {
        text_init(&words);
        survey_print_return(survey, scheduled, &words);
        html_element(html, "p", "", "%s", text_string(&words));
        text_release(&words);
    }
    if (open)
        html_element(html, "p", "", "Change %llu (%s) was not completed; see Changes below.",
                     (unsigned long long)open->id, open->command);
    html_close(html);
}

static void print_sentences(struct html *html, const char *title, const char *list,
                            const struct sentences *sentences)
{
    if (!sentences->count)
        return;
    html_element(html, "h3", "", "%s", title);
    html_open(html, list, "");
    for (size_t i = 0; i < sentences->count; i++) {
        const struct sentence *sentence = &sentences->rows[i];

        html_open(html, "li", "");
        html_text(html, text_string(&sentence->text));
        if (sentence->is_inferred)
            html_text(html, " (Inferred.)");
        if (*sentence->command) {
            html_raw(html, "<br>");
            html_element(html, "code", "", "%s", sentence->command);
        }
        html_close(html);
    }
    html_close(html);
}

/* Writes evidence, culprit and remedies, with the same sentences as the command `why`. */
static void page_diagnosis(struct html *html, const struct report *report)
{
    const struct diagnosis *diagnosis = &report->diagnosis;

    report_heading(html, "diagnosis", "Diagnosis");
    print_sentences(html, "Evidence", "ul", &diagnosis->evidence);
    print_sentences(html, "Culprit", "ul", &diagnosis->culprit);
    print_sentences(html, "Remedies now", "ol", &diagnosis->now);
    print_sentences(html, "Remedies that need a restart", "ol", &diagnosis->after_restart);
}

static void print_capacity(struct html *html, const struct report *report)
{
    const struct destination_rate *rate = &report->rate;
    struct figure disputed = capacity_disputed_wait(&report->snapshot.survey.os);
    bool is_default =
        report->snapshot.survey.stored[SETTING_TCP_TIMED_WAIT_DELAY].kind == VALUE_ABSENT;
    char per_second[TENTHS_SIZE], ports[NUMBER_SIZE];

    if (!destination_rate_is_known(rate))
        return;
    html_open(html, "p", "");
    html_printf(html,
                "To one destination, %s new TCP connections per second can be sustained: %s "
                "ports / %u s in TIME_WAIT (%s).",
                tenths_string(per_second, destination_rate_tenths(rate)),
                number_string(ports, rate->ports.value), (unsigned)rate->wait_seconds.value,
                confidence_name(rate->confidence));
    if (is_default && disputed.is_known)
        html_printf(html,
                    " If TIME_WAIT lasts %u seconds, as other Microsoft pages state, the rate is "
                    "half of that.",
                    (unsigned)disputed.value);
    html_close(html);
}

static void page_use(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;

    report_heading(html, "use", "Use");
    if (!survey->has_usage) {
        html_element(html, "p", "", "Unknown: %s", survey->usage_fault.text);
        return;
    }
    html_open(html, "div", " class=\"cards\"");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        for (int f = 0; f < FAMILY_COUNT; f++)
            report_card(html, report, p, f);
    html_close(html);
    html_raw(html,
             "<ul class=\"key\"><li><i class=\"held\"></i>in use, not in TIME_WAIT</li><li><i "
             "class=\"wait\"></i>in TIME_WAIT</li><li><i class=\"track\"></i>free</li></ul>\n");
    html_element(html, "p", " class=\"soft\"",
                 "A port in use is a distinct local port inside the running range, including "
                 "listeners. A port with a thousand connections counts once, under its most "
                 "significant state.");
    print_capacity(html, report);
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        report_map(html, report, p);
    html_raw(html, "<ul class=\"key\"><li><i class=\"held\"></i>ports in use: a full column is 128 "
                   "of 128</li><li><i class=\"band\"></i>running range (grey line below)</li>"
                   "<li><i class=\"mark\"></i>excluded (lowest line)</li></ul>\n");
}

/* ---- processes -------------------------------------------------------- */

static void print_left_out(struct html *html, const char *what, size_t all, size_t most,
                           const char *which)
{
    char number[NUMBER_SIZE];

    if (all > most)
        html_element(html, "p", " class=\"soft\"", "%s not shown: %s, %s.", what,
                     number_string(number, all - most), which);
}

static void print_group_figures(struct html *html, const struct report *report,
                                const struct usage_bucket *bucket)
{
    uint32_t in_use = report->snapshot.survey.usage[bucket->protocol].united.in_use;
    char share[SHARE_SIZE];

    table_number(html, bucket->ports);
    html_element(html, "td", " class=\"n\"", "%s", share_string(share, bucket->ports, in_use));
    table_number(html, bucket->sockets);
    if (bucket->protocol == PROTOCOL_TCP)
        table_number(html, bucket->time_wait);
}

/* Prints path, account and start below the name of the process. */
static void print_details(struct html *html, const struct report *report, uint32_t process)
{
    const struct snapshot *snapshot = &report->snapshot;
    struct process_details details;
    struct fault ignored;
    struct text text;

    if (!process_has_details(process) ||
        !process_details_read(snapshot->process_source, &snapshot->processes, process,
                              snapshot->sockets.taken_unix_ms, false, &details, &ignored))
        return;
    text_init(&text);
    process_details_print(&details, snapshot->survey.offset_seconds, &text);
    html_raw(html, "<br>");
    html_element(html, "span", " class=\"soft\"", "%s", text_string(&text));
    text_release(&text);
    process_details_release(&details);
}

static void print_processes(struct html *html, const struct report *report, int p)
{
    const struct usage_groups *groups = &report->processes;

    if (!groups->total[p]) {
        html_element(html, "p", "", "No %s port of the running range is in use.",
                     protocol_name((enum protocol)p));
        return;
    }
    table_open(html, TABLE_OF_FIGURES,
               p == PROTOCOL_TCP ? "Processes with TCP ports" : "Processes with UDP ports",
               p == PROTOCOL_TCP ? "Process|#Ports|#% of use|#Sockets|#TIME_WAIT"
                                 : "Process|#Ports|#% of use|#Sockets");
    for (size_t i = 0; i < groups->count; i++) {
        const struct usage_bucket *bucket = &groups->rows[i];
        struct text name;

        if ((int)bucket->protocol != p)
            continue;
        text_init(&name);
        report_name_process(report, bucket, &name);
        html_open(html, "tr", "");
        html_open(html, "th", " scope=\"row\" class=\"any\"");
        html_text(html, text_string(&name));
        print_details(html, report, bucket->owner);
        html_close(html);
        print_group_figures(html, report, bucket);
        html_close(html);
        text_release(&name);
    }
    table_close(html);
    print_left_out(html, "Processes", groups->total[p], REPORT_GROUPS_MAX, "none with more ports");
}

static void page_processes(struct html *html, const struct report *report)
{
    report_heading(html, "processes", "Processes");
    for (int p = 0; p < PROTOCOL_COUNT; p++)
        print_processes(html, report, p);
    html_element(html, "p", " class=\"soft\"",
                 "Connections in TIME_WAIT belong to no process; their destinations are listed "
                 "under Remote endpoints. A port that two groups share counts in both.");
}

static void page_remotes(struct html *html, const struct report *report)
{
    const struct usage_groups *groups = &report->remotes;

    report_heading(html, "remotes", "Remote endpoints");
    if (!groups->count) {
        html_element(html, "p", "", "No connection uses a port of the running range.");
        return;
    }
    table_open(html, TABLE_OF_FIGURES, "Remote endpoints of TCP connections",
               "Remote endpoint|#Ports|#% of use|#Sockets|#TIME_WAIT");
    for (size_t i = 0; i < groups->count; i++) {
        const struct usage_bucket *bucket = &groups->rows[i];
        char end[ENDPOINT_SIZE];

        html_open(html, "tr", "");
        html_open(html, "th", " scope=\"row\" class=\"any\"");
        html_element(
            html, "code", "", "%s",
            endpoint_string(end, (enum family)bucket->family, bucket->address, bucket->port));
        html_close(html);
        print_group_figures(html, report, bucket);
        html_close(html);
    }
    table_close(html);
    print_left_out(html, "Remote endpoints", groups->total[PROTOCOL_TCP], REPORT_GROUPS_MAX,
                   "none with more ports");
}

/* ---- events ----------------------------------------------------------- */

static const char *event_words(uint32_t id)
{
    const struct error_code *row;

    for (size_t i = 0; (row = error_code_at(i)); i++)
        if (row->kind == EXPLAINS_EVENT && row->code == id)
            return row->title;
    return "";
}

static void page_events(struct html *html, const struct report *report)
{
    const struct events *events = &report->snapshot.events;
    char number[NUMBER_SIZE], time[TIME_SIZE];

    report_heading(html, "events", "Events of source Tcpip in the System log");
    if (!events->is_known) {
        html_element(html, "p", "", "Unknown: the event log could not be read. %s", events->why);
        return;
    }
    html_element(html, "p", "",
                 "Events 4227, 4231 and 4266 in the last %d hours: %s%s. Such an event proves a "
                 "port problem; the absence of such events proves nothing.",
                 SNAPSHOT_EVENTS_HOURS, events->is_cut ? "at least " : "",
                 events->count ? number_string(number, events->count) : "none");
    if (!events->count)
        return;
    table_open(html, TABLE_OF_FIGURES, "Events, newest first", "Time|Event|Meaning");
    for (size_t i = 0; i < events->count && i < REPORT_EVENTS_MAX; i++) {
        html_open(html, "tr", "");
        html_element(html, "td", " class=\"t\"", "%s",
                     report_time(report, events->rows[i].time_ms, time));
        html_element(html, "td", "", "%lu", (unsigned long)events->rows[i].id);
        table_cell(html, event_words(events->rows[i].id));
        html_close(html);
    }
    table_close(html);
    print_left_out(html, "Events", events->count, REPORT_EVENTS_MAX, "all older");
}

static void print_state(struct html *html, const struct journal_entry *entry,
                        const struct survey *survey)
{
    struct text words;

    text_init(&words);
    entry_print_state(entry, survey, &words);
    table_cell(html, text_string(&words));
    html->text.is_broken |= words.is_broken;
    text_release(&words);
}

static void print_steps(struct html *html, const struct journal_entry *entry)
{
    char label[PLACE_NAME_SIZE + 32];

    for (size_t i = 0; i < entry->step_count; i++) {
        struct text line;

        text_init(&line);
        entry_print_values(&entry->steps[i], &line);
        html_open(html, "div", "");
        html_printf(html, "%s: %s", place_label(&entry->steps[i].place, label), text_string(&line));
        html_close(html);
        text_release(&line);
    }
    if (*entry->outcome) {
        struct text outcome;

        text_init(&outcome);
        text_quote(&outcome, entry->outcome);
        html_element(html, "div", " class=\"soft\"", "%s", text_string(&outcome));
        text_release(&outcome);
    }
}

static void page_changes(struct html *html, const struct report *report)
{
    const struct journal *journal = &report->snapshot.survey.journal;
    char time[TIME_SIZE];

    report_heading(html, "changes", "Changes made by maxport");
    if (*report->snapshot.survey.store_trouble) {
        html_element(html, "p", "", "Unknown: %s", report->snapshot.survey.store_trouble);
        return;
    }
    if (!journal->count) {
        html_element(html, "p", "", "None.");
        return;
    }
    table_open(html, TABLE_OF_WORDS, "Changes, newest first",
               "#No.|When|Command|Outcome|Values|By, reason");
    for (size_t i = journal->count; i > 0 && journal->count - i < REPORT_CHANGES_MAX; i--) {
        const struct journal_entry *entry = &journal->entries[i - 1];
        struct text author;

        html_open(html, "tr", "");
        table_number(html, entry->id);
        html_element(html, "td", " class=\"t\"", "%s",
                     report_time(report, entry->started_ms, time));
        table_cell(html, entry->command);
        print_state(html, entry, &report->snapshot.survey);
        html_open(html, "td", " class=\"any\"");
        print_steps(html, entry);
        html_close(html);
        text_init(&author);
        entry_print_author(entry, &author);
        html_element(html, "td", " class=\"any\"", "%s", text_string(&author));
        text_release(&author);
        html_close(html);
    }
    table_close(html);
    print_left_out(html, "Changes", journal->count, REPORT_CHANGES_MAX, "all older");
}

static void print_gaps(struct html *html, const struct sentences *sentences)
{
    for (size_t i = 0; i < sentences->count; i++)
        html_element(html, "li", "", "%s", text_string(&sentences->rows[i].text));
}

static void page_gaps(struct html *html, const struct report *report)
{
    report_heading(html, "gaps", "What could not be checked");
    if (!report->gaps.count && !report->diagnosis.unseen.count) {
        html_element(html, "p", "", "Everything that maxport checks could be read.");
        return;
    }
    html_open(html, "ul", "");
    print_gaps(html, &report->diagnosis.unseen);
    print_gaps(html, &report->gaps);
    html_close(html);
}

static void page_memory(struct html *html, const struct report *report)
{
    struct figure limit = capacity_pool_limit(
        &report->snapshot.survey.os, report->has_memory ? report->memory.physical_bytes : 0);
    struct text text;

    if (!report->has_memory)
        return;
    text_init(&text);
    text_puts(&text, "Memory: ");
    size_print(report->memory.physical_bytes, &text);
    text_puts(&text, " of RAM");
    text_puts(&text, "; non-paged pool, which sockets use: ");
    if (report->memory.is_pool_known) {
        size_print(report->memory.nonpaged_pool_bytes, &text);
        text_puts(&text, " in use");
    } else {
        text_puts(&text, "use unknown");
    }
    if (limit.is_known) {
        text_puts(&text, ", limit ");
        size_print(limit.value, &text);
        text_printf(&text, " (%s)", confidence_name(limit.confidence));
    }
    html_element(html, "p", "", "%s.", text_string(&text));
    text_release(&text);
}

static void page_head(struct html *html, const struct report *report)
{
    const struct survey *survey = &report->snapshot.survey;
    char time[TIME_SIZE];

    html_raw(html, "<!DOCTYPE html>\n");
    html_open(html, "html", " lang=\"en\"");
    html_open(html, "head", "");
    /* The policy forbids scripts and loading other files, because the page needs neither. */
    html_raw(html, "<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"generator\" content=\"maxport " MAXPORT_VERSION "\">\n");
    html_element(html, "title", "", "maxport - %s - %s",
                 *survey->identity.computer ? survey->identity.computer : "this machine",
                 report_time(report, survey->taken_ms, time));
    html_open(html, "style", "");
    html_raw(html, report_style);
    html_close(html);
    html_close(html);
}

void report_page(const struct report *report, struct html *html)
{
    page_head(html, report);
    html_open(html, "body", "");
    page_top(html, report);
    page_verdict(html, report);
    page_nav(html);
    html_open(html, "main", "");
    page_diagnosis(html, report);
    page_use(html, report);
    page_memory(html, report);
    report_ranges(html, report);
    report_exclusions(html, report);
    page_processes(html, report);
    page_remotes(html, report);
    page_events(html, report);
    page_changes(html, report);
    page_gaps(html, report);
    html_close(html);
    html_open(html, "footer", "");
    html_element(html, "p", "",
                 "Created by maxport " MAXPORT_VERSION
                 ". Confidence: documented by Microsoft, measured by a third party, inferred from "
                 "those, a vendor's rule of thumb, or unknown. This page contains account names, "
                 "process names, paths and addresses of this machine.");
    html_close(html);
    html_close(html);
    html_close(html);
}
