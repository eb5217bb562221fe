#include "cli/frame/run.h"

#include <stdlib.h>
#include <string.h>

#include "cli/frame/help.h"
#include "cli/frame/options.h"
#include "core/base/heap.h"

static bool check_elevation(const struct invocation *invocation, struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    struct identity identity;

    if (command_view(invocation) == STORE_PUBLIC)
        return true;
    if (!machine->identity.read(machine->identity.context, &identity, fault))
        return false;
    if (identity.is_elevated)
        return true;
    if (!(invocation->command->flags & COMMAND_CHANGES))
        return fault_set(
            fault, FAULT_DENIED, 0,
            "%s needs an administrator. Open an elevated prompt (press the Windows key, type cmd "
            "and press Ctrl+Shift+Enter, or right-click Command Prompt and select Run as "
            "administrator). Then run the command again. Nothing was changed.",
            invocation->command->name);
    return fault_set(fault, FAULT_DENIED, 0,
                     "%s changes this machine and needs an administrator. Open an elevated prompt "
                     "(press the Windows key, type cmd and press Ctrl+Shift+Enter, or right-click "
                     "Command Prompt and select Run as administrator). Then run the command again. "
                     "A preview with --dry-run needs no administrator. Nothing was changed.",
                     invocation->command->name);
}

static void print_error(const struct output *output, const char *words)
{
    output->screen->write(output->screen->context, SCREEN_ERROR, words, strlen(words));
}

void run_print_failure(const struct output *output)
{
    print_error(output, heap_failure_count() > 0
                            ? "maxport: Not enough memory; the output is incomplete.\n"
                            : "maxport: Cannot write to standard output.\n");
}

/* Returns whether the purpose of the command is something other than its output. */
static bool has_effect(const struct invocation *invocation)
{
    return !invocation->is_help &&
           (command_view(invocation) == STORE_PRIVATE || invocation->has_written_file);
}

static json_t *make_fault_document(const char *command, const struct fault *fault, int code)
{
    struct text schema;
    json_t *document;

    text_init(&schema);
    command_schema(command, &schema);
    document = json_pack("{s:s, s:s, s:{s:s, s:s, s:I, s:i}}", "schema", text_string(&schema),
                         "version", MAXPORT_VERSION, "error", "kind", fault_name(fault->kind),
                         "text", fault->text, "code", (json_int_t)fault->code, "exit", code);
    text_release(&schema);
    return document;
}

void run_describe_fault(const char *command, const struct fault *fault, int code, struct text *text)
{
    json_t *document = make_fault_document(command, fault, code);
    char *dump = document ? json_dumps(document, JSON_ENSURE_ASCII | JSON_INDENT(2)) : NULL;

    text_puts(text, dump ? dump : "");
    text_puts(text, "\n");
    text->is_broken |= !dump;
    free(dump);
    json_decref(document);
}

void run_print_fault(struct output *output, const char *command, const struct fault *fault,
                     int code)
{
    if (output->is_json) {
        struct fault own;

        if (!output_json(output, make_fault_document(command, fault, code), &own))
            output->has_failed = true;
        return;
    }
    output_style(output, STYLE_BAD);
    output_remark(output, "maxport: %s", fault->text);
    output_style(output, STYLE_NORMAL);
}

static void report_event(struct invocation *invocation, const struct identity *identity,
                         enum audit_event event, const struct text *told, const char *why,
                         const struct text *aside)
{
    const struct machine *machine = invocation->machine;
    struct text line;

    text_init(&line);
    text_printf(&line, "maxport %s by ", invocation->command->name);
    text_safe(&line, identity->account, strlen(identity->account));
    if (told->length) {
        text_puts(&line, ": ");
        text_safe(&line, text_string(told), told->length);
    }
    if (why)
        text_printf(&line, " - %s", why);
    if (aside->length)
        text_printf(&line, " - %s", text_string(aside));
    if (!line.is_broken)
        machine->audit.report(machine->audit.context, event, text_string(&line));
    text_release(&line);
}

static enum audit_event event_of(const struct invocation *invocation, bool is_done,
                                 const struct fault *fault)
{
    if (invocation->told.length)
        return invocation->event;
    if (is_done)
        return AUDIT_STORE_REPLACED;
    return fault->kind == FAULT_STUCK ? AUDIT_STUCK : AUDIT_REFUSED;
}

/* Logs, for an administrator, every command that sets has_changed, every resolved change, every
 * untrusted store, and every failure of a command that needs an administrator. */
