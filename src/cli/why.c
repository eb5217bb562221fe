#include <stdio.h>
#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/document.h"
#include "cli/frame/fail_above.h"
#include "cli/frame/sentence_list.h"
#include "cli/frame/title.h"
#include "core/diagnosis/advice.h"
#include "core/diagnosis/diagnosis.h"

enum { OPTION_PROBE = OPTION_OWN, OPTION_SAMPLES, OPTION_FAIL_ABOVE };
enum { SAMPLES_USUAL = 3, SAMPLES_MAX = EARLIER_MAX + 1, SLICE_MS = 100, SLICES = 10 };

/* ---- sampling --------------------------------------------------------- */

/* Parses --samples. *samples is 0 if the option is missing: then choose_samples() chooses the
 * number. */
static bool parse_samples(const struct invocation *invocation, unsigned *samples,
                          struct fault *fault)
{
    const char *word = invocation->option[OPTION_SAMPLES];
    struct text shown;
    uint64_t number;

    *samples = 0;
    if (!word)
        return true;
    if (journal_parse_id(word, &number) && number >= 1 && number <= SAMPLES_MAX) {
        *samples = (unsigned)number;
        return true;
    }
    text_init(&shown);
    text_safe(&shown, word, strlen(word));
    fault_set(fault, FAULT_USAGE, 0,
              "--samples must be a whole number from 1 to %d, not \"%.80s\". Nothing was changed.",
              SAMPLES_MAX, text_string(&shown));
    text_release(&shown);
    return false;
}

static void progress(struct output *output, const char *words, unsigned number, unsigned of)
{
    char line[128];

    snprintf(line, sizeof line, of ? "%s (%u of %u)..." : "%s...", words, number, of);
    output_progress(output, line);
}

/* Takes samples 2 to `samples`, at intervals of one second. */
static bool sample_again(struct invocation *invocation, unsigned samples, struct snapshot *snapshot,
                         struct fault *fault)
{
    struct fault ignored; /* if a sample fails, the diagnosis uses fewer samples */

    for (unsigned i = 2; i <= samples; i++) {
        progress(&invocation->output, "Sampling again to identify the processes", i, samples);
        if (!command_wait_a_second(invocation->machine, "Interrupted: no diagnosis was made.",
                                   fault))
            return false;
        if (!snapshot_refresh(invocation->machine, snapshot, &ignored))
            return true;
    }
    return true;
}

static bool choose_samples(const struct snapshot *snapshot, unsigned *samples, struct fault *fault)
{
    struct diagnosis first;

    if (*samples)
        return true;
    if (!diagnosis_make(snapshot, NULL, &first, fault))
        return false;
    *samples = diagnosis_gains_by_sampling(&first) ? SAMPLES_USUAL : 1;
    diagnosis_release(&first);
    return true;
}

/* ---- the screen ------------------------------------------------------- */

static void print_verdict(struct output *output, const struct snapshot *snapshot,
                          const struct diagnosis *diagnosis)
{
    bool is_fine = diagnosis->main.kind == DIAGNOSIS_HEALTHY;

    output_puts(output, "\n");
    output_style(output, is_fine ? STYLE_STRONG : STYLE_WARNING);
    output_paragraph(output, 2, "%s", text_string(&diagnosis->verdict));
    output_style(output, STYLE_NORMAL);
    if (diagnosis->is_weak)
        output_paragraph(output, 2, "The evidence is weak: %s", text_string(&diagnosis->doubt));
    if (survey_restart_is_pending(&snapshot->survey))
        output_paragraph(output, 2, "%s", survey_restart_words);
}

static void print_screen(struct output *output, const struct snapshot *snapshot,
                         const struct diagnosis *diagnosis)
{
    output_title(output, &snapshot->survey, "why", "");
    print_verdict(output, snapshot, diagnosis);
    sentences_print(output, "Evidence", &diagnosis->evidence, MARK_DASH);
    sentences_print(output, "Culprit", &diagnosis->culprit, MARK_NONE);
    sentences_print(output, "Remedies now", &diagnosis->now, MARK_NUMBER);
    sentences_print(output, "Remedies that need a restart", &diagnosis->after_restart, MARK_NUMBER);
    sentences_print(output, "What could not be checked", &diagnosis->unseen, MARK_DASH);
}

