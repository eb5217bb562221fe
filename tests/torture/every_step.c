/* Kills maxport, makes one call fail, or presses Ctrl-C, at every step of every command that
 * writes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torture/kinds.h"
#include "torture/oracle.h"
#include "torture/steps.h"

enum { STEPS_MAX = 2000 };

/* A command under test. The function `prepare` sets `line` to the command line, and trial->after to
 * the values that the command has to write.
 */
struct victim {
    const char *name;
    void (*prepare)(char line[512], struct trial *trial, struct scene *base);
};

static wchar_t file_path[MAX_PATH];
static char old_content[] = "what was there before";

static const char *file_utf8(void)
{
    static char path[3 * MAX_PATH];

    WideCharToMultiByte(CP_UTF8, 0, file_path, -1, path, sizeof path, NULL, NULL);
    return path;
}

static void prepare_first_set(char line[512], struct trial *trial, struct scene *base)
{
    scene_clear();
    scene_release(base);
    scene_look(base);
    trial->after[MAX_USER_PORT] = fresh_number(base);
    sprintf(line, "set %u --yes", (unsigned)trial->after[MAX_USER_PORT]);
}

static void prepare_set_of_two(char line[512], struct trial *trial, struct scene *base)
{
    trial->after[MAX_USER_PORT] = fresh_number(base);
    trial->after[TIME_WAIT_DELAY] = 30 + trial->after[MAX_USER_PORT] % 200;
    if (trial->after[TIME_WAIT_DELAY] == base->values[TIME_WAIT_DELAY])
        trial->after[TIME_WAIT_DELAY]++;
    sprintf(line, "set MaxUserPort=%u TcpTimedWaitDelay=%u --yes --json",
            (unsigned)trial->after[MAX_USER_PORT], (unsigned)trial->after[TIME_WAIT_DELAY]);
}

/* Ensures that MaxUserPort was set by the newest change, and that this change is in effect. */
static void ensure_set(struct trial *trial, struct scene *base)
{
    const struct entry *last = scene_last(base);

    if (!last || last->end != IS_DONE || last->undoes ||
        last->after[MAX_USER_PORT] != base->values[MAX_USER_PORT] ||
        base->values[MAX_USER_PORT] == IS_ABSENT)
        set_afresh(trial->row, "before the next step", base);
}

static void prepare_reset(char line[512], struct trial *trial, struct scene *base)
{
    ensure_set(trial, base);
    trial->after[MAX_USER_PORT] = IS_ABSENT;
    strcpy(line, "reset --yes");
}

static void prepare_undo(char line[512], struct trial *trial, struct scene *base)
{
    ensure_set(trial, base);
    trial->after[MAX_USER_PORT] = scene_last(base)->before[MAX_USER_PORT];
    strcpy(line, "undo --yes");
}

static void prepare_restore(char line[512], struct trial *trial, struct scene *base)
{
    wchar_t text[512] = L"\xfeff";

    prepare_set_of_two(line, trial, base);
    snwprintf(text + 1, 511,
              L"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\%ls]\r\n"
              L"\"MaxUserPort\"=dword:%08x\r\n\"TcpTimedWaitDelay\"=dword:%08x\r\n\r\n",
              STEPS_KEY, (unsigned)trial->after[MAX_USER_PORT],
              (unsigned)trial->after[TIME_WAIT_DELAY]);
    scene_write_file(file_path, text, wcslen(text) * sizeof *text);
    sprintf(line, "restore \"%s\" --yes", file_utf8());
}

static void prepare_backup(char line[512], struct trial *trial, struct scene *base)
{
    (void)base;
    trial->is_backup = true;
    strcpy(line, "backup");
}

static const struct victim victims[] = {
    {"first set", prepare_first_set}, {"set", prepare_set_of_two},  {"reset", prepare_reset},
    {"undo", prepare_undo},           {"restore", prepare_restore}, {"backup", prepare_backup},
};

enum { VICTIM_COUNT = sizeof victims / sizeof *victims, WRITER_COUNT = VICTIM_COUNT - 1 };

static bool is_struck(const struct child *run)
{
    return strstr(run->err, "steps: struck") != NULL;
}

static const char *struck_call(const struct child *run)
{
    static char call[64];
    const char *at = strstr(run->err, "steps: struck ");

    call[0] = '\0';
    if (at)
        snprintf(call, sizeof call, "%.*s", (int)strcspn(at + 14, "\r\n"), at + 14);
    return call;
}

/* Checks a run in which Ctrl-C was pressed. If "started" was not in the journal yet, nothing may be
 * written and the exit code must be 5. Otherwise the change must complete. */
static void check_interrupted(const struct child *run, const char *what, struct row *row)
{
    bool is_begun = !is_struck(run) || strstr(struck_call(run), ", begun");
    bool is_told = says(run->err, "Interrupted before the first write") ||
                   says(run->out, "Interrupted before the first write");

    if (says(run->err, "Ctrl-C did not come"))
        fails(row, SILENT, "%s: it could not be pressed", what);
    if (is_begun && run->exit_code != 0)
        fails(row, HALF_DONE, "%s: given up (%lu), though the journal said that it had begun", what,
              run->exit_code);
    if (!is_begun && (run->exit_code != 5 || !is_told))
        fails(row, SILENT, "%s: not heeded before the first write: %lu %s%s", what, run->exit_code,
              run->out, run->err);
}

