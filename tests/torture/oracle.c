#include "torture/oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const wchar_t *maxport;

void oracle_use(const wchar_t *path)
{
    maxport = path;
}

const wchar_t *oracle_program(void)
{
    return maxport;
}

unsigned fresh_number(const struct scene *scene)
{
    static unsigned count;

    do
        count = (count + 1) % 30000;
    while (20000 + count == scene->values[MAX_USER_PORT]);
    return 20000 + count;
}

/* ---- checks without maxport -------------------------------------------- */

static int64_t wanted(const struct trial *trial, const struct scene *base, int setting)
{
    return trial->after[setting] == IS_UNTOUCHED ? base->values[setting] : trial->after[setting];
}

static bool has_new_values(const struct trial *trial, const struct scene *base,
                           const struct scene *now)
{
    bool is_after = true;

    for (int i = 0; i < SETTINGS; i++)
        is_after &= now->values[i] == wanted(trial, base, i);
    return is_after;
}

static bool has_old_values(const struct scene *base, const struct scene *now)
{
    return memcmp(base->values, now->values, sizeof base->values) == 0;
}

static bool check_values(const struct trial *trial, const struct scene *base,
                         const struct scene *now)
{
    for (int i = 0; i < SETTINGS; i++)
        if (now->values[i] != base->values[i] && now->values[i] != wanted(trial, base, i))
            return fails(trial->row, LOST, "%s: value %d is %lld, neither %lld nor %lld",
                         trial->what, i, (long long)now->values[i], (long long)base->values[i],
                         (long long)wanted(trial, base, i));
    return true;
}

/* Checks that the journal has only grown, that every whole line is valid, and that the new entry is
 * true. */
static bool check_journal(const struct trial *trial, const struct scene *base,
                          const struct scene *now)
{
    struct row *row = trial->row;

    if (now->length < base->length || memcmp(now->journal, base->journal, base->length) != 0)
        return fails(row, LOST, "%s: the journal lost what it had", trial->what);
    if (now->bad_lines > base->bad_lines)
        return fails(row, LOST, "%s: the journal has a line that is none", trial->what);
    if (now->torn_length > 0 && !trial->was_killed)
        return fails(row, HALF_DONE, "%s: it left a torn line", trial->what);
    if (now->entry_count > base->entry_count + 1)
        return fails(row, SILENT, "%s: the journal has %u entries more", trial->what,
                     (unsigned)(now->entry_count - base->entry_count));
    for (size_t e = base->entry_count; e < now->entry_count; e++) {
        const struct entry *entry = &now->entries[e];

        if (!scene_has_backup(entry))
            return fails(row, LOST, "%s: the backup %s is not what the journal says", trial->what,
                         entry->backup);
        for (int i = 0; i < SETTINGS; i++)
            if (entry->before[i] != IS_UNTOUCHED &&
                (entry->before[i] != base->values[i] || entry->after[i] != wanted(trial, base, i)))
                return fails(row, LOST,
                             "%s: the journal says %lld -> %lld, but it was %lld -> %lld",
                             trial->what, (long long)entry->before[i], (long long)entry->after[i],
                             (long long)base->values[i], (long long)wanted(trial, base, i));
    }
    return true;
}

/* ---- reports of maxport ------------------------------------------------ */

json_t *check_status(struct row *row, const char *what, int64_t open_id)
{
    static struct child status;
    json_t *document;
    int64_t told;

    child_run(&status, maxport, "status --json");
    document = child_json(&status);
    if (status.exit_code != 0 || !document ||
        !json_is_null(json_object_get(document, "store_trouble"))) {
        fails(row, SILENT, "%s: status fails: exit code %lu, %s%s", what, status.exit_code,
              status.out, status.err);
        json_decref(document);
        return NULL;
    }
    told = json_integer_value(json_object_get(document, "open_change"));
    /* The command status reads copies, which maxport updates at the end of a run. After a kill,
     * status reports that the copies may lack the newest change. */
    if (told != open_id &&
        !(open_id && !told && json_is_true(json_object_get(document, "is_journal_behind"))))
        fails(row, SILENT, "%s: the open change is %lld, status says %lld", what,
              (long long)open_id, (long long)told);
    return document;
}