/* ---- JSON ------------------------------------------------------------- */

static json_t *make_verdict(const struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;

    return json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:I, s:I, s:o, s:b, s:o}", "kind", diagnosis_key(main->kind),
        "protocol", protocol_key(main->protocol), "family", family_key(main->family), "level",
        verdict_name(main->level), "both_families", main->is_united, "in_use",
        (json_int_t)main->use.in_use, "available", (json_int_t)main->available, "text",
        document_text(text_string(&diagnosis->verdict)), "is_weak", diagnosis->is_weak, "doubt",
        diagnosis->is_weak ? document_text(text_string(&diagnosis->doubt)) : json_null());
}

static json_t *make_states(const struct usage_count *count)
{
    json_t *states = json_object();

    for (int s = 0; s < PORT_STATE_COUNT; s++)
        if (count->by_state[s])
            json_object_set_new(states, port_state_key((enum port_state)s),
                                json_integer(count->by_state[s]));
    return states;
}

static json_t *make_largest_process(const struct snapshot *snapshot, const struct finding *finding,
                                    bool has_details)
{
    const struct top_user *process = &finding->process;
    json_t *result;

    if (!process->is_known)
        return json_null();
    if (has_details) {
        result = process_document_detailed(snapshot, process->process);
    } else {
        result = process_document(snapshot, process->process);
        json_object_set_new(result, "details", json_null());
    }
    json_object_set_new(result, "ports", json_integer(process->use.in_use));
    json_object_set_new(result, "by_state", make_states(&process->use));
    json_object_set_new(result, "ports_before",
                        process->watched_ms > 0 ? json_integer(process->ports_then) : json_null());
    json_object_set_new(result, "watched_ms", json_integer((json_int_t)process->watched_ms));
    return result;
}

static json_t *make_program(const struct top_program *program)
{
    if (!program->is_known)
        return json_null();
    return json_pack("{s:o, s:I, s:I, s:o}", "name", document_text(program->name), "processes",
                     (json_int_t)program->processes, "ports", (json_int_t)program->use.in_use,
                     "by_state", make_states(&program->use));
}

static json_t *make_owners(const struct snapshot *snapshot, const struct diagnosis *diagnosis)
{
    json_t *result = json_array();

    for (size_t i = 0; i < diagnosis->main.owner_count; i++) {
        const struct probable_owner *owner = &diagnosis->main.owners[i];
        json_t *row = process_document_detailed(snapshot, owner->process);

        json_object_set_new(row, "is_inferred", json_true());
        json_object_set_new(row, "caught", json_integer(owner->caught));
        json_object_set_new(row, "connections_now", json_integer(owner->now));
        json_object_set_new(row, "connections_before", json_integer(owner->before));
        json_array_append_new(result, row);
    }
    return result;
}

static json_t *make_blocks(const struct diagnosis *diagnosis, int p)
{
    const struct free_blocks *blocks = &diagnosis->of[p].blocks;

    if (!diagnosis->of[p].block_range.count)
        return json_null();
    return json_pack("{s:o, s:I, s:o, s:I, s:I}", "range",
                     document_range(diagnosis->of[p].block_range), "free", (json_int_t)blocks->free,
                     "largest", document_range(blocks->largest), "of_64", (json_int_t)blocks->of_64,
                     "of_4096", (json_int_t)blocks->of_4096);
}

static json_t *make_probe(const struct probe_part *part)
{
    json_t *examples;

    if (!part->was_done)
        return json_null();
    examples = json_array();
    for (size_t i = 0; i < part->example_count; i++)
        json_array_append_new(examples, json_integer(part->examples[i]));
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o}", "family", family_key(part->family),
                     "look_free", (json_int_t)part->looked_free, "tried", (json_int_t)part->tried,
                     "bound", (json_int_t)part->bound, "in_use", (json_int_t)part->in_use,
                     "excluded", (json_int_t)part->excluded, "other", (json_int_t)part->other,
                     "examples", examples);
}

