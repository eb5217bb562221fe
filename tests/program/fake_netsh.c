/* fake_netsh.c - a netsh.exe that has three commands and can simulate faults.
 *
 *   interface ipv4|ipv6 show dynamicport tcp|udp
 *   interface ipv4|ipv6 set dynamicport tcp|udp start=S num=N store=persistent
 *   interface ipv4|ipv6 show excludedportrange protocol=tcp|udp
 *
 * The file C:\fake\netsh.txt (format: fake_state.h) contains the state of this netsh:
 *
 *   language|NAME                     english, german, japanese or portuguese, each printed in the
 *                                     console's code page for that language
 *   range|tcp|ipv4|49152|16384        start and count
 *   exclusion|tcp|ipv4|50000|50059    start and end; followed by |* for an administered exclusion
 *   coupled|yes                       "set" changes the ranges of both families
 *   mode|MODE                         the mode applies to all commands
 *   mode|MODE|WORD                    the mode applies to commands that contain WORD
 *
 * MODE is one of these:
 *
 *   stub      prints nothing and exits with 0, like Wine's netsh
 *   garbled   prints bytes without a meaning
 *   hang      never ends
 *   deny      prints that administrator rights are required, and exits with 1
 *   fail      prints an error and exits with 1
 *   flood     prints 200,000 bytes before the answer
 *   endless   never stops printing
 *   ignore    "set" prints Ok, but changes nothing
 *   input     prints the number of bytes on its standard input
 *
 * The program appends each command line to C:\fake\netsh.log. "set" refuses the ranges that
 * Microsoft's netsh refuses (KB929851).
 */
#include "fake_state.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <windows.h>

struct language {
    const char *name;
    /* Both titles contain %s, which the protocol replaces. */
    const char *range_title, *start, *count;
    const char *exclusions_title, *columns, *footer, *ok;
    const char *denied, *unknown;
};

static const struct language languages[] = {
    {"english", "Protocol %s Dynamic Port Range",
     "Start Port      : ", "Number of Ports : ", "Protocol %s Port Exclusion Ranges",
     "Start Port    End Port      ", "* - Administered port exclusions.", "Ok.",
     "The requested operation requires elevation (Run as administrator).",
     "The following command was not found: "},
    /* In code page 850. */
    {"german", "Dynamischer Portbereich f\x81r Protokoll %s",
     "Startport       : ", "Anzahl von Ports: ", "Portausschlussbereiche f\x81r Protokoll %s",
     "Startport     Endport       ", "* - Verwaltete Portausschl\x81sse.", "OK.",
     "Der angeforderte Vorgang erfordert erh\x94hte Rechte (Als Administrator ausf\x81hren).",
     "Folgender Befehl wurde nicht gefunden: "},
    /* In code page 932. */
    {"japanese",
     "\x83v\x83\x8d\x83g\x83R\x83\x8b %s \x82\xcc\x93\xae\x93I\x83|\x81[\x83g\x94\xcd\x88\xcd",
     "\x8aJ\x8en\x83|\x81[\x83g      : ", "\x83|\x81[\x83g\x90\x94       : ",
     "\x83v\x83\x8d\x83g\x83R\x83\x8b %s \x83|\x81[\x83g\x82\xcc\x8f\x9c\x8aO",
     "\x8aJ\x8en\x83|\x81[\x83g    \x8fI\x97\xb9\x83|\x81[\x83g      ",
     "* - \x8a\xc7\x97\x9d\x8d\xcf\x82\xdd\x81\x42", "OK", "\x8f\xb8\x8ai\x82\xaa\x95K\x97v",
     "\x83R\x83}\x83\x93\x83h\x82\xaa\x82\xa0\x82\xe8\x82\xdc\x82\xb9\x82\xf1: "},
    /* In code page 850. */
    {"portuguese", "Intervalo de Portas Din\x83micas do Protocolo %s", "Porta Inicial           : ",
     "N\xa3mero de Portas        : ", "Intervalos de Exclus\xc6o de Portas do Protocolo %s",
     "Porta Inicial Porta Final   ", "* - Exclus\x93\xc6s administradas.", "OK.",
     "A opera\x87\xc6o solicitada requer eleva\x87\xc6o.", "Comando n\xc6o encontrado: "},
};

static const struct language *choose_language(const char *state)
{
    struct fake_line line;
    if (fake_state_find(&state, "language", 2, &line)) {
        for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
            if (strcmp(line.fields[1], languages[i].name) == 0)
                return &languages[i];
    }
    return &languages[0];
}

static bool has_mode(const char *state, const char *mode, const char *command)
{
    struct fake_line line;
    while (fake_state_find(&state, "mode", 2, &line)) {
        if (strcmp(line.fields[1], mode) == 0 &&
            (line.count < 3 || strstr(command, line.fields[2]))) {
            return true;
        }
    }
    return false;
}

/* ------------------------------------------------------------ modes */

static void hang(void)
{
    CreateMutexW(NULL, FALSE, FAKE_NETSH_HANGS);
    Sleep(INFINITE);
}

static void print_noise(void)
{
    static const char bytes[] = "-- --\x81\x94 4915 2:\r\r\n*16-384 \x1b[2J\xff\xfe:\t---";
    for (int i = 0; i < 200; i++) {
        printf("%.*s", i % (int)sizeof bytes, bytes + i % 7);
        printf("%s", i % 3 ? "\r\n" : "");
    }
}

static void print_flood(void)
{
    for (int i = 0; i < 4000; i++)
        printf("%-48s\r\n", "so many words and no number");
}

