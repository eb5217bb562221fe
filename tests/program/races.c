/* Two processes of maxport run at the same time. If both processes write, one of them waits or is
 * refused. Both must report what really happened. */
#include <stdlib.h>
#include <string.h>

#include "program/suites.h"
#include "program/witness.h"

enum { PAIRS = 20 };

/* Returns the value of the first step on one side ("before" or "after"), as JSON text. */
static char *value_text(json_t *entry, const char *side)
{
    json_t *value = json_at(json_at(entry, "steps.0"), side);

    return json_dumps(value, JSON_ENCODE_ANY);
}

/* Checks that each change starts from the value that the previous change wrote, from the oldest to
 * the newest change. */
static void assert_history_is_a_chain(DWORD number_now)
{
    json_t *changes = json_at(run_json(maxport("history --json")), "changes");
    char *left = _strdup("null");
    long long last_id = 0;

    for (size_t i = json_array_size(changes); i > 0; i--) {
        json_t *entry = json_array_get(changes, i - 1);
        char *found = value_text(entry, "before");

        ck_assert_str_eq(json_text_at(entry, "state"), "done");
        ck_assert_int_gt(json_number_at(entry, "id"), last_id);
        last_id = json_number_at(entry, "id");
        ck_assert_str_eq(found, left);
        free(found);
        free(left);
        left = value_text(entry, "after");
    }
    ck_assert_int_eq(atoi(left), number_now);
    assert_number(L"MaxUserPort", number_now);
    free(left);
}

static DWORD number_now(void)
{
    HKEY key = key_open(KEY_PATH, KEY_QUERY_VALUE);
    DWORD number = 0, length = sizeof number;

    RegQueryValueExW(key, L"MaxUserPort", NULL, NULL, (BYTE *)&number, &length);
    RegCloseKey(key);
    return number;
}

START_TEST(concurrent_sets_leave_a_correct_journal)
{
    unsigned done = 0;

    for (unsigned i = 0; i < PAIRS; i++) {
        struct started *started[2];
        unsigned done_of_pair = 0;

        for (unsigned k = 0; k < 2; k++) {
            char line[64];

            sprintf(line, "set %u --yes --json", 20000 + 2 * i + k);
            started[k] = run_start(&(struct way){0}, line);
        }
        for (unsigned k = 0; k < 2; k++) {
            const struct run *run = run_finish(started[k]);

            ck_assert_msg(run->exit_code <= 1 && !run->is_over_time, "exit code %lu\n%s%s",
                          run->exit_code, run->out, run->err);
            if (run->exit_code == 0) {
                ck_assert(json_is_true_at(run_json(run), "changed"));
                done_of_pair++;
            } else {
                const char *kind = json_text_at(run_json(run), "error.kind");

                ck_assert_msg(strcmp(kind, "stale") == 0 || strcmp(kind, "busy") == 0, "%s",
                              run->out);
            }
        }
        ck_assert_uint_ge(done_of_pair, 1);
        done += done_of_pair;
    }
    json_t *lines = journal_lines();
    ck_assert_uint_eq(json_array_size(lines), 2 * done);
    json_decref(lines);
    assert_history_is_a_chain(number_now());
}
END_TEST

START_TEST(a_concurrent_set_and_undo_leave_a_correct_journal)
{
    ASSERT_EXIT(maxport("set 20000 --yes"), 0);
    for (unsigned i = 0; i < PAIRS / 2; i++) {
        char line[64];

        sprintf(line, "set %u --yes --json", 30000 + i);
        struct started *set = run_start(&(struct way){0}, line);
        struct started *undo = run_start(&(struct way){0}, "undo 1 --yes --json --force");
        ck_assert_uint_le(run_finish(set)->exit_code, 1);
        ck_assert_uint_le(run_finish(undo)->exit_code, 1);
        ASSERT_EXIT(maxport("set %u --yes", 40000 + i), 0);
    }
    assert_history_is_a_chain(number_now());
}
END_TEST