static json_t *make_events(const struct events *events)
{
    json_t *rows;

    if (!events->is_known)
        return json_null();
    rows = json_array();
    for (size_t i = 0; i < events->count; i++)
        json_array_append_new(rows, json_pack("{s:I, s:o}", "id", (json_int_t)events->rows[i].id,
                                              "time", document_time(events->rows[i].time_ms)));
    return json_pack("{s:i, s:b, s:o}", "hours", SNAPSHOT_EVENTS_HOURS, "is_cut", events->is_cut,
                     "rows", rows);
}

/* The finding of the other family, which the evidence mentions if its ports are short too. */
static json_t *make_other_family(const struct snapshot *snapshot, const struct finding *finding)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "family", family_key(finding->family),
                     "kind", diagnosis_key(finding->kind), "level", verdict_name(finding->level),
                     "largest_process", make_largest_process(snapshot, finding, false),
                     "largest_program", make_program(&finding->program), "largest_remote",
                     remote_document(&finding->remote));
}

/* The rates that the number of ports in TIME_WAIT means, for a finding of churn. */
static json_t *make_time_wait(const struct snapshot *snapshot, const struct finding *finding)
{
    uint32_t seconds = advice_wait_seconds(snapshot, finding->family);
    uint32_t waiting = finding->use.by_state[PORT_TIME_WAIT];

    if (finding->kind != DIAGNOSIS_CHURN || !seconds || !waiting)
        return json_null();
    return json_pack("{s:I, s:f, s:f}", "seconds", (json_int_t)seconds, "closed_per_second",
                     (double)waiting / seconds, "sustainable_per_second",
                     (double)finding->available / seconds);
}

/* Lists both protocols separately, because a script may need only one of them. */
static json_t *make_protocols(const struct snapshot *snapshot, const struct probe *probe,
                              const struct diagnosis *diagnosis)
{
    json_t *result = json_object();

    for (int p = 0; p < PROTOCOL_COUNT; p++) {
        const struct finding *finding = &diagnosis->of[p];
        json_t *protocol = json_pack(
            "{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "family",
            family_key(finding->family), "kind", diagnosis_key(finding->kind), "level",
            verdict_name(finding->level), "largest_process",
            make_largest_process(snapshot, finding, true), "largest_program",
            make_program(&finding->program), "largest_remote", remote_document(&finding->remote),
            "time_wait", make_time_wait(snapshot, finding), "other_family",
            make_other_family(snapshot, &diagnosis->beside[p]), "free_blocks",
            make_blocks(diagnosis, p), "probe", probe ? make_probe(&probe->parts[p]) : json_null());

        json_object_set_new(result, protocol_key((enum protocol)p), protocol);
    }
    return result;
}

static json_t *make_document(const struct invocation *invocation, const struct snapshot *snapshot,
                             const struct probe *probe, const struct diagnosis *diagnosis)
{
    const struct finding *main = &diagnosis->main;
    json_t *document = command_document(invocation);

    json_object_set_new(document, "time", document_time(snapshot->survey.taken_ms));
    json_object_set_new(document, "computer", document_text(snapshot->survey.identity.computer));
    json_object_set_new(document, "windows", document_os(&snapshot->survey.os));
    json_object_set_new(document, "looks", json_integer((json_int_t)snapshot->earlier_count + 1));
    json_object_set_new(document, "verdict", make_verdict(diagnosis));
    json_object_set_new(document, "evidence", sentences_document(&diagnosis->evidence));
    json_object_set_new(document, "culprit",
                        finding_blames_process(main) && !main->is_program
                            ? process_document_detailed(snapshot, main->process.process)
                            : json_null());
    json_object_set_new(document, "destination",
                        finding_blames_remote(main) ? remote_document(&main->remote) : json_null());
    json_object_set_new(document, "second_destination",
                        finding_has_second(main) ? remote_document(&main->second) : json_null());
    json_object_set_new(document, "probable_owners", make_owners(snapshot, diagnosis));
    json_object_set_new(document, "helps_now", sentences_document(&diagnosis->now));
    json_object_set_new(document, "helps_after_restart",
                        sentences_document(&diagnosis->after_restart));
    json_object_set_new(document, "not_seen", sentences_document(&diagnosis->unseen));
    json_object_set_new(document, "protocols", make_protocols(snapshot, probe, diagnosis));
    json_object_set_new(document, "events", make_events(&snapshot->events));
    json_object_set_new(document, "usage", document_usage(&snapshot->survey));
    json_object_set_new(document, "shows_owners", json_boolean(snapshot->sockets.has_owners));
    json_object_set_new(document, "shows_bound", json_boolean(snapshot->sockets.has_bound));
    return document;
}

