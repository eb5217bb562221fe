#include "cli/frame/ends.h"

#include <string.h>

const struct exit_meaning exit_meanings[] = {
    {0, "Done, or nothing to do."},
    {1, "Failed; everything is as it was before. check: WARNING. verify: Windows did not apply the "
        "change, or it was overwritten since. restore-point create: no restore point was created."},
    {2, "Invalid input; nothing was changed. check: CRITICAL."},
    {3, "Needs an administrator; nothing was changed. check: UNKNOWN, invalid input, help or "
        "version."},
    {4, "Rollback incomplete. For the state of each value, run maxport history. restore-point "
        "return: Windows did not confirm the return, which may still happen."},
    {5, "Declined, or interrupted before the first write. After the first write, the change "
        "completes."},
    {6, "The store could not be written. No setting was changed, unless the error says that the "
        "change was written."},
    {7, "With --fail-above: more ports are in use."},
    {3010, "With --exit-3010: done, and a restart is needed."},
    {0, NULL},
};

const struct end_row end_rows[END_COUNT] = {
    [END_DONE] = {"done", "", "as requested"},
    [END_ALREADY] = {"already as requested", "", "unchanged"},
    [END_RESTART] = {"restart pending (with --exit-3010)", "Takes effect",
                     "stored as requested; in effect after a restart"},
    [END_INVALID] = {"invalid input", "has no option", "unchanged"},
    [END_STALE] = {"value or plan differs from --expect or --expect-plan", "but --expect requires",
                   "unchanged"},
    [END_DENIED] = {"denied: not an elevated administrator", "administrator", "unchanged"},
    [END_DECLINED] = {"declined, or Ctrl-C at the question", "Not confirmed. Nothing was changed.",
                      "unchanged"},
    [END_INTERRUPTED] = {"Ctrl-C before the first write, or while reading", "Interrupted",
                         "unchanged"},
    [END_ROLLED_BACK] = {"a write failed, and everything was rolled back",
                         "Everything is as it was before.", "as before"},
    [END_STUCK] = {"a write failed, and the rollback failed too",
                   "Restoring the previous values failed too",
                   "partly changed; the journal contains the previous values"},
    [END_STORE] = {"the store could not be written", "", "settings unchanged"},
    [END_OUTPUT_LOST] = {"the output could not be written", "Cannot write to standard output.",
                         "as if the output had been written"},
};

enum reason {
    READS = -1,
    WRITES_NEW = -2,
    AT_ONCE = -3,
    NO_OPTION = -4,
    ASKS_NOTHING = -5,
    COMPLETES = -6,
    NO_SETTING = -7,
    NO_STORE = -8,
    FOR_ALL = -9,
};

const char *end_reason(int reason)
{
    switch ((enum reason)reason) {
    case READS:
        return "only reads";
    case WRITES_NEW:
        return "does its work again";
    case AT_ONCE:
        return "takes effect immediately";
    case NO_OPTION:
        return "has no such option";
    case ASKS_NOTHING:
        return "asks nothing";
    case COMPLETES:
        return "completes; only a second Ctrl-C ends it";
    case NO_SETTING:
        return "writes no setting";
    case NO_STORE:
        return "does not write to the store";
    case FOR_ALL:
        return "needs no administrator";
    }
    return "";
}

/* The columns are those of enum end. */
/* clang-format off */
const struct command_ends command_ends[] = {
    {"set, reset, undo, restore",
     {0, 0, 3010, 2, 1, 3, 5, 5, 1, 4, 6, 0}},
    {"range set",
     {0, 0, AT_ONCE, 2, 1, 3, 5, 5, 1, 4, 6, 0}},
    {"backup",
     {0, WRITES_NEW, AT_ONCE, 2, NO_OPTION, 3, ASKS_NOTHING, COMPLETES,
      NO_SETTING, NO_SETTING, 6, 0}},
    {"restore-point create",
     {0, WRITES_NEW, AT_ONCE, 2, NO_OPTION, 3, ASKS_NOTHING, COMPLETES,
      NO_SETTING, NO_SETTING, NO_STORE, 0}},
    {"restore-point return",
     {0, WRITES_NEW, NO_OPTION, 2, NO_OPTION, 3, 5, COMPLETES, NO_SETTING, NO_SETTING, 6, 0}},
    {"restore-point list",
     {0, READS, READS, 2, READS, 3, READS, COMPLETES, READS, READS, READS, 1}},
    {"store adopt",
     {0, WRITES_NEW, AT_ONCE, 2, NO_OPTION, 3, 5, COMPLETES, NO_SETTING, NO_SETTING, 6, 0}},
    {"store remove",
     {0, 0, AT_ONCE, 2, NO_OPTION, 3, 5, COMPLETES, NO_SETTING, NO_SETTING, 6, 0}},
    {"report",
     {0, WRITES_NEW, AT_ONCE, 2, NO_OPTION, FOR_ALL, ASKS_NOTHING, 5,
      NO_SETTING, NO_SETTING, NO_STORE, 0}},
    {"why, ports, capacity",
     {0, READS, READS, 2, READS, FOR_ALL, READS, 5, READS, READS, READS, 1}},
    {"check",
     {0, READS, READS, 3, READS, FOR_ALL, READS, COMPLETES, READS, READS, READS, 3}},
    {NULL,
     {0, READS, READS, 2, READS, FOR_ALL, READS, COMPLETES, READS, READS, READS, 1}},
};
/* clang-format on */

const size_t command_ends_count = sizeof command_ends / sizeof *command_ends;

/* Returns whether the list "set, reset" contains the name. */
static bool lists(const char *list, const char *name)
{
    size_t length = strlen(name);

    for (; *list; list += strspn(list, ", ")) {
        size_t end = strcspn(list, ",");

        if (end == length && memcmp(list, name, length) == 0)
            return true;
        list += end;
    }
    return false;
}

const struct command_ends *ends_of_command(const char *name)
{
    size_t i = 0;

    while (command_ends[i].commands && !lists(command_ends[i].commands, name))
        i++;
    return &command_ends[i];
}