static void print_endlessly(void)
{
    char block[4096];
    memset(block, 'x', sizeof block);
    while (fwrite(block, 1, sizeof block, stdout) == sizeof block)
        ;
}

static void print_input(void)
{
    char buffer[64];
    size_t got = fread(buffer, 1, sizeof buffer, stdin);
    printf("%u bytes of input\r\n", (unsigned)got);
}

/* ------------------------------------------------------------ commands */

/* Prints a title with the protocol in the place of its %s. */
static void print_title(const char *title, const char *protocol)
{
    const char *gap = strstr(title, "%s");
    printf("\r\n%.*s%s%s\r\n", (int)(gap - title), title, protocol, gap + 2);
}

static int show_range(const char *state, const struct language *language, const char *family,
                      const char *protocol)
{
    unsigned long start, count;
    if (!fake_state_range(state, protocol, family, &start, &count))
        return 1;
    print_title(language->range_title, protocol);
    printf("---------------------------------\r\n");
    printf("%s%lu\r\n%s%lu\r\n\r\n", language->start, start, language->count, count);
    return 0;
}

static int show_exclusions(const char *state, const struct language *language, const char *family,
                           const char *protocol)
{
    struct fake_line line;
    print_title(language->exclusions_title, protocol);
    printf("\r\n%s\r\n----------    --------      \r\n", language->columns);
    while (fake_state_find(&state, "exclusion", 5, &line)) {
        if (strcmp(line.fields[1], protocol) == 0 && strcmp(line.fields[2], family) == 0) {
            printf("%10s  %10s     %s\r\n", line.fields[3], line.fields[4],
                   line.count > 5 ? line.fields[5] : " ");
        }
    }
    printf("\r\n%s\r\n\r\n", language->footer);
    return 0;
}

/* Returns the number of an option such as "start=1025", or 0 if the option is missing. */
static unsigned long option(int argc, char **argv, const char *name)
{
    size_t length = strlen(name);
    for (int i = 0; i < argc; i++)
        if (strncmp(argv[i], name, length) == 0 && argv[i][length] == '=')
            return strtoul(argv[i] + length + 1, NULL, 10);
    return 0;
}

static int set_range(const char *state, const struct language *language, const char *family,
                     const char *protocol, unsigned long start, unsigned long count)
{
    struct fake_line line;
    const char *at = state;
    bool is_coupled = fake_state_find(&at, "coupled", 2, &line);
    char *changed = calloc(1, strlen(state) + 256);
    if (!changed)
        return 1;
    if (start < 1025 || count < 255 || start + count - 1 > 65535) {
        printf("%s\r\n", "The parameter is incorrect.");
        free(changed);
        return 1;
    }
    for (at = state; fake_state_next(&at, &line);) {
        bool is_it = line.count >= 5 && strcmp(line.fields[0], "range") == 0 &&
                     strcmp(line.fields[1], protocol) == 0 &&
                     (is_coupled || strcmp(line.fields[2], family) == 0);
        for (size_t i = 0; i < line.count && !is_it; i++)
            strcat(strcat(changed, i ? "|" : ""), line.fields[i]);
        if (is_it) {
            sprintf(changed + strlen(changed), "range|%s|%s|%lu|%lu", protocol, line.fields[2],
                    start, count);
        }
        strcat(changed, "\n");
    }
    bool is_ok = fake_state_write(FAKE_NETSH_STATE, changed);
    free(changed);
    printf("%s\r\n\r\n", language->ok);
    return is_ok ? 0 : 1;
}

static int run(const char *state, const struct language *language, const char *command, int argc,
               char **argv)
{
    if (argc >= 6 && strcmp(argv[1], "interface") == 0) {
        const char *family = argv[2], *verb = argv[3], *thing = argv[4], *last = argv[5];
        if (strcmp(thing, "dynamicport") == 0 && strcmp(verb, "show") == 0)
            return show_range(state, language, family, last);
        if (strcmp(thing, "excludedportrange") == 0 && strcmp(verb, "show") == 0)
            return show_exclusions(state, language, family, strchr(last, '=') ? last + 9 : last);
        if (strcmp(thing, "dynamicport") == 0 && strcmp(verb, "set") == 0) {
            if (has_mode(state, "ignore", command)) {
                printf("%s\r\n\r\n", language->ok);
                return 0;
            }
            return set_range(state, language, family, last, option(argc, argv, "start"),
                             option(argc, argv, "num"));
        }
    }
    printf("%s%s\r\n", language->unknown, command);
    return 1;
}

int main(int argc, char **argv)
{
    char command[FAKE_LINE_SIZE] = "";
    char *state = fake_state_read(FAKE_NETSH_STATE);
    const struct language *language = choose_language(state ? state : "");
    WideCharToMultiByte(CP_UTF8, 0, GetCommandLineW(), -1, command, sizeof command, NULL, NULL);
    fake_state_log(FAKE_NETSH_LOG, command);
    _setmode(_fileno(stdout), _O_BINARY);
    if (!state || has_mode(state, "stub", command))
        return 0;
    if (has_mode(state, "hang", command))
        hang();
    if (has_mode(state, "garbled", command)) {
        print_noise();
        return 0;
    }
    if (has_mode(state, "deny", command)) {
        printf("%s\r\n\r\n", language->denied);
        return 1;
    }
    if (has_mode(state, "fail", command)) {
        printf("%s%s\r\n", language->unknown, command);
        return 1;
    }
    if (has_mode(state, "input", command)) {
        print_input();
        return 0;
    }
    if (has_mode(state, "endless", command))
        print_endlessly();
    if (has_mode(state, "flood", command))
        print_flood();
    int code = run(state, language, command, argc, argv);
    free(state);
    return code;
}