/* Checks that exit code, output, journal and registry agree, for a run that was not killed. */
static bool check_report(const struct trial *trial, const struct scene *base,
                         const struct scene *now, const struct entry *new)
{
    const struct child *run = trial->run;
    bool is_after = has_new_values(trial, base, now);
    bool is_unclosed = says(run->err, "The change was written and verified") ||
                       says(run->out, "The change was written and verified");
    /* If the fault is in the call that prints the report, the run cannot print a report. */
    bool is_untold =
        says(run->err, "Cannot write to standard output") || says(run->err, "screen.write");
    bool is_told_done = run->exit_code == 0 || (run->exit_code == 6 && is_unclosed);

    if (trial->is_backup) {
        if ((run->exit_code == 0) != (new && new->end == IS_BACKUP) && !is_untold &&
            !(run->exit_code != 0 && new))
            return fails(trial->row, SILENT, "%s: exit code %lu, but %s backup", trial->what,
                         run->exit_code, new ? "a" : "no");
        return true;
    }
    if (run->exit_code > 6)
        return fails(trial->row, SILENT, "%s: exit code %lu: %s", trial->what, run->exit_code,
                     run->err);
    if (is_told_done && !is_after)
        return fails(trial->row, SILENT, "%s: told done (%lu), but it is not: %s%s", trial->what,
                     run->exit_code, run->out, run->err);
    if (run->exit_code == 0 && (!new || new->end != IS_DONE))
        return fails(trial->row, SILENT, "%s: done, but the journal does not say so", trial->what);
    if (!is_told_done && is_after && !is_untold && run->exit_code != 4)
        return fails(trial->row, SILENT, "%s: told failed (%lu), but it is done: %s%s", trial->what,
                     run->exit_code, run->out, run->err);
    if (new && new->end == IS_ROLLED_BACK && is_after)
        return fails(trial->row, SILENT, "%s: the journal says rolled back, but it is done",
                     trial->what);
    if (!is_told_done && !*run->err && !*run->out)
        return fails(trial->row, SILENT, "%s: no word of why it failed (%lu)", trial->what,
                     run->exit_code);
    return true;
}

/* ---- the next commands ------------------------------------------------- */

static void replace(struct scene *base, const struct scene *now)
{
    scene_release(base);
    *base = *now;
}

static bool check_is_in_effect(struct row *row, const char *what, const struct scene *scene)
{
    const struct entry *last = scene_last(scene);

    if (scene_open_entry(scene) || scene->torn_length || !last || last->end != IS_DONE)
        return fails(row, HALF_DONE, "%s: after a fresh change the journal still has open ends",
                     what);
    for (int i = 0; i < SETTINGS; i++)
        if (last->after[i] != IS_UNTOUCHED && last->after[i] != scene->values[i])
            return fails(row, HALF_DONE, "%s: a fresh change says done and value %d is %lld", what,
                         i, (long long)scene->values[i]);
    return true;
}

void set_afresh(struct row *row, const char *what, struct scene *base)
{
    static struct child set;
    unsigned number = fresh_number(base);
    int64_t old = base->values[MAX_USER_PORT];
    struct scene now;

    child_run(&set, maxport, "set %u --yes", number);
    scene_look(&now);
    if (set.exit_code != 0)
        fails(row, HALF_DONE, "%s: a fresh set fails: %lu %s", what, set.exit_code, set.err);
    else if (check_is_in_effect(row, what, &now) &&
             (now.values[MAX_USER_PORT] != number ||
              scene_last(&now)->before[MAX_USER_PORT] != old))
        fails(row, HALF_DONE, "%s: a fresh set wrote something else", what);
    replace(base, &now);
}

/* Checks that the next command that writes resolves an interrupted change correctly, and
 * reports the result. */
