/* Cuts the last lines of the journal at every length, as a power failure can do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "torture/kinds.h"
#include "torture/oracle.h"

enum { FIRST = 20000, SECOND = 21000 };

/* A journal of two changes, and the positions of its last two lines. */
struct journal {
    char *data;
    size_t length, started, ended;
};

static bool was_copied(const char *tail, size_t length)
{
    size_t kept_length;
    char *kept = scene_read_file(scene_path(L"journal-torn-1.txt"), &kept_length);
    bool is_kept = kept_length == length && memcmp(kept, tail, length) == 0;

    free(kept);
    return is_kept;
}

/* Writes the cut journal to the private file and to the public copy, because status and history
 * read the copy. */
static bool write_cut(const char *data, size_t length)
{
    static const wchar_t *const copies[] = {L"public\\journal.jsonl", L"public\\journal.1.jsonl"};
    bool is_copied = false;

    for (size_t i = 0; i < sizeof copies / sizeof *copies; i++)
        if (GetFileAttributesW(scene_path(copies[i])) != INVALID_FILE_ATTRIBUTES)
            is_copied = scene_write_file(scene_path(copies[i]), data, length);
    return is_copied && scene_write_file(scene_path(L"journal.jsonl"), data, length);
}

/* Checks that maxport works with a journal that ends after `length` bytes. The registry contains a
 * value that is possible at that moment. */
static void check_cut(struct row *row, const struct journal *journal, size_t length,
                      bool is_read_first)
{
    static struct child run;
    size_t line = length > journal->ended ? journal->ended : journal->started;
    bool is_whole =
        line == journal->started ? length >= journal->ended - 1 : length >= journal->length - 1;
    size_t torn_length = is_whole ? 0 : length - line;
    /* is_known and is_open describe the second change: not begun, interrupted, or done. */
    bool is_known = length >= journal->ended - 1,
         is_open = is_known && length < journal->length - 1;
    int64_t value = is_known && length % 2 ? SECOND : FIRST;
    struct scene now;
    const struct entry *second;
    char what[64];

    if (!is_open && is_known)
        value = SECOND;
    sprintf(what, "%u bytes of the last %u", (unsigned)(length - line),
            (unsigned)(line == journal->ended ? journal->length - journal->ended
                                              : journal->ended - journal->started));
    row->runs++;
    row->open += is_open;
    scene_delete_files_from(3);
    scene_write(MAX_USER_PORT, value);
    if (!write_cut(journal->data, length))
        fails(row, SILENT, "%s: the journal could not be written", what);
    if (is_read_first) {
        json_decref(check_status(row, what, is_open ? 2 : 0));
        child_run(&run, oracle_program(), "history");
        if (run.exit_code != 0 ||
            says(run.err, "line of the journal is incomplete") != (torn_length > 0))
            fails(row, SILENT, "%s: history says %lu %s", what, run.exit_code, run.err);
    }
    child_run(&run, oracle_program(), "set %u --yes", FIRST + 5000);
    scene_look(&now);
    if (run.exit_code != 0)
        fails(row, HALF_DONE, "%s: set fails: %lu %s", what, run.exit_code, run.err);
    if (now.length < length || memcmp(now.journal, journal->data, length) != 0)
        fails(row, LOST, "%s: the journal lost what it had", what);
    if (torn_length > 0 && !was_copied(journal->data + line, torn_length))
        fails(row, LOST, "%s: the torn line was not kept aside", what);
    if (now.bad_lines || now.torn_length || scene_open_entry(&now))
        fails(row, HALF_DONE, "%s: the journal was not mended", what);
    if (is_open != says(run.err, "Change 2 (set) was interrupted"))
        fails(row, SILENT, "%s: it says %s", what, run.err);
    second = scene_find(&now, 2);
    if (is_open && (!second || second->end != (value == SECOND ? IS_DONE : IS_ROLLED_BACK)))
        fails(row, HALF_DONE, "%s: the second change was not settled", what);
    if (run.exit_code == 0 && (scene_last(&now)->before[MAX_USER_PORT] != value ||
                               now.values[MAX_USER_PORT] != FIRST + 5000))
        fails(row, LOST, "%s: the change after it is not the one asked for", what);
    row->outcomes[!is_known         ? NOTHING_BEGUN
                  : !is_open        ? DONE
                  : value == SECOND ? SETTLED_DONE
                                    : SETTLED_ROLLED_BACK]++;
    scene_release(&now);
}

void torture_torn_lines(const struct options *options)
{
    struct scene base;
    struct row *row = row_begin("the journal's last line torn at every length", &base);
    struct journal journal = {0};
    static struct child run;
    size_t lines = 0;

    child_run(&run, oracle_program(), "set %d --yes", FIRST);
    child_run(&run, oracle_program(), "set %d --yes", SECOND);
    journal.data = scene_read_file(scene_path(L"journal.jsonl"), &journal.length);
    for (size_t i = 0; i < journal.length; i++)
        if (journal.data[i] == '\n' && ++lines <= 3) {
            journal.started = lines == 2 ? i + 1 : journal.started;
            journal.ended = lines == 3 ? i + 1 : journal.ended;
        }
    if (lines != 4)
        fails(row, SILENT, "two changes made %u lines", (unsigned)lines);
    for (size_t length = journal.started + 1 + random_below(options->stride);
         lines == 4 && length < journal.length; length += options->stride)
        check_cut(row, &journal, length,
                  options->stride > 1 || length % 8 == 0 || length + 20 > journal.length);
    free(journal.data);
    row_end(row, &base);
}
