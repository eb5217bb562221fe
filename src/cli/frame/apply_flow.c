#include "cli/frame/apply_flow.h"

#include <string.h>

#include "cli/frame/document.h"
#include "cli/frame/use_line.h"
#include "core/change/change.h"
#include "core/change/entry_text.h"
#include "core/change/plan_digest.h"
#include "core/change/plan_make.h"
#include "core/change/plan_print.h"
#include "core/journal/journal_json.h"

static void print_open_entry(struct invocation *invocation, const struct survey *survey)
{
    const struct journal_entry *open = journal_open_entry(&survey->journal);

    if (open)
        output_remark(&invocation->output,
                      "Change %llu (%s) was interrupted. The next change resolves it first.",
                      (unsigned long long)open->id, open->command);
}

/* Parses --expect. apply_flow_begin() calls this function too, so that a typing error is reported
 * before anything is read. */
static bool parse_expected(const struct invocation *invocation, struct value *expected,
                           struct fault *fault)
{
    *expected = value_absent();
    return !invocation->expect || value_parse(invocation->expect, expected, fault) ||
           fault_prefix(fault, "--expect");
}

/* --expect states only one value. Fails if resolving interrupted changes would write another value
 * too. */
static bool check_resolved_alone(const struct survey *survey, const struct place *place,
                                 struct fault *fault)
{
    const struct step *beside = resolving_write_beside(&survey->resolving, place);
    char label[PLACE_NAME_SIZE + 32];

    return !beside ||
           fault_set(fault, FAULT_STALE, 0,
                     "An interrupted change must be resolved first, and resolving it writes %s, "
                     "which --expect does not cover. To resolve it, run maxport set or undo "
                     "without --expect. Nothing was changed.",
                     place_label(&beside->place, label));
}

/* Fails if the current value of the place, `found`, differs from --expect. */
static bool is_expected(const struct value *expected, const struct place *place,
                        const struct value *found, struct fault *fault)
{
    struct text shown;
    char label[PLACE_NAME_SIZE + 32];

    if (value_equal(expected, found))
        return true;
    text_init(&shown);
    value_print(found, &shown);
    text_puts(&shown, ", but --expect requires: ");
    value_print(expected, &shown);
    fault_set(fault, FAULT_STALE, 0, "%s is now %s. Nothing was changed.",
              place_label(place, label), text_string(&shown));
    text_release(&shown);
    return false;
}

static bool check_expected(const struct invocation *invocation, const struct survey *survey,
                           const struct plan *plan, struct fault *fault)
{
    const struct place *place = plan_place(plan);
    const struct value *found;
    struct value expected;
    bool is_same;

    if (!invocation->expect)
        return true;
    if (plan->step_count + plan->already_count != 1)
        return fault_set(fault, FAULT_USAGE, 0,
                         "--expect needs a change of exactly one value. Nothing was changed.");
    if (!check_resolved_alone(survey, place, fault))
        return false;
    found = plan_found(plan, &survey->resolving);
    if (!found)
        return true; /* the value is already set, so it will not be written */
    if (!parse_expected(invocation, &expected, fault))
        return false;
    is_same = is_expected(&expected, place, found, fault);
    value_release(&expected);
    return is_same;
}

static bool parse_expected_plan(const struct invocation *invocation, struct fault *fault)
{
    const char *digest = invocation->expect_plan;
    struct text shown;

    if (!digest || (strlen(digest) == SHA256_HEX_SIZE - 1 &&
                    strspn(digest, "0123456789abcdefABCDEF") == SHA256_HEX_SIZE - 1))
        return true;
    text_init(&shown);
    text_safe(&shown, digest, strlen(digest));
    fault_set(fault, FAULT_USAGE, 0,
              "--expect-plan must be the 64 digits that --dry-run --json prints as plan_sha256, "
              "not \"%.80s\". Nothing was changed.",
              text_string(&shown));
    text_release(&shown);
    return false;
}

