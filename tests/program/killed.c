/* maxport is killed at various moments of a change. Later commands must report the interrupted
 * change, and the next change must resolve it. */
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

enum { KILLS = 30 };

static DWORD stored(void)
{
    HKEY key = key_open(KEY_PATH, KEY_QUERY_VALUE);
    DWORD number = 0, length = sizeof number;
    LONG error = RegQueryValueExW(key, L"MaxUserPort", NULL, NULL, (BYTE *)&number, &length);

    RegCloseKey(key);
    return error == ERROR_SUCCESS ? number : 0;
}

/* Returns a random number. The numbers are the same in every run. */
static unsigned next_random(void)
{
    static unsigned seed = 20220815;

    seed = seed * 1103515245u + 12345;
    return seed >> 16 & 0x7fff;
}

static DWORD journal_size(void)
{
    WIN32_FILE_ATTRIBUTE_DATA data;

    return GetFileAttributesExW(store_path(L"journal.jsonl"), GetFileExInfoStandard, &data)
               ? data.nFileSizeLow
               : 0;
}

static double now_us(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart * 1e6 / (double)frequency.QuadPart;
}

/* Returns whether the last complete line of the journal is the start of a change. If it is, the
 * journal does not contain the end of this change. */
static bool is_left_open(void)
{
    size_t length;
    char *journal, *end, *line;
    bool is_open;

    if (!is_there(store_path(L"journal.jsonl")))
        return false;
    journal = file_read(store_path(L"journal.jsonl"), &length);
    for (end = journal + length; end > journal && end[-1] != '\n'; end--)
        ; /* skips the incomplete line at the end */
    end -= end > journal;
    *end = '\0';
    line = strrchr(journal, '\n');
    is_open = strstr(line ? line : journal, "\"event\":\"started\"") != NULL;
    free(journal);
    return is_open;
}

/* A command that only reads uses the public copies, which maxport updates at the end of a run. The
 * command must name the interrupted change or report that the copies may be outdated. */
static bool is_reported(json_t *status)
{
    return !json_is_null_at(status, "open_change") || json_is_true_at(status, "is_journal_behind");
}

/* Checks everything that must be true after maxport was killed during a change from `old` to `new`.
 * Returns whether the change was interrupted. */
static bool check_recovery(DWORD old, DWORD new)
{
    DWORD now = stored(), fresh;
    json_t *status;
    const struct run *run;
    bool is_open;

    ck_assert_msg(now == old || now == new, "MaxUserPort is %lu", now);
    status = run_json(maxport("status --json"));
    ck_assert(json_is_null_at(status, "store_trouble"));
    is_open = is_left_open();
    ck_assert(!is_open || is_reported(status));
    ck_assert_uint_eq(stored(), now);
    /* The next set must work and resolve the interrupted change. */
    fresh = now == 33333 ? 44444 : 33333;
    run = maxport("set %lu --yes --json", fresh);
    ASSERT_EXIT(run, 0);
    if (is_open)
        ASSERT_SAYS(run->err, "was interrupted");
    ck_assert_int_eq(json_number_at(run_json(run), "plan.steps.0.before"), (long long)now);
    assert_number(L"MaxUserPort", fresh);
    return is_open;
}

/* Checks that the journal consists of complete lines and that every change has an outcome. */
static void assert_all_is_resolved(void)
{
    json_t *changes = json_at(run_json(maxport("history --json")), "changes");

    for (size_t i = 0; i < json_array_size(changes); i++) {
        const char *state = json_text_at(json_array_get(changes, i), "state");

        ck_assert_msg(strcmp(state, "done") == 0 || strcmp(state, "rolled_back") == 0, "%s", state);
    }
    json_decref(journal_lines());
}

/* Kills the process as soon as the journal contains the line "started", unless the process ends
 * first. */
static void kill_when_started(struct started *started, DWORD size)
{
    while (journal_size() == size && WaitForSingleObject(run_process(started), 0) == WAIT_TIMEOUT)
        ;
    run_kill(started);
}

START_TEST(maxport_recovers_from_a_kill_at_any_moment)
{
    char line[64];
    double start, whole;

    ASSERT_EXIT(maxport("set 20000 --yes"), 0);
    start = now_us();
    ASSERT_EXIT(maxport("set 20001 --yes"), 0);
    whole = now_us() - start;
    for (unsigned i = 0; i < KILLS; i++) {
        DWORD old = stored(), new = 21000 + i;
        double until = now_us() + whole * (next_random() % 1000) / 900;

        sprintf(line, "set %lu --yes", new);
        struct started *started = run_start(&(struct way){0}, line);
        while (now_us() < until)
            Sleep(0);
        run_kill(started);
        check_recovery(old, new);
    }
    assert_all_is_resolved();
}
END_TEST