START_TEST(readers_work_while_another_process_writes)
{
    for (unsigned i = 0; i < PAIRS / 2; i++) {
        char line[64];

        sprintf(line, "set %u --yes", 20000 + i);
        struct started *set = run_start(&(struct way){0}, line);
        struct started *history = run_start(&(struct way){0}, "history --json");
        struct started *status = run_start(&(struct way){0}, "status --json");
        ASSERT_EXIT(run_finish(history), 0);
        ASSERT_EXIT(run_finish(status), 0);
        ASSERT_EXIT(run_finish(set), 0);
        run_json(run_finish(history));
        run_json(run_finish(status));
    }
}
END_TEST

START_TEST(the_holder_of_a_lock_is_named_after_the_timeout)
{
    OVERLAPPED byte = {.Offset = 0, .OffsetHigh = 0x7fffffff}; /* the byte that maxport locks */
    char *before;

    ASSERT_EXIT(maxport("set 60000 --yes"), 0);
    before = key_snapshot();
    HANDLE lock = CreateFileW(store_path(L"lock"), GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL,
                              OPEN_EXISTING, 0, NULL);
    DWORD written;
    ck_assert_ptr_ne(lock, INVALID_HANDLE_VALUE);
    ck_assert(
        LockFileEx(lock, LOCKFILE_EXCLUSIVE_LOCK | LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &byte));
    ck_assert(WriteFile(lock, "process 4711 (somebody)", 23, &written, NULL));
    DWORD start = GetTickCount();
    const struct run *run = maxport("set 61000 --yes");
    DWORD took = GetTickCount() - start;
    ASSERT_EXIT(run, 1);
    ASSERT_SAYS(run->err, "process 4711 (somebody)");
    ck_assert_uint_ge(took, 4500);
    ck_assert_uint_le(took, 15000);
    ASSERT_KEY_IS(before);
    ASSERT_EXIT(maxport("status"), 0);
    ASSERT_EXIT(maxport("history"), 0);
    CloseHandle(lock);
    ASSERT_EXIT(maxport("set 61000 --yes"), 0);
    free(before);
}
END_TEST

/* The store cannot get its usual name, so that each maxport would create a store of its own. */
START_TEST(two_first_changes_create_one_store)
{
    static const char *const lines[] = {
        "set MaxUserPort=60000 --yes --restore-point skip",
        "set TcpTimedWaitDelay=40 --yes --restore-point skip",
    };
    struct started *started[2];
    unsigned done = 0;

    ck_assert(CreateDirectoryW(store_path(L""), NULL));
    HANDLE held = CreateFileW(store_path(L""), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
                              NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    for (unsigned k = 0; k < 2; k++)
        started[k] = run_start(&(struct way){0}, lines[k]);
    for (unsigned k = 0; k < 2; k++) {
        const struct run *run = run_finish(started[k]);

        ck_assert_msg(run->exit_code <= 1 && !run->is_over_time, "exit code %lu\n%s%s",
                      run->exit_code, run->out, run->err);
        done += run->exit_code == 0;
    }
    ck_assert_uint_ge(done, 1);
    json_t *changes = json_at(run_json(maxport("history --json")), "changes");
    ck_assert_uint_eq(json_array_size(changes), done);
    CloseHandle(held);
}
END_TEST

Suite *races_suite(void)
{
    Suite *suite = suite_create("races");
    TCase *tests = bare_case(suite, "races");

    tcase_add_test(tests, concurrent_sets_leave_a_correct_journal);
    tcase_add_test(tests, a_concurrent_set_and_undo_leave_a_correct_journal);
    tcase_add_test(tests, readers_work_while_another_process_writes);
    tcase_add_test(tests, the_holder_of_a_lock_is_named_after_the_timeout);
    tcase_add_test(tests, two_first_changes_create_one_store);
    return suite;
}