/* ---- the command ------------------------------------------------------ */

static bool diagnose(struct invocation *invocation, const struct snapshot *snapshot,
                     struct fault *fault)
{
    struct output *output = &invocation->output;
    bool wants_probe = invocation->option[OPTION_PROBE] != NULL, is_done = true;
    struct diagnosis diagnosis;
    struct probe probe;

    if (wants_probe) {
        progress(output, "Binding up to 64 ports that look free, one at a time", 0, 0);
        if (!probe_run(invocation->machine, snapshot, &probe, fault))
            return false;
    }
    if (!diagnosis_make(snapshot, wants_probe ? &probe : NULL, &diagnosis, fault))
        return false;
    if (output->is_json)
        is_done = output_json(
            output, make_document(invocation, snapshot, wants_probe ? &probe : NULL, &diagnosis),
            fault);
    else
        print_screen(output, snapshot, &diagnosis);
    diagnosis_release(&diagnosis);
    return is_done;
}

static bool run_why(struct invocation *invocation, struct fault *fault)
{
    const char *limit = invocation->option[OPTION_FAIL_ABOVE];
    struct snapshot snapshot;
    unsigned samples, percent;
    bool is_done;

    if (!parse_samples(invocation, &samples, fault) || !fail_above_parse(limit, &percent, fault) ||
        !snapshot_take(invocation->machine, SNAPSHOT_EVENTS, &snapshot, fault))
        return false;
    is_done = choose_samples(&snapshot, &samples, fault) &&
              sample_again(invocation, samples, &snapshot, fault) &&
              diagnose(invocation, &snapshot, fault);
    fail_above_apply(invocation, &snapshot.survey, limit, percent);
    snapshot_release(&snapshot);
    return is_done;
}

static const struct option_row options[] = {
    [OPTION_PROBE] = {"probe", NULL,
                      "also try to bind up to 64 ports that look free, to find ports in use that "
                      "no table shows",
                      false},
    [OPTION_SAMPLES] = {"samples", "N",
                        "take N samples, one second apart (1 to 10; default 3 if useful, "
                        "otherwise 1)",
                        false},
    [OPTION_FAIL_ABOVE] = FAIL_ABOVE_OPTION,
    {NULL, NULL, NULL, false},
};

const struct command command_why = {
    .name = "why",
    .summary = "diagnose port problems: cause, culprit and remedies",
    .arguments = "",
    .examples = "maxport why|diagnose now\n"
                "maxport why --probe|also look for ports in use that no table shows\n"
                "maxport why --json > why.json|save the evidence before a restart\n",
    .details =
        "Distinguishes a full port range, one destination that uses up its ports, connections in "
        "TIME_WAIT, a process that does not release its ports, a UDP leak that breaks DNS, and "
        "ports in use that no table shows. Inferred statements are marked, and weak evidence is "
        "reported as weak.\n"
        "Connections in TIME_WAIT belong to no process; the probable owner is a process that was "
        "seen connected to the same remote endpoint.\n"
        "maxport counts how many blocks of 64 and of 4,096 consecutive free ports fit into the "
        "running range without overlap. For these blocks, a port is free if no socket uses it and "
        "no exclusion contains it, over IPv4 and over IPv6.\n"
        "--probe binds one port at a time, exclusively, and closes it immediately; it never "
        "listens and sends nothing.\n",
    .argument_minimum = 0,
    .argument_maximum = 0,
    .options = options,
    .run = run_why,
};
