#include "cli/frame/help.h"

#include <string.h>

#include "cli/frame/command.h"
#include "cli/frame/options.h"
#include "core/rules/setting.h"

/* Calls print() for each line of a string. Lines are separated by '\n'. */
static void each_line(const char *lines, void (*print)(struct output *, const char *, size_t),
                      struct output *output)
{
    while (lines && *lines) {
        size_t length = strcspn(lines, "\n");

        print(output, lines, length);
        lines += length + (lines[length] == '\n');
    }
}

static const char *next_line(const char *line)
{
    size_t length = strcspn(line, "\n");

    return line + length + (line[length] == '\n');
}

/* Prints examples. lines: "command|what it does". Prints two columns if every example fits on one
 * line, otherwise each description below its command. */
static void print_examples(struct output *output, const char *lines)
{
    size_t commands = 0, descriptions = 0;
    bool are_columns;

    for (const char *at = lines; *at; at = next_line(at)) {
        size_t command = strcspn(at, "|"), description = strcspn(at + command + 1, "\n");

        commands = command > commands ? command : commands;
        descriptions = description > descriptions ? description : descriptions;
    }
    are_columns = 4 + commands + descriptions <= output->width;
    for (const char *at = lines; *at; at = next_line(at)) {
        size_t command = strcspn(at, "|"), description = strcspn(at + command + 1, "\n");

        output_printf(output, "  %-*.*s", are_columns ? (int)commands : 0, (int)command, at);
        if (are_columns) {
            output_printf(output, "  %.*s\n", (int)description, at + command + 1);
        } else {
            output_puts(output, "\n");
            output_paragraph(output, 6, "%.*s", (int)description, at + command + 1);
        }
    }
}

static void print_detail(struct output *output, const char *line, size_t length)
{
    output_puts(output, "\n");
    output_paragraph(output, 0, "%.*s", (int)length, line);
}

static void print_settings(struct output *output)
{
    output_puts(output, "\n");
    for (size_t i = 0; i < setting_count; i++)
        output_paragraph(output, 0, "%s accepts %s.", setting_at(i)->name, setting_at(i)->accepts);
}

enum { OPTIONS_COLUMN = 18 };

/* letter: the one-letter name of the option, or 0. */
static void print_option(struct output *output, const struct option_row *row, char letter)
{
    struct text name;

    text_init(&name);
    text_puts(&name, "  ");
    if (letter)
        text_printf(&name, "-%c, ", letter);
    text_printf(&name, "--%s%s%s", row->name, row->argument ? " " : "",
                row->argument ? row->argument : "");
    if (name.length >= OPTIONS_COLUMN) /* a long name moves its description to the right */
        text_puts(&name, "  ");
    output_labelled(output, text_string(&name), row->help, OPTIONS_COLUMN);
    text_release(&name);
}

enum { COMMANDS_COLUMN = 24 }; /* "restore-point create" is the longest */

void help_of_program(const struct command *const *commands, struct output *output)
{
    output_paragraph(output, 0,
                     "maxport shows, changes and restores the number of ephemeral ports "
                     "available to Windows.");
    output_puts(output, "\n");
    print_examples(output, "maxport|show port use and settings of this machine\n"
                           "maxport set 65534 --dry-run|preview raising MaxUserPort\n"
                           "maxport set 65534|raise MaxUserPort, after a backup\n"
                           "maxport undo|undo the last change exactly\n");
    output_puts(output, "\nCommands\n");
    for (size_t i = 0; commands[i]; i++) {
        struct text name;

        text_init(&name);
        text_printf(&name, "  %s", commands[i]->name);
        output_labelled(output, text_string(&name), commands[i]->summary, COMMANDS_COLUMN);
        text_release(&name);
    }
    output_puts(output, "\n");
    output_paragraph(output, 0,
                     "For details of a command, run maxport COMMAND --help. For the version, run "
                     "maxport --version.");
    output_paragraph(
        output, 0,
        "Exit codes: 0 done or nothing to do; 1 failed, everything as before; 2 "
        "invalid input; 3 needs an administrator; 4 rollback incomplete; 5 declined "
        "or interrupted; 6 the store could not be written; 7 more ports in use than "
        "--fail-above; 3010 with --exit-3010, a restart is needed. check ends as plugins of "
        "Nagios do: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN.");
}

void help_of_command(const struct command *command, struct output *output)
{
    const char *letter = command->letters ? command->letters : "";
    const struct option_row *row;
    size_t at = 0;

    print_examples(output, command->examples);
    output_puts(output, "\n");
    output_paragraph(output, 0, "maxport %s%s%s [OPTIONS]", command->name,
                     *command->arguments ? " " : "", command->arguments);
    each_line(command->details, print_detail, output);
    if (command->flags & COMMAND_LISTS_SETTINGS)
        print_settings(output);
    output_puts(output, "\nOptions\n");
    for (row = command->options; row && row->name; row++) {
        print_option(output, row, *letter);
        letter += *letter != '\0';
    }
    while ((row = options_shared(command, &at)))
        print_option(output, row, 0);
}