/* Runs a command with a fault at call N, for every N that the stride selects, until a run ends
 * before its Nth call. */
static void strike(const struct options *options, const char *mode, const struct victim *victim,
                   struct row *row, struct scene *base)
{
    bool kills = strncmp(mode, "die", 3) == 0;
    /* The first call that is tested is random, so that repeated runs test every call. It is one of
     * the first thirty calls, because the shortest command makes only about thirty. */
    unsigned first = 1 + random_below(options->stride < 30 ? options->stride : 30);
    static struct child run;

    for (unsigned n = first; n < STEPS_MAX; n += options->stride) {
        struct trial trial = {.row = row, .run = &run, .was_killed = kills};
        char line[512], what[160];

        for (int i = 0; i < SETTINGS; i++)
            trial.after[i] = IS_UNTOUCHED;
        keep_short(row, base);
        victim->prepare(line, &trial, base);
        child_run(&run, options->steps, "%s %u %s", mode, n, line);
        snprintf(what, sizeof what, "%s %s of %s", mode, is_struck(&run) ? struck_call(&run) : "-",
                 line);
        trial.what = what;
        trial.settle_by = n % 3 ? BY_SET : BY_UNDO;
        if (!is_struck(&run))
            trial.was_killed =
                false; /* the run ended before its fault, so its report must be true */
        if (is_struck(&run) && kills && run.exit_code != STEPS_EXIT_KILLED)
            fails(row, SILENT, "%s: exit code %lu", what, run.exit_code);
        check_trial(&trial, base);
        if (strcmp(mode, "ctrl-c") == 0)
            check_interrupted(&run, what, row);
        if (!is_struck(&run) && run.exit_code != 0)
            fails(row, SILENT, "%s: unharmed, it fails: %lu %s", what, run.exit_code, run.err);
        if (!is_struck(&run))
            return;
    }
    fails(row, SILENT, "%s of %s never ends", mode, victim->name);
}

/* backup FILE --overwrite: tests that the file has either the complete old content or the complete
 * new content. */
static void strike_backup_file(const struct options *options, const char *mode, struct row *row,
                               struct scene *base)
{
    static struct child run;
    size_t whole_length, length;
    char *whole, *content;
    bool is_through = false;

    child_run(&run, options->steps, "count 0 backup \"%s\" --overwrite", file_utf8());
    whole = scene_read_file(file_path, &whole_length);
    for (unsigned n = 1 + random_below(options->stride); !is_through && n < STEPS_MAX;
         n += options->stride) {
        struct scene now;
        bool is_old, is_new;

        scene_write_file(file_path, old_content, sizeof old_content);
        child_run(&run, options->steps, "%s %u backup \"%s\" --overwrite", mode, n, file_utf8());
        is_through = !is_struck(&run);
        row->runs++;
        content = scene_read_file(file_path, &length);
        is_old = length == sizeof old_content && memcmp(content, old_content, length) == 0;
        is_new = length == whole_length && memcmp(content, whole, length) == 0;
        if (!is_old && !is_new)
            fails(row, LOST, "%s %s: the file is neither old nor new", mode, struck_call(&run));
        if (run.exit_code == 0 && !is_new)
            fails(row, SILENT, "%s %s: told written, and it is not", mode, struck_call(&run));
        row->outcomes[is_new                               ? DONE
                      : run.exit_code == STEPS_EXIT_KILLED ? NOTHING_BEGUN
                                                           : REFUSED]++;
        free(content);
        scene_look(&now);
        if (!scene_equal(base, &now))
            fails(row, LOST, "%s %s: backup FILE touched registry or store", mode,
                  struck_call(&run));
        scene_release(&now);
    }
    free(whole);
}

static void strike_all(const struct options *options, const char *kind, const char *mode,
                       int victim_count)
{
    struct scene base;
    struct row *row = row_begin(kind, &base);
    wchar_t temporary[MAX_PATH];

    GetTempPathW(MAX_PATH - 40, temporary);
    snwprintf(file_path, MAX_PATH, L"%lsmaxport-torture-%lu.reg", temporary, GetCurrentProcessId());
    for (int i = 0; i < victim_count; i++) {
        if (options->stride > 1 && random_below(2))
            continue; /* the short form skips each command with a probability of one half */
        strike(options, mode, &victims[i], row, &base);
        if (i == VICTIM_COUNT - 1)
            strike_backup_file(options, mode, row, &base);
    }
    DeleteFileW(file_path);
    row_end(row, &base);
}

void torture_kill_at_every_step(const struct options *options)
{
    strike_all(options, "killed before every call", "die-before", VICTIM_COUNT);
    strike_all(options, "killed in the middle of every write of a file", "die-during",
               VICTIM_COUNT);
    strike_all(options, "killed after every call that acts", "die-after", VICTIM_COUNT);
}

void torture_fail_at_every_step(const struct options *options)
{
    strike_all(options, "every call fails, without effect", "fail-before", VICTIM_COUNT);
    strike_all(options, "every call that acts fails, after its effect", "fail-after", VICTIM_COUNT);
}

void torture_interrupt(const struct options *options)
{
    child_use_console(true);
    strike_all(options, "Ctrl-C before every call", "ctrl-c", WRITER_COUNT);
    child_use_console(false);
}
