/* scene.h - what is in the registry and in the store at one moment, read without maxport.
 *
 * The journal is read by jansson and by the description of its form in core/journal/journal.h,
 * not by maxport's reader, which is what is being judged.
 */
#ifndef TESTS_TORTURE_SCENE_H
#define TESTS_TORTURE_SCENE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <windows.h>

enum { MAX_USER_PORT, TIME_WAIT_DELAY, SETTINGS };
enum { IS_ABSENT = -1, IS_ODD = -2, IS_UNTOUCHED = -3 }; /* in place of a number */
enum { ENTRIES_MAX = 512 };

enum entry_end { IS_OPEN, IS_DONE, IS_ROLLED_BACK, IS_STUCK, IS_BACKUP };

struct entry {
    int64_t id, undoes;
    char command[16];
    enum entry_end end;
    bool is_resolved;
    int64_t before[SETTINGS], after[SETTINGS]; /* IS_UNTOUCHED: no step about it */
    char backup[64], sha256[65], undo_file[64];
};

struct scene {
    int64_t values[SETTINGS];
    char *journal; /* owned; "" without */
    size_t length;
    char *listing; /* owned; names and sizes of all files of the store but the lock */
    struct entry entries[ENTRIES_MAX];
    size_t entry_count;
    size_t torn_length; /* bytes after the last newline that are no entry */
    unsigned bad_lines; /* whole lines that are none, but for torn ones that were mended */
};

/* Refuses (false, *why) a machine that nobody said may be changed. */
bool scene_set_up(const char **why);

void scene_look(struct scene *scene);
void scene_release(struct scene *scene);
bool scene_equal(const struct scene *a, const struct scene *b);

const struct entry *scene_find(const struct scene *scene, int64_t id);
const struct entry *scene_last(const struct scene *scene);       /* or NULL */
const struct entry *scene_open_entry(const struct scene *scene); /* the newest, or NULL */

/* Is the backup there, and what the journal says it is? */
bool scene_has_backup(const struct entry *entry);

/* No value, no store. */
void scene_clear(void);
void scene_write(int setting, int64_t number);

/* A path in the store, such as L"journal.jsonl". Reused by the fourth call from now. */
const wchar_t *scene_path(const wchar_t *name);
/* Bytes of the journal now; 0 without one. Cheap. */
uint64_t scene_journal_size(void);
/* "" where there is no such file. free() it. */
char *scene_read_file(const wchar_t *path, size_t *length);
bool scene_write_file(const wchar_t *path, const void *data, size_t length);
/* Deletes the backups of these entries and later ones, and what torn lines left. */
void scene_delete_files_from(int64_t id);

#endif
