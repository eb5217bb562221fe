#include "core/base/command_line.h"
#include "cli/frame/commands.h"
#include "suites.h"

#include <stdio.h>
#include <string.h>

START_TEST(a_command_line_ends_before_the_rest_of_the_sentence)
{
    static const struct {
        const char *command, *rest;
    } rows[] = {
        {"maxport undo", " undoes the restore"},
        {"maxport history", ". Nothing was changed."},
        {"maxport set 65534 --dry-run", ", and restart"},
        {"maxport set TcpTimedWaitDelay=30", ""},
        {"maxport set NAME=VALUE...", " sets values"},
        {"maxport reset MaxUserPort", " deletes the value"},
        {"maxport range set --start 1025 --count 64511", " (uses netsh)"},
        {"maxport restore-point create --description \"before CHG 1\"", " asks"},
        {"maxport restore \"C:\\my files\\1.reg\"", "."},
        {"maxport store adopt D:\\restored\\maxport", ". Nothing"},
        {"maxport ports --by remote", " lists ports"},
        {"maxport why --json > why.json", ""},
        {"maxport ports --by", ""},
        {"maxport --help", ")"},
        {"maxport COMMAND --help", ". For"},
        {"netsh int ipv4 set dynamicport tcp", ", not MaxUserPort"},
        {"netsh interface ipv4|ipv6 show excludedportrange", ") could"},
        {"net stop winnat", ")."},
        {"wsl --shutdown", "), Docker"},
        {"shutdown /r /t 0", " to restart"},
        {"maxport undo", "\n3"},
        {"", "maxport\nundo"},
        {"", "maxport makes a backup"},
        {"", "maxport: set needs a value"},
        {"", "netsh marks the range"},
        {"", "maxports"},
        {"", "maxport"},
        {"", ""},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char sentence[160];

        snprintf(sentence, sizeof sentence, "%s%s", rows[i].command, rows[i].rest);
        ck_assert_msg(command_line_length(sentence) == strlen(rows[i].command), "%s: %zu", sentence,
                      command_line_length(sentence));
    }
}
END_TEST

START_TEST(each_command_is_recognized)
{
    for (size_t i = 0; commands[i]; i++) {
        char line[80];

        snprintf(line, sizeof line, "maxport %s --json", commands[i]->name);
        ck_assert_msg(command_line_length(line) == strlen(line), "%s", line);
    }
}
END_TEST

Suite *command_line_suite(void)
{
    Suite *suite = suite_create("command_line");
    TCase *tests = tcase_create("command_line");

    tcase_add_test(tests, a_command_line_ends_before_the_rest_of_the_sentence);
    tcase_add_test(tests, each_command_is_recognized);
    suite_add_tcase(suite, tests);
    return suite;
}
