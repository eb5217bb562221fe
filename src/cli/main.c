/* main.c - maxport.exe: the only file of cli that includes headers of win32. */
#include <windows.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/frame/commands.h"
#include "win32/harden.h"
#include "win32/lib/background.h"
#include "win32/lib/wide.h"
#include "win32/machine.h"
#include "win32/random.h"

/* Writes ASCII text to standard error. Used before a screen exists. */
static int give_up(const char *words)
{
    DWORD written;

    WriteFile(GetStdHandle(STD_ERROR_HANDLE), words, (DWORD)strlen(words), &written, NULL);
    return exit_code_of(FAULT_FAILED);
}

static char **utf8_arguments(int argc, wchar_t **wide)
{
    char **argv = calloc((size_t)argc + 1, sizeof *argv);

    for (int i = 0; argv && i < argc; i++) {
        argv[i] = wide_to_utf8(wide[i], wcslen(wide[i]));
        if (!argv[i])
            return NULL; /* nothing is freed, because the program ends */
    }
    return argv;
}

/* Gives jansson a random seed for its hash tables, so that an attacker cannot write a file whose
 * keys all collide. Otherwise jansson would get the seed from a cryptographic provider, which loads
 * ten DLLs. */
static void seed_json(void)
{
    struct fault ignored;
    size_t seed;

    if (random_fill(&seed, sizeof seed, &ignored))
        json_object_seed(seed);
}

/* Called by the C runtime; no header declares it. */
int wmain(int argc, wchar_t **wide);

int wmain(int argc, wchar_t **wide)
{
    struct machine_adapters adapters;
    struct machine machine;
    char **argv;
    int code;

    if (!harden_process())
        return give_up("maxport: not started, because Windows would load DLLs from unsafe "
                       "folders.\n");
    seed_json();
    argv = utf8_arguments(argc, wide);
    if (!argv)
        return give_up("maxport: not enough memory.\n");
    machine_open(&adapters, &machine);
    code = commands_main(&machine, argc, argv);
    machine_close(&adapters);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
    free(argv);
    background_end_process(code);
}
