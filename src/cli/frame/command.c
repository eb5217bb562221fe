#include "cli/frame/command.h"

#include <stdio.h>
#include <string.h>

#include "core/journal/journal.h"

void command_schema(const char *command, struct text *schema)
{
    text_puts(schema, "maxport.");
    for (; *command; command++)
        text_append(schema, *command == ' ' ? "-" : command, 1);
    text_puts(schema, "/1");
}

int exit_code_of(enum fault_kind kind)
{
    switch (kind) {
    case FAULT_NONE:
        return 0;
    case FAULT_USAGE:
        return 2;
    case FAULT_DENIED:
        return 3;
    case FAULT_STUCK:
        return 4;
    case FAULT_DECLINED:
        return 5;
    case FAULT_STORE:
        return 6;
    case FAULT_FAILED:
    case FAULT_STALE:
    case FAULT_MISSING:
    case FAULT_UNAVAILABLE:
    case FAULT_BUSY:
    case FAULT_NO_MEMORY:
    case FAULT_EXISTS:
        break;
    }
    return 1;
}

json_t *command_document(const struct invocation *invocation)
{
    struct text schema;
    json_t *document;

    text_init(&schema);
    command_schema(invocation->command->name, &schema);
    document = json_pack("{s:s, s:s}", "schema", text_string(&schema), "version", MAXPORT_VERSION);
    text_release(&schema);
    return document;
}

/* ---- running ---------------------------------------------------------- */

enum store_view command_view(const struct invocation *invocation)
{
    bool writes = invocation->command->flags & (COMMAND_CHANGES | COMMAND_ADMINISTRATOR) &&
                  !invocation->is_dry_run;

    return writes ? STORE_PRIVATE : STORE_PUBLIC;
}

bool command_ask(struct invocation *invocation, const char *question, char *answer, size_t size,
                 struct fault *fault)
{
    const struct screen *screen = &invocation->machine->screen;

    output_puts(&invocation->output, question);
    output_flush(&invocation->output);
    if (invocation->output.has_failed)
        return fault_set(fault, FAULT_FAILED, 0,
                         "The question could not be displayed. Nothing was changed.");
    if (screen->ask(screen->context, answer, size))
        return true;
    output_puts(&invocation->output, "\n"); /* the cursor is still behind the question */
    return fault_set(fault, FAULT_DECLINED, 0, "Not confirmed. Nothing was changed.");
}

bool command_confirm(struct invocation *invocation, const char *question, struct fault *fault)
{
    const struct screen *screen = &invocation->machine->screen;
    char answer[16], line[80];

    if (invocation->is_yes)
        return true;
    /* Refuse also if standard output is redirected, because the user cannot see the question. */
    if (!screen->can_ask(screen->context) || !screen->is_console(screen->context, SCREEN_OUT) ||
        invocation->output.is_json)
        return fault_set(
            fault, FAULT_USAGE, 0,
            "%s asks for confirmation before it writes, but it can ask only on a console and "
            "without --json. To skip the question, add --yes%s. Nothing was changed.",
            invocation->command->name,
            invocation->command->flags & COMMAND_CHANGES ? "; for a preview, add --dry-run" : "");
    snprintf(line, sizeof line, "\n%s [y/N] ", question);
    if (!command_ask(invocation, line, answer, sizeof answer, fault))
        return false;
    return ascii_compare(answer, "y") == 0 || ascii_compare(answer, "yes") == 0 ||
           fault_set(fault, FAULT_DECLINED, 0, "Not confirmed. Nothing was changed.");
}

bool command_wait_a_second(const struct machine *machine, const char *interrupted,
                           struct fault *fault)
{
    enum { SLICE_MS = 100, SLICES = 10 };

    for (int i = 0; i < SLICES; i++) {
        if (machine->screen.stop_requested(machine->screen.context))
            return fault_set(fault, FAULT_DECLINED, 0, "%s", interrupted);
        machine->clock.sleep_ms(machine->clock.context, SLICE_MS);
    }
    return true;
}

bool command_parse_top(const char *text, size_t *top, struct fault *fault)
{
    size_t number = 0, digits = strspn(text, "0123456789");

    if (digits > 0 && digits <= 7 && text[digits] == '\0') {
        for (const char *c = text; *c; c++)
            number = number * 10 + (size_t)(*c - '0');
        if (number > 0) {
            *top = number;
            return true;
        }
    }
    return fault_set(
        fault, FAULT_USAGE, 0,
        "--top must be a whole number from 1 to 9999999, not \"%s\". Nothing was changed.", text);
}

bool command_parse_id(const char *text, uint64_t *id, struct fault *fault)
{
    enum { SHOWN_MAX = 80 };
    size_t length = strlen(text);
    struct text shown;

    if (journal_parse_id(text, id))
        return true;
    text_init(&shown);
    text_safe(&shown, text, length < SHOWN_MAX ? length : SHOWN_MAX);
    fault_set(fault, FAULT_USAGE, 0,
              "A change number must contain only digits, not \"%s\". To list the changes, run "
              "maxport history. Nothing was changed.",
              text_string(&shown));
    text_release(&shown);
    return false;
}