static void audit(struct invocation *invocation, bool is_done, const struct fault *fault)
{
    const struct machine *machine = invocation->machine;
    const struct text none = {0};
    struct identity identity;
    struct fault own;
    bool has_more = invocation->aside.length || (command_view(invocation) == STORE_PRIVATE &&
                                                 (!is_done || invocation->has_changed));

    if (!machine->audit.report || (!has_more && !invocation->resolved.length) ||
        !machine->identity.read(machine->identity.context, &identity, &own) ||
        !identity.is_elevated)
        return;
    if (invocation->resolved.length)
        report_event(invocation, &identity, AUDIT_RESOLVED, &invocation->resolved, NULL, &none);
    if (has_more)
        report_event(invocation, &identity, event_of(invocation, is_done, fault), &invocation->told,
                     is_done ? NULL : fault->text, &invocation->aside);
}

/* Updates the public copies after a command failed, if they are outdated. The command may have
 * failed because of data that the copies do not contain, e.g. an interrupted change. Without the
 * update, the window would offer the same command again. */
static void publish_what_was_seen(const struct invocation *invocation)
{
    const struct store *store = &invocation->machine->store;
    struct store_record record;
    struct fault ignored; /* the copies remain marked as outdated */

    if (command_view(invocation) == STORE_PRIVATE &&
        store->record(store->context, &record, &ignored) && record.is_public_behind)
        store->publish(store->context, &ignored);
}

static int code_of_fault(const struct invocation *invocation, const struct fault *fault)
{
    const struct command *command = invocation->command;

    return command->fault_code ? command->fault_code(invocation) : exit_code_of(fault->kind);
}

static void print_fault(struct invocation *invocation, const struct fault *fault)
{
    const struct command *command = invocation->command;

    if (command->print_fault && !invocation->output.is_json)
        command->print_fault(invocation, fault);
    else
        run_print_fault(&invocation->output, command->name, fault,
                        code_of_fault(invocation, fault));
}

static int finish(struct invocation *invocation, bool is_done, struct fault *fault)
{
    struct output *output = &invocation->output;
    const struct fault lost = {.kind = FAULT_FAILED};
    int code = 0;

    audit(invocation, is_done, fault);
    text_release(&invocation->told);
    text_release(&invocation->resolved);
    text_release(&invocation->aside);
    if (!is_done) {
        code = code_of_fault(invocation, fault);
        publish_what_was_seen(invocation);
        /* A command that only reads cannot change anything, so the sentence would mislead. */
        if (!(invocation->command->flags & (COMMAND_CHANGES | COMMAND_ADMINISTRATOR)))
            fault_drop(fault, " Nothing was changed.");
        print_fault(invocation, fault);
    } else if (invocation->wants_exit_3010 && invocation->needs_restart) {
        code = 3010;
    } else {
        code = invocation->exit_code;
    }
    output_release(output);
    /* If memory ran out, the output of a successful command may be incomplete. */
    if (code == 0 && heap_failure_count() > 0)
        output->has_failed = true;
    if (!output->has_failed)
        return code;
    run_print_failure(output);
    /* A completed command keeps its exit code: after exit code 1, a script would run the command
     * again. */
    if (is_done && has_effect(invocation)) {
        print_error(output, "maxport: The command was completed; only its output is lost.\n");
        return code;
    }
    /* The exit code 0 of a format for monitoring refers to the lost output. */
    if (code == 0)
        code = code_of_fault(invocation, &lost);
    return code ? code : exit_code_of(lost.kind);
}

int run_command(const struct command *command, const struct machine *machine, int argc, char **argv)
{
    struct invocation invocation = {.command = command,
                                    .machine = machine,
                                    .reason = "",
                                    .restore_point = command->flags & COMMAND_RESTORE_POINT
                                                         ? RESTORE_POINT_AUTO
                                                         : RESTORE_POINT_SKIP};
    char **arguments = calloc((size_t)argc + 1, sizeof *arguments);
    bool is_done, is_asked;
    int code;
    struct fault fault = {0};

    invocation.words = argv + 1;
    invocation.word_count = (size_t)argc - 1;
    output_init(&invocation.output, &machine->screen);
    /* Check for --json first, so that even a usage error is reported as JSON. */
    for (int i = 1; i < argc; i++)
        invocation.output.is_json |= ascii_compare(argv[i], "--json") == 0;
    is_done = arguments || fault_no_memory(&fault);
    is_done =
        is_done && options_parse(&invocation, argc, argv, arguments, &invocation.is_help, &fault);
    is_asked = is_done && (invocation.is_help || invocation.is_version);
    if (is_asked && command->flags & COMMAND_PLUGIN)
        invocation.exit_code = COMMAND_PLUGIN_UNKNOWN;
    if (is_asked && invocation.is_help)
        help_of_command(command, &invocation.output);
    else if (is_asked)
        output_puts(&invocation.output, "maxport " MAXPORT_VERSION "\n");
    else
        is_done = is_done && (!command->evaluate || command->evaluate(&invocation, &fault)) &&
                  check_elevation(&invocation, &fault) && command->run(&invocation, &fault);
    code = finish(&invocation, is_done, &fault);
    free(arguments);
    return code;
}
