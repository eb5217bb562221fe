/* store_scene.h - a store in a scratch folder, with its record below a scratch key, and the
 * doubles of what Wine cannot do.
 */
#ifndef TESTS_WIN32_STORE_SCENE_H
#define TESTS_WIN32_STORE_SCENE_H

#include "scratch.h"
#include "win32/store.h"

extern struct scratch scratch; /* Check runs one test at a time */
extern struct store_adapter adapter;
extern struct store store;
extern wchar_t folder[MAX_PATH]; /* where the store is, or will be: scratch\maxport */
extern struct fault fault;
extern struct store_preparation preparation;

void scene_open(void);
void scene_close(void);

/* Makes the store; fills `preparation`. */
void prepare(void);

/* A path in the store, in a buffer of this function's. */
wchar_t *in_store(const wchar_t *name);
/* A path beside it. */
wchar_t *beside(const wchar_t *name);

enum store_state state_now(char why[STORE_PATH_SIZE]);
void expect_state(enum store_state state);

void expect_read(enum store_view view, const char *name, const char *content);
void append_line(const char *line);

void set_dacl(const wchar_t *path, const wchar_t *sddl);

/* As any user may make one in ProgramData. */
void make_open_folder(const wchar_t *path);

/* The key of the record. */
HKEY record_key(REGSAM access);
void forget_record(void);

/* Another adapter on the same store, as another program has. */
void open_second(struct store_adapter *other_adapter, struct store *other);

bool is_wine(void);

/* False: this account may not make links. */
bool make_link(const wchar_t *link, const wchar_t *target, bool is_folder);
/* Or what cleans up would follow it. */
void remove_link(const wchar_t *link);

/* ntdll_open or file_open of a name that ends like this, and asks for one of these rights, does
 * not return before scene_return_opens. NULL: every open returns. */
void scene_hang_opens(const wchar_t *end_of_name, DWORD access);
void scene_return_opens(void);

/* The nth ntdll_delete from now on does not return before scene_return_opens. */
void scene_hang_delete(unsigned nth);

/* What somebody else does just after a file was made. NULL: nothing. */
void scene_after_making(void (*act)(void));

/* Every file and folder has these attributes, too, and this reparse tag; 0: none. */
void scene_mark(DWORD attributes, DWORD tag);

/* With which attributes the folder of the store was created last; the disk of a test may not keep
 * them. */
DWORD scene_root_attributes(void);

/* For so many ms such a name is being deleted, though somebody has it open still. */
void scene_delete_for(const wchar_t *end_of_name, DWORD ms);

/* From now on the nth call that removes a file, a folder or the record fails, or that writes the
 * record; with and_all_later every one after it, too. */
void scene_fail_removal(unsigned nth, bool and_all_later);
/* Did one fail? None fails any more. */
bool scene_end_failures(void);

#endif
