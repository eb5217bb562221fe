/* torture MAXPORT STEPS [KIND...] [--runs N] [--pairs N] [--stride N] [--seed N] [--to FILE]
 *         [--windows-xp]
 *
 * Disturbs runs of maxport.exe (MAXPORT) and of a variant with faults (STEPS, steps.c), and prints
 * a line for each kind of fault. The exit code is 0 if nothing was lost, half done or silent (see
 * tally.h). The program changes HKEY_LOCAL_MACHINE and the store, so outside of Wine it requires
 * MAXPORT_TESTS_MAY_CHANGE_THIS_MACHINE=yes.
 */
#include <windows.h>

#include <shellapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torture/child.h"
#include "torture/kinds.h"
#include "torture/oracle.h"
#include "torture/scene.h"

static const struct {
    const wchar_t *name;
    void (*run)(const struct options *options);
} kinds[] = {
    {L"kills", torture_kill_at_every_step},
    {L"failures", torture_fail_at_every_step},
    {L"ctrl-c", torture_interrupt},
    {L"random", torture_kill_at_random},
    {L"races", torture_races},
    {L"foreign", torture_foreign_writes},
    {L"torn", torture_torn_lines},
    {L"holders", torture_holders},
    {L"clock", torture_clock},
    {L"attacker", torture_attacker},
};

enum { KIND_COUNT = sizeof kinds / sizeof *kinds, JOURNAL_MAX = 100 * 1024 };

struct row *row_begin(const char *kind, struct scene *base)
{
    scene_clear();
    scene_look(base);
    return tally_begin(kind);
}

void row_end(struct row *row, struct scene *base)
{
    scene_release(base);
    scene_clear();
    tally_end(row);
}

void keep_short(struct row *row, struct scene *base)
{
    if (base->length < JOURNAL_MAX)
        return;
    scene_clear();
    scene_release(base);
    scene_look(base);
    set_afresh(row, "in a new store", base);
}

static bool full_path(const wchar_t *path, wchar_t full[MAX_PATH])
{
    return GetFullPathNameW(path, MAX_PATH, full, NULL) &&
           GetFileAttributesW(full) != INVALID_FILE_ATTRIBUTES;
}

static int usage(void)
{
    fputs("usage: torture MAXPORT.EXE STEPS.EXE [KIND...] [--runs N] [--pairs N] [--stride N] "
          "[--seed N] [--to FILE] [--windows-xp]\nkinds:",
          stderr);
    for (size_t i = 0; i < KIND_COUNT; i++)
        fprintf(stderr, " %ls", kinds[i].name);
    fputs("\n", stderr);
    return 2;
}

/* Makes Wine simulate Windows XP for one program. On Windows XP, maxport does not read the ranges
 * from WMI and netsh, which takes five sixths of the time of a run. Wine reads this value for each
 * program that starts. */
static bool simulate_windows_xp(const wchar_t *program)
{
    static const wchar_t version[] = L"winxp64";
    wchar_t path[2 * MAX_PATH];
    HKEY key;
    bool is_set;

    snwprintf(path, 2 * MAX_PATH, L"Software\\Wine\\AppDefaults\\%ls", wcsrchr(program, L'\\') + 1);
    if (RegCreateKeyExW(HKEY_CURRENT_USER, path, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL) !=
        ERROR_SUCCESS)
        return false;
    is_set = RegSetValueExW(key, L"Version", 0, REG_SZ, (const BYTE *)version, sizeof version) ==
             ERROR_SUCCESS;
    RegCloseKey(key);
    return is_set;
}

/* Returns the value of the option `name` at *i, or NULL if *i is another argument. */
static const wchar_t *option(wchar_t **arguments, int count, int *i, const wchar_t *name)
{
    if (wcscmp(arguments[*i], name) != 0 || *i + 1 >= count)
        return NULL;
    return arguments[++*i];
}

int main(void)
{
    int count;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &count);
    static wchar_t maxport[MAX_PATH], steps[MAX_PATH], self[MAX_PATH];
    struct options options = {
        .steps = steps, .self = self, .runs = 1000, .pairs = 100, .stride = 1};
    bool is_wanted[KIND_COUNT] = {false}, is_any_wanted = false;
    bool simulates_xp = false;
    FILE *file = NULL;
    const char *why;

    if (count == 6 && wcscmp(arguments[1], L"hold") == 0)
        return hold(arguments[2], arguments[3], arguments[4], arguments[5]);
    if (count < 3 || !full_path(arguments[1], maxport) || !full_path(arguments[2], steps))
        return usage();
    for (int i = 3; i < count; i++) {
        const wchar_t *value;
        bool is_known = true;

        if ((value = option(arguments, count, &i, L"--runs"))) {
            options.runs = wcstoul(value, NULL, 10);
        } else if ((value = option(arguments, count, &i, L"--pairs"))) {
            options.pairs = wcstoul(value, NULL, 10);
        } else if ((value = option(arguments, count, &i, L"--stride"))) {
            options.stride = wcstoul(value, NULL, 10);
        } else if ((value = option(arguments, count, &i, L"--seed"))) {
            random_seed(wcstoul(value, NULL, 10));
        } else if ((value = option(arguments, count, &i, L"--to"))) {
            is_known = (file = _wfopen(value, L"w")) != NULL;
        } else if (wcscmp(arguments[i], L"--windows-xp") == 0) {
            simulates_xp = true;
        } else {
            is_known = false;
            for (size_t k = 0; k < KIND_COUNT; k++)
                if (wcscmp(arguments[i], kinds[k].name) == 0)
                    is_wanted[k] = is_any_wanted = is_known = true;
        }
        if (!is_known || options.stride == 0)
            return usage();
    }
    GetModuleFileNameW(NULL, self, MAX_PATH);
    oracle_use(maxport);
    if (!scene_set_up(&why) || !child_set_up()) {
        fprintf(stderr, "torture: refused: %s\n", why);
        return 2;
    }
    if (simulates_xp && (!simulate_windows_xp(maxport) || !simulate_windows_xp(steps))) {
        fputs("torture: cannot make Wine simulate Windows XP\n", stderr);
        return 2;
    }
    tally_open(file);
    for (size_t k = 0; k < KIND_COUNT; k++)
        if (is_wanted[k] || !is_any_wanted) {
            double start = now_us();

            kinds[k].run(&options);
            fprintf(stderr, "torture: %ls took %.0f s\n", kinds[k].name, (now_us() - start) / 1e6);
        }
    child_clean_up();
    LocalFree(arguments);
    if (tally_failings() > 0)
        fprintf(stderr, "torture: %u failings\n", tally_failings());
    return tally_failings() > 0;
}
