/* Tests maxport while other programs open files of the store: a program of an ordinary user that
 * obstructs maxport, and a virus scanner that opens the journal again and again. */
#include <stdio.h>
#include <string.h>

#include "torture/kinds.h"
#include "torture/oracle.h"

enum { RUNS = 10 };

int hold(const wchar_t *path, const wchar_t *share, const wchar_t *hold_ms, const wchar_t *gap_ms)
{
    for (;;) {
        HANDLE file =
            CreateFileW(path, GENERIC_READ, wcstoul(share, NULL, 10), NULL, OPEN_EXISTING, 0, NULL);

        if (file == INVALID_HANDLE_VALUE) {
            Sleep(1);
            continue;
        }
        Sleep(wcstoul(hold_ms, NULL, 10));
        CloseHandle(file);
        Sleep(wcstoul(gap_ms, NULL, 10));
    }
}

/* Returns a copy of the token of this process, without the rights of Administrators and without
 * privileges. */
static HANDLE limited_token(void)
{
    SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};
    SID_AND_ATTRIBUTES administrators = {NULL, 0};
    HANDLE own = NULL, result = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &own) ||
        !AllocateAndInitializeSid(&authority, 2, SECURITY_BUILTIN_DOMAIN_RID,
                                  DOMAIN_ALIAS_RID_ADMINS, 0, 0, 0, 0, 0, 0, &administrators.Sid) ||
        !CreateRestrictedToken(own, DISABLE_MAX_PRIVILEGE, 1, &administrators, 0, NULL, 0, NULL,
                               &result)) {
        fputs("torture: no limited token can be made\n", stderr);
        return NULL;
    }
    CloseHandle(own);
    FreeSid(administrators.Sid);
    return result;
}

static void wait_for_holder(const wchar_t *path, DWORD share)
{
    DWORD start = GetTickCount();

    /* If the other program shares the file, this function cannot detect that the program has opened
     * it. In this case, half a second must be enough. */
    while (GetTickCount() - start < (share == 7 ? 500u : 10000u)) {
        HANDLE file =
            CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 7, NULL, OPEN_EXISTING, 0, NULL);

        if (file == INVALID_HANDLE_VALUE)
            return;
        CloseHandle(file);
        Sleep(5);
    }
}

struct holder {
    const char *kind;
    bool is_limited;
    DWORD share, hold_ms, gap_ms;
};

static void set_beside_holder(const struct options *options, const struct holder *holder)
{
    struct scene base;
    struct row *row = row_begin(holder->kind, &base);
    HANDLE token = holder->is_limited ? limited_token() : NULL;
    static struct child other, run;

    if (holder->is_limited && !token)
        fails(row, SILENT, "cannot make a token without the rights of an administrator");
    for (int i = 0; i < SETTINGS; i++)
        set_afresh(row, "at first", &base);
    for (unsigned i = 0; i < RUNS; i += options->stride > 1 ? 3 : 1) {
        struct trial trial = {.row = row, .run = &run};
        wchar_t path[MAX_PATH];
        char what[128];

        /* An ordinary user can open only the public copy. The journal itself is protected by an
         * access list, but Wine does not enforce this list, so the test uses the copy. */
        wcscpy(path, scene_path(holder->is_limited ? L"public\\journal.jsonl" : L"journal.jsonl"));
        trial.after[MAX_USER_PORT] = fresh_number(&base);
        trial.after[TIME_WAIT_DELAY] = IS_UNTOUCHED;
        child_start(&other, options->self, token, "hold \"%ls\" %lu %lu %lu", path, holder->share,
                    holder->hold_ms, holder->gap_ms);
        wait_for_holder(path, holder->share);
        child_run(&run, oracle_program(), "set %u --yes", (unsigned)trial.after[MAX_USER_PORT]);
        child_kill(&other);
        snprintf(what, sizeof what, "run %u", i);
        trial.what = what;
        check_trial(&trial, &base);
        if (run.exit_code != 0)
            fails(row, HALF_DONE, "run %u: it did not get through: %lu %s", i, run.exit_code,
                  run.err);
    }
    if (token)
        CloseHandle(token);
    row_end(row, &base);
}

void torture_holders(const struct options *options)
{
    static const struct holder holders[] = {
        {"a user keeps the journal's copy open, and shares it", true, 7, INFINITE, 0},
        {"a user keeps the journal's copy open, without sharing", true, 0, INFINITE, 0},
        {"a scanner holds the journal 300 ms at a time", false, 0, 300, 50},
    };

    for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
        set_beside_holder(options, &holders[i]);
}