static void check_resolves(const struct trial *trial, const struct scene *before,
                           struct scene *base, int64_t open_id, bool is_after)
{
    static struct child settle;
    struct row *row = trial->row;
    const char *way = is_after ? "counts as done" : "counts as rolled back";
    unsigned number = fresh_number(base);
    char interrupted[64];
    struct scene now;
    const struct entry *entry;

    if (trial->settle_by == BY_SET)
        child_run(&settle, maxport, "set %u --yes", number);
    else
        child_run(&settle, maxport, "undo --yes");
    scene_look(&now);
    if (settle.exit_code != 0 && !(trial->settle_by == BY_UNDO && settle.exit_code == 1 &&
                                   says(settle.err, "There is no change to undo")))
        fails(row, HALF_DONE, "%s: what should settle it fails: %lu %s", trial->what,
              settle.exit_code, settle.err);
    sprintf(interrupted, "Change %lld (", (long long)open_id);
    if (open_id && (!says(settle.err, interrupted) || !says(settle.err, "was interrupted") ||
                    !says(settle.err, way)))
        fails(row, SILENT, "%s: settled without saying that it %s: %s", trial->what, way,
              settle.err);
    entry = scene_find(&now, open_id);
    if (open_id &&
        (!entry || !entry->is_resolved || entry->end != (is_after ? IS_DONE : IS_ROLLED_BACK)))
        fails(row, HALF_DONE, "%s: it is not settled as it %s", trial->what, way);
    entry = scene_last(&now);
    for (int i = 0; settle.exit_code == 0 && i < SETTINGS; i++) {
        int64_t old = is_after ? wanted(trial, before, i) : before->values[i];
        int64_t found = entry->before[i] == IS_UNTOUCHED ? now.values[i] : entry->before[i];

        if (found != old)
            fails(row, LOST, "%s: settled, value %d was %lld and should be %lld", trial->what, i,
                  (long long)found, (long long)old);
    }
    if (settle.exit_code == 0)
        check_is_in_effect(row, trial->what, &now);
    replace(base, &now);
    if (trial->settle_by == BY_UNDO)
        set_afresh(row, trial->what, base);
}

static enum outcome outcome_of(const struct trial *trial, const struct entry *new, bool is_after)
{
    if (!new)
        return trial->was_killed ? NOTHING_BEGUN : trial->run->exit_code == 0 ? DONE : REFUSED;
    switch (new->end) {
    case IS_DONE:
        return !trial->was_killed && trial->run->exit_code == 6 ? UNCLOSED : DONE;
    case IS_BACKUP:
        return DONE;
    case IS_ROLLED_BACK:
        return ROLLED_BACK;
    case IS_OPEN:
    case IS_STUCK:
        break;
    }
    if (!trial->was_killed)
        return is_after ? UNCLOSED : ROLLED_BACK;
    return is_after ? SETTLED_DONE : SETTLED_ROLLED_BACK;
}

void check_trial(const struct trial *trial, struct scene *base)
{
    struct row *row = trial->row;
    struct scene before = *base, now;
    const struct entry *new, *open;
    bool is_after;
    int64_t open_id;

    row->runs++;
    scene_look(&now);
    check_values(trial, &before, &now);
    check_journal(trial, &before, &now);
    new = now.entry_count > before.entry_count ? scene_last(&now) : NULL;
    open = scene_open_entry(&now);
    open_id = open ? open->id : 0;
    is_after = has_new_values(trial, &before, &now);
    if (!trial->was_killed)
        check_report(trial, &before, &now, new);
    if (!new && !has_old_values(&before, &now))
        fails(row, SILENT, "%s: written without a word in the journal", trial->what);
    row->open += open_id != 0;
    row->outcomes[outcome_of(trial, new, is_after)]++;
    /* If the run changed nothing, this scene was already checked after an earlier run. */
    if (scene_equal(&before, &now)) {
        scene_release(&now);
        return;
    }
    json_decref(check_status(row, trial->what, open_id));
    *base = now;
    check_resolves(trial, &before, base, open_id, is_after);
    scene_release(&before);
}