static bool check_expected_plan(const struct invocation *invocation, const struct survey *survey,
                                const struct plan *plan, struct fault *fault)
{
    char digest[SHA256_HEX_SIZE];
    struct text now;

    if (!invocation->expect_plan)
        return true;
    if (!plan_digest(plan, &survey->resolving, digest, fault))
        return false;
    if (ascii_compare(digest, invocation->expect_plan) == 0)
        return true;
    text_init(&now);
    plan_summary(plan, &survey->resolving, &now);
    fault_set(fault, FAULT_STALE, 0,
              "The plan has changed since it was shown. Nothing was changed. The plan is now: %s. "
              "To see the whole plan, use --dry-run.",
              text_string(&now));
    text_release(&now);
    return false;
}

/* Creates a restore point. This may take minutes, so it is done before the store is locked. It is
 * also done before the first write, so that the restore point contains the previous values. */
static bool make_restore_point(struct invocation *invocation, const struct survey *survey,
                               struct restore_point_result *result, struct fault *fault)
{
    const struct restore_point_source *source = &invocation->machine->restore_points;

    memset(result, 0, sizeof *result);
    result->outcome = RESTORE_POINT_UNAVAILABLE;
    if (invocation->restore_point == RESTORE_POINT_SKIP)
        return true;
    if (os_is_server(&survey->os)) {
        strcpy(result->why, "Windows Server has no System Restore; the backup of the registry "
                            "key serves instead.");
    } else if (!source->make) {
        strcpy(result->why, "This Windows has no System Restore; the backup of the registry key "
                            "serves instead.");
    } else {
        struct text description;

        if (!invocation->output.is_json)
            output_progress(&invocation->output,
                            "Creating a System Restore point; this can take several minutes.");
        text_init(&description);
        text_printf(&description, "maxport %s", invocation->command->name);
        source->make(source->context, text_string(&description), result);
        text_release(&description);
    }
    if (result->has_crashed)
        return fault_set(fault, FAULT_FAILED, result->code,
                         "%s The effects of the crash are unknown, so maxport stopped before the "
                         "first write. Nothing was changed. To continue without a restore point, "
                         "use --restore-point skip.",
                         result->why);
    if (invocation->restore_point == RESTORE_POINT_REQUIRE && result->outcome != RESTORE_POINT_MADE)
        return fault_set(fault, FAULT_UNAVAILABLE, result->code,
                         "No new restore point was created, and --restore-point require needs "
                         "one: %s Nothing was changed.",
                         result->why);
    return true;
}

bool apply_flow_begin(struct invocation *invocation, struct survey *survey, struct fault *fault)
{
    unsigned mask = SURVEY_RANGES | SURVEY_USAGE | SURVEY_RECENT;
    struct value expected;

    if (!parse_expected_plan(invocation, fault) || !parse_expected(invocation, &expected, fault))
        return false;
    value_release(&expected);
    if (command_view(invocation) == STORE_PRIVATE)
        mask |= SURVEY_PRIVATE;
    if (!survey_take(invocation->machine, mask, survey, fault))
        return false;
    if (survey->journal.bad_count)
        output_remark(&invocation->output,
                      "%zu line%s of the journal could not be read and %s omitted.",
                      survey->journal.bad_count, survey->journal.bad_count == 1 ? "" : "s",
                      survey->journal.bad_count == 1 ? "was" : "were");
    if (invocation->is_dry_run)
        print_open_entry(invocation, survey);
    if (survey->is_journal_behind)
        output_remark(&invocation->output, "%s", survey_behind_words);
    return true;
}

/* Stores the text about resolved changes for the event log, and prints it. */
static void print_resolved(struct invocation *invocation, const struct change *change, bool is_done)
{
    if (!*change->resolved)
        return;
    text_safe(&invocation->resolved, change->resolved, strlen(change->resolved));
    if (is_done) /* if the change failed, its fault contains the text */
        output_remark(&invocation->output, "%s", text_string(&invocation->resolved));
}

static bool confirm_resolving(struct invocation *invocation, const struct survey *survey,
                              struct fault *fault)
{
    struct text shown;

    if (!invocation->output.is_json) {
        text_init(&shown);
        resolving_print(&survey->resolving, invocation->output.width, &shown);
        output_text(&invocation->output, &shown);
        text_release(&shown);
    }
    return invocation->is_dry_run || command_confirm(invocation, "Resolve this?", fault);
}