START_TEST(a_set_killed_after_its_start_is_reported_and_resolved)
{
    char line[64];
    unsigned open_count = 0;

    ASSERT_EXIT(maxport("set 20000 --yes"), 0);
    for (unsigned i = 0; i < KILLS && open_count < 3; i++) {
        DWORD old = stored(), new = 22000 + i, size = journal_size();

        sprintf(line, "set %lu --yes", new);
        kill_when_started(run_start(&(struct way){0}, line), size);
        /* Commands that only read must report the interrupted change and write nothing. */
        char *listing = store_listing();
        static const char behind[] = "The newest change may be missing here";
        bool is_open = is_left_open();
        const struct run *status = maxport("status");
        ck_assert(!is_open || says(status->out, "is unresolved") || says(status->out, behind));
        const struct run *history = maxport("history");
        ASSERT_EXIT(history, 0);
        ck_assert(!is_open || says(history->out, "INTERRUPTED") || says(history->err, behind));
        ASSERT_EXIT(maxport("set 30000 --dry-run"), 0);
        char *listing_after = store_listing();
        ck_assert_str_eq(listing_after, listing);
        free(listing);
        free(listing_after);
        ck_assert(check_recovery(old, new) == is_open);
        open_count += is_open;
    }
    assert_all_is_resolved();
    ck_assert_msg(open_count > 0, "no kill came in time");
}
END_TEST

START_TEST(undo_resolves_an_interrupted_change)
{
    for (unsigned i = 0; i < KILLS; i++) {
        ASSERT_EXIT(maxport("set 20000 --yes"), 0);
        DWORD size = journal_size();
        kill_when_started(run_start(&(struct way){0}, "set 21000 --yes"), size);
        bool is_open = is_left_open();
        bool was_written = stored() == 21000;
        const struct run *run = maxport("undo --yes");
        ASSERT_EXIT(run, 0);
        ck_assert(json_is_null_at(run_json(maxport("status --json")), "open_change"));
        /* If the interrupted change was rolled back, undo does not count it and undoes the change
         * before it. */
        ck_assert_uint_eq(stored(), was_written ? 20000 : 0);
        if (is_open) {
            ASSERT_SAYS(run->err, "was interrupted");
            return;
        }
        ASSERT_EXIT(maxport("reset --yes"), 0);
    }
    ck_abort_msg("no kill came in time");
}
END_TEST

START_TEST(the_next_set_resolves_an_interrupted_undo)
{
    for (unsigned i = 0; i < 5; i++) {
        ASSERT_EXIT(maxport("set %u --yes", 23000 + i), 0);
        DWORD size = journal_size();
        kill_when_started(run_start(&(struct way){0}, "undo --yes"), size);
        DWORD now = stored();
        ck_assert(now == 0 || now == 23000 + i);
        const struct run *run = maxport("set 33333 --yes");
        ASSERT_EXIT(run, 0);
        ck_assert(json_is_null_at(run_json(maxport("status --json")), "open_change"));
        ASSERT_EXIT(maxport("reset --yes"), 0);
    }
}
END_TEST

static void cut_file(const wchar_t *path)
{
    size_t length;
    char *journal = file_read(path, &length);

    file_write(path, journal, length - 20);
    free(journal);
}

static void cut_copies(void)
{
    WIN32_FIND_DATAW found;
    HANDLE search = FindFirstFileW(store_path(L"public\\journal*.jsonl"), &found);
    wchar_t name[MAX_PATH];

    ck_assert(search != INVALID_HANDLE_VALUE);
    do {
        snwprintf(name, MAX_PATH, L"public\\%ls", found.cFileName);
        cut_file(store_path(name));
    } while (FindNextFileW(search, &found));
    FindClose(search);
}

START_TEST(an_incomplete_last_line_is_reported_and_resolved)
{
    ASSERT_EXIT(maxport("set 20000 --yes"), 0);
    ASSERT_EXIT(maxport("set 21000 --yes"), 0);
    cut_file(store_path(L"journal.jsonl"));
    cut_copies();
    const struct run *run = maxport("history");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->err, "line of the journal is incomplete");
    run = maxport("set 22000 --yes");
    ASSERT_EXIT(run, 0);
    ASSERT_SAYS(run->err, "was interrupted");
    ASSERT_EXIT(maxport("undo --yes"), 0);
    assert_number(L"MaxUserPort", 21000);
}
END_TEST

START_TEST(a_journal_without_its_last_newline_is_complete)
{
    size_t length;

    ASSERT_EXIT(maxport("set 20000 --yes"), 0);
    char *journal = file_read(store_path(L"journal.jsonl"), &length);
    file_write(store_path(L"journal.jsonl"), journal, length - 1);
    free(journal);
    ASSERT_EXIT(maxport("set 21000 --yes"), 0);
    json_decref(journal_lines());
    ck_assert_uint_eq(json_array_size(json_at(run_json(maxport("history --json")), "changes")), 2);
}
END_TEST

Suite *killed_suite(void)
{
    Suite *suite = suite_create("killed");
    TCase *tests = bare_case(suite, "killed");

    tcase_add_test(tests, maxport_recovers_from_a_kill_at_any_moment);
    tcase_add_test(tests, a_set_killed_after_its_start_is_reported_and_resolved);
    tcase_add_test(tests, undo_resolves_an_interrupted_change);
    tcase_add_test(tests, the_next_set_resolves_an_interrupted_undo);
    tcase_add_test(tests, an_incomplete_last_line_is_reported_and_resolved);
    tcase_add_test(tests, a_journal_without_its_last_newline_is_complete);
    return suite;
}
