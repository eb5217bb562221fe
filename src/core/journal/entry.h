/* entry.h - data of a journal entry and of a journal.
 *
 * journal.h reads and writes entries; journal_rule.h defines which entries are valid.
 */
#ifndef CORE_JOURNAL_ENTRY_H
#define CORE_JOURNAL_ENTRY_H

#include "core/base/sha256.h"
#include "core/journal/step.h"
#include "core/system/clock.h"
#include "core/system/identity.h"
#include "core/system/restore_point.h"

enum entry_state {
    ENTRY_OPEN,           /* started; the outcome is not recorded yet */
    ENTRY_DONE,           /* written and verified */
    ENTRY_ROLLED_BACK,    /* failed; everything is as it was before */
    ENTRY_STUCK,          /* failed, and the rollback failed too */
    ENTRY_BACKUP,         /* only a backup; nothing was changed */
    ENTRY_RETURN,         /* a return to `restore_point` at the next restart was requested */
    ENTRY_RETURN_REFUSED, /* the same, but Windows refused it */
};

const char *
entry_state_name(enum entry_state state); /* in JSON: "open", "done", "rolled_back" ... */

/* Ports in use before or after a change. */
struct use_figures {
    bool is_known;
    struct {
        uint32_t in_use, available;
    } by[PROTOCOL_COUNT][FAMILY_COUNT];
};

struct journal_entry {
    uint64_t id; /* 1, 2, 3 ... */
    enum entry_state state;
    int64_t started_ms, ended_ms; /* ms since 1970 UTC; ended_ms is 0 while the entry is open */
    struct boot boot;             /* kernel session in which the change was made */
    bool is_boot_known;
    int64_t key_written_ms; /* last write to the key before the change; 0: unknown */
    char account[IDENTITY_SIZE], session_user[IDENTITY_SIZE], computer[IDENTITY_SIZE];
    uint32_t process_id;
    char command[32];   /* "set", "reset", "range set", "restore", "undo", "backup",
                           "restore-point return" */
    char *reason;       /* owned; "": none */
    uint64_t undoes;    /* id of the change that this change undoes; 0: none */
    struct step *steps; /* owned */
    size_t step_count;
    char backup[64];                     /* name in the store; "": none */
    char backup_sha256[SHA256_HEX_SIZE]; /* digest of the backup; "" if the journal lacks it */
    char undo_file[64];
    bool has_restore_point; /* a restore point was requested before the change, or the entry is a
                               return */
    enum restore_point_outcome restore_point_outcome;
    uint32_t restore_point; /* its sequence number */
    /* The MaxUserPort with which Windows had started, if it had no effect on the TCP range when the
     * change was made; 0: none, or unknown. */
    uint32_t no_effect;
    struct use_figures use_before, use_after;
    struct port_range predicted[PROTOCOL_COUNT][FAMILY_COUNT]; /* count 0: unknown */
    char *outcome;     /* owned; description of the outcome; "": none */
    bool was_resolved; /* a later command determined the outcome */
    bool is_undone;    /* a later change undid this change and is still in effect */
};

struct journal {
    struct journal_entry *entries; /* owned; oldest first, ids ascending */
    size_t count;
    uint64_t next_id;
    size_t skipped_length; /* bytes of older lines that journal_read_recent() skipped */
    size_t whole_length;   /* bytes of complete lines; an incomplete line may follow */
    size_t torn_length;    /* bytes of the incomplete line; usually 0 */
    size_t bad_count;      /* complete but invalid lines, which maxport keeps in the file, skips and
                              reports */
    bool misses_newline;   /* the last line lacks only its newline */
};

void journal_init(struct journal *journal);
void journal_release(struct journal *journal);
void journal_entry_release(struct journal_entry *entry);

const struct journal_entry *journal_find(const struct journal *journal, uint64_t id);

/* Returns whether entries of this state are returns to a restore point. */
bool entry_state_is_return(enum entry_state state);

/* Returns whether this is the state of a backup or of a return to a restore point. Such an entry is
 * never open, and its command does not resolve interrupted changes. */
bool entry_state_is_single(enum entry_state state);

/* Returns whether the change has no outcome, or is stuck and was not resolved since. Only for such
 * a change may a later line of the journal record an outcome. */
bool journal_is_open(const struct journal_entry *entry);

#endif