/* Resolves interrupted changes. If `undoes` is not 0, it is the number of a change whose values are
 * already restored. The function then also adds a journal entry that marks this change as undone,
 * so that the next undo selects an earlier change. *id: the number of the added entry; 0: no entry
 * was added. */
static bool resolve_or_note(struct invocation *invocation, const struct survey *survey,
                            uint64_t undoes, uint64_t *id, struct fault *fault)
{
    struct change change;
    bool is_done;

    change_init(&change, invocation->command->name);
    change.reason = invocation->reason;
    change.undoes = undoes;
    is_done = undoes ? change_note_undone(invocation->machine, survey, &change, fault)
                     : change_resolve(invocation->machine, survey, &change, fault);
    print_resolved(invocation, &change, is_done);
    apply_flow_remark_store(invocation, &change);
    *id = change.id;
    return is_done;
}

bool apply_flow_resolving(struct invocation *invocation, const struct survey *survey,
                          struct fault *fault)
{
    uint64_t none;

    if (survey->resolving_fault.kind != FAULT_NONE) {
        *fault = survey->resolving_fault;
        return false;
    }
    return !survey->resolving.count ||
           (confirm_resolving(invocation, survey, fault) &&
            (invocation->is_dry_run || resolve_or_note(invocation, survey, 0, &none, fault)));
}

/* Prints the JSON of a run that applied no plan: a dry run, or all values were already set. */
static bool print_unchanged(struct invocation *invocation, const struct survey *survey,
                            const struct plan *plan, json_t *document, struct fault *fault)
{
    char digest[SHA256_HEX_SIZE];

    if (invocation->is_dry_run) {
        if (!plan_digest(plan, &survey->resolving, digest, fault)) {
            json_decref(document);
            return false;
        }
        json_object_set_new(document, "plan_sha256", json_string(digest));
    }
    json_object_set_new(document, "changed", json_false());
    json_object_set_new(document, "dry_run", json_boolean(invocation->is_dry_run));
    json_object_set_new(document, "plan", document_plan(plan, survey));
    return output_json(&invocation->output, document, fault);
}

static bool report_already(struct invocation *invocation, const struct survey *survey,
                           const struct plan *plan, uint64_t undoes, json_t *document,
                           struct fault *fault)
{
    struct output *output = &invocation->output;
    bool is_noted = undoes && plan->already_count;
    uint64_t id = 0;

    if ((survey->resolving.count && !confirm_resolving(invocation, survey, fault)) ||
        (!invocation->is_dry_run && (is_noted || survey->resolving.count) &&
         !resolve_or_note(invocation, survey, is_noted ? undoes : 0, &id, fault))) {
        json_decref(document);
        return false;
    }
    /* A deployment that repeats the command must still learn that a restart is needed. */
    invocation->needs_restart = !invocation->is_dry_run && plan->is_already_pending;
    if (output->is_json) {
        if (id)
            json_object_set_new(document, "id", json_integer((json_int_t)id));
        json_object_set_new(document, "needs_restart", json_boolean(invocation->needs_restart));
        return print_unchanged(invocation, survey, plan, document, fault);
    }
    json_decref(document);
    if (id)
        output_paragraph(
            output, 0,
            "No setting was written, because the values are already as they were before the "
            "change. Change %llu is now listed as undone (journal entry %llu).",
            (unsigned long long)undoes, (unsigned long long)id);
    else
        output_paragraph(output, 0, "%s nothing %swas written.",
                         plan->already_count ? "Already as requested;" : "Nothing to do;",
                         invocation->resolved.length ? "else " : "");
    if (plan->is_already_pending)
        output_paragraph(output, 0, "%s", survey_restart_words);
    return true;
}

/* Describes how an untrusted folder at the store's path was handled. Leaves *words empty if
 * no untrusted folder was found. */
static void store_words(const struct machine *machine, const struct store_preparation *store,
                        struct text *words)
{
    const char *why = *store->why ? store->why : "A folder within the store was not trusted.";
    char path[STORE_PATH_SIZE];

    if (*store->moved_to)
        text_printf(words, "%s The folder was not read; it was renamed to %s.", why,
                    store->moved_to);
    if (*store->moved_to && *store->why)
        text_printf(words,
                    " If you restored this store from a backup of files, take it over with "
                    "maxport store adopt \"%s\".",
                    store->moved_to);
    if (*store->given_up) {
        machine->store.path(machine->store.context, STORE_PUBLIC, "", path);
        text_printf(words,
                    "%s Another program prevents renaming %s. The folder was not read; the "
                    "store is now %s.",
                    why, store->given_up, path);
    }
}

void apply_flow_remark_store(struct invocation *invocation, const struct change *change)
{
    struct text words;

    text_init(&words);
    store_words(invocation->machine, &change->store, &words);
    if (words.length) {
        output_remark(&invocation->output, "%s", text_string(&words));
        text_safe(&invocation->aside, text_string(&words), words.length);
    }
    text_release(&words);
    if (*change->unpublished)
        output_remark(&invocation->output,
                      "The public copies of the journal and the backups are not up to date: %s "
                      "Until the next change, the window and commands that only read show the "
                      "state before this change.",
                      change->unpublished);
}

static void print_done(struct invocation *invocation, const struct survey *survey,
                       const struct plan *plan, const struct change *change)
{
    struct output *output = &invocation->output;

    output_style(output, STYLE_GOOD);
    output_printf(output,
                  "\n"
                  "Change %llu is complete and verified.\n",
                  (unsigned long long)change->id);
    output_style(output, STYLE_NORMAL);
    output_use(output, "  Use after", 16, survey_use(survey));
    output_printf(output, "  Backup        %s\n", change->backup);
    output_printf(output, "  Undo file     %s\n", change->undo_file);
    if (*change->restore_point->why)
        output_labelled(output, "  Restore point", change->restore_point->why, 16);
    if (plan->needs_restart) {
        struct text when;

        text_init(&when);
        text_printf(&when, "%s; then run maxport verify", setting_restart_words(&survey->os));
        output_labelled(output, "  Takes effect", text_string(&when), 16);
        text_release(&when);
    }
    output_printf(output, "  To undo       maxport undo %llu\n", (unsigned long long)change->id);
}

/* Makes the text for the event log, with the places and their values before and after, and sets the
 * kind of event. */
static void print_event(struct invocation *invocation, const struct plan *plan,
                        const struct change *change, bool is_done, const struct fault *fault)
{
    struct text *told = &invocation->told;
    char label[PLACE_NAME_SIZE + 32];

    /* If the change was refused before it began, the event log contains only the fault. */
    if (!is_done && !change->id)
        return;
    text_printf(told, "change %llu", (unsigned long long)change->id);
    if (change->undoes)
        text_printf(told, ", undoing change %llu", (unsigned long long)change->undoes);
    for (size_t i = 0; i < plan->step_count; i++) {
        text_printf(told, "%s %s ", i ? ";" : ":", place_label(&plan->steps[i].place, label));
        entry_print_values(&plan->steps[i], told);
    }
    if (*invocation->reason) {
        text_puts(told, "; reason: ");
        text_safe(told, invocation->reason, strlen(invocation->reason));
    }
    if (is_done)
        invocation->event = change->undoes ? AUDIT_UNDONE : AUDIT_CHANGED;
    else if (change->is_done_unwritten)
        invocation->event = AUDIT_UNCLOSED;
    else
        invocation->event = fault->kind == FAULT_STUCK ? AUDIT_STUCK : AUDIT_ROLLED_BACK;
}

static bool apply(struct invocation *invocation, struct survey *survey, const struct plan *plan,
                  uint64_t undoes, json_t *document, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct restore_point_result point;
    struct change change;
    struct text undo;
    bool is_done;

    change_init(&change, invocation->command->name);
    change.reason = invocation->reason;
    change.undoes = undoes;
    change.restore_point = &point;
    is_done = make_restore_point(invocation, survey, &point, fault);
    if (is_done) {
        is_done = change_apply(invocation->machine, survey, plan, &change, fault);
        print_resolved(invocation, &change, is_done);
        print_event(invocation, plan, &change, is_done, fault);
        apply_flow_remark_store(invocation, &change);
    }
    if (!is_done) {
        json_decref(document);
        return false;
    }
    invocation->has_changed = true;
    invocation->needs_restart = plan->needs_restart;
    if (!output->is_json) {
        json_decref(document);
        print_done(invocation, survey, plan, &change);
        return true;
    }
    text_init(&undo);
    text_printf(&undo, "maxport undo %llu", (unsigned long long)change.id);
    json_object_set_new(document, "changed", json_true());
    json_object_set_new(document, "dry_run", json_false());
    json_object_set_new(document, "id", json_integer((json_int_t)change.id));
    json_object_set_new(document, "plan", document_plan(plan, survey));
    json_object_set_new(document, "backup", document_text(change.backup));
    json_object_set_new(document, "undo_file", document_text(change.undo_file));
    json_object_set_new(document, "undo_command", json_string(text_string(&undo)));
    json_object_set_new(document, "needs_restart", json_boolean(plan->needs_restart));
    json_object_set_new(document, "use_after", journal_json_use(&change.use_after));
    if (*point.why)
        json_object_set_new(document, "restore_point",
                            json_pack("{s:s, s:I, s:s}", "outcome",
                                      restore_point_outcome_name(point.outcome), "sequence",
                                      (json_int_t)point.sequence, "text", point.why));
    json_object_set_new(document, "is_published", json_boolean(!*change.unpublished));
    if (*change.store.moved_to)
        json_object_set_new(document, "store_moved_to", document_text(change.store.moved_to));
    if (*change.store.given_up)
        json_object_set_new(document, "store_given_up", document_text(change.store.given_up));
    text_release(&undo);
    return output_json(output, document, fault);
}

bool apply_flow(struct invocation *invocation, struct survey *survey, const struct plan *plan,
                uint64_t undoes, json_t *document, struct fault *fault)
{
    struct output *output = &invocation->output;
    struct text shown;

    if (!output->is_json) {
        json_decref(document);
        document = NULL;
    } else if (!document && !(document = command_document(invocation))) {
        return fault_no_memory(fault);
    }
    if (!check_expected_plan(invocation, survey, plan, fault) ||
        !check_expected(invocation, survey, plan, fault)) {
        json_decref(document);
        return false;
    }
    if (!plan->step_count)
        return report_already(invocation, survey, plan, undoes, document, fault);
    if (output->is_json) {
        json_object_set_new(document, "use_before", document_usage(survey));
    } else {
        text_init(&shown);
        plan_print(plan, survey, output->width, &shown);
        output_use(output, "  Use before", 16, survey_use(survey));
        output_puts(output, "\n");
        output_text(output, &shown);
        text_release(&shown);
    }
    if (invocation->is_dry_run) {
        if (!output->is_json) {
            if (invocation->restore_point != RESTORE_POINT_SKIP && !os_is_server(&survey->os))
                output_labelled(output, "  Restore point",
                                "if System Restore is on, one would be created first (use "
                                "--restore-point skip to omit it)",
                                16);
            output_puts(output, "\nDry run: nothing was written.\n");
            return true;
        }
        return print_unchanged(invocation, survey, plan, document, fault);
    }
    if (!command_confirm(invocation, "Apply this change?", fault)) {
        json_decref(document);
        return false;
    }
    output_flush(output);
    return apply(invocation, survey, plan, undoes, document, fault);
}

bool apply_flow_requests(struct invocation *invocation, const struct request *requests,
                         size_t count, struct fault *fault)
{
    struct survey survey;
    struct plan plan;
    bool is_done;

    if (!requests_are_distinct(requests, count, fault) ||
        !apply_flow_begin(invocation, &survey, fault))
        return false;
    is_done = plan_make(invocation->machine, &survey, requests, count, &plan, fault);
    if (is_done) {
        is_done = apply_flow(invocation, &survey, &plan, 0, NULL, fault);
        plan_release(&plan);
    }
    survey_release(&survey);
    return is_done;
}
