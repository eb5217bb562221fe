/* store_scene.h - a store in a scratch folder, with its record below a scratch key, and simulations
 * of functions that Wine lacks. */
#ifndef TESTS_WIN32_STORE_SCENE_H
#define TESTS_WIN32_STORE_SCENE_H

#include "scratch.h"
#include "win32/store.h"

extern struct scratch scratch; /* Check runs one test at a time */
extern struct store_adapter adapter;
extern struct store store;
extern wchar_t folder[MAX_PATH]; /* path of the store: scratch\maxport */
extern struct fault fault;
extern struct store_preparation preparation;

void scene_open(void);
void scene_close(void);

/* Creates the store and fills `preparation`. */
void prepare(void);

/* Returns a path in the store. The next call overwrites the buffer. */
wchar_t *in_store(const wchar_t *name);
/* Returns a path beside the store. */
wchar_t *beside(const wchar_t *name);

enum store_state state_now(char why[STORE_PATH_SIZE]);
void expect_state(enum store_state state);

void expect_read(enum store_view view, const char *name, const char *content);
void append_line(const char *line);

void set_dacl(const wchar_t *path, const wchar_t *sddl);

/* Creates a folder that everybody may write to, as any user can in ProgramData. */
void make_open_folder(const wchar_t *path);

/* Opens the key of the record. */
HKEY record_key(REGSAM access);
void forget_record(void);

/* Opens a second adapter on the same store, as another program does. */
void open_second(struct store_adapter *other_adapter, struct store *other);

bool is_wine(void);

/* Returns false if this account must not create links. */
bool make_link(const wchar_t *link, const wchar_t *target, bool is_folder);
/* Must be called before the clean-up, which would follow the link. */
void remove_link(const wchar_t *link);

/* ntdll_open or file_open does not return before scene_return_opens if the name has this end and
 * the access contains one of these rights. NULL: every open returns. */
void scene_hang_opens(const wchar_t *end_of_name, DWORD access);
void scene_return_opens(void);

/* The nth ntdll_delete from now on does not return before scene_return_opens. */
void scene_hang_delete(unsigned nth);

/* Sets a function that is called just after a file was created, like the action of another program.
 * NULL: none. */
void scene_after_making(void (*act)(void));

/* Adds these attributes and this reparse tag to every file and folder; 0: none. */
void scene_mark(DWORD attributes, DWORD tag);

/* Returns the attributes with which the folder of the store was created last. The disk of a test
 * may not store them. */
DWORD scene_root_attributes(void);

/* For `ms` milliseconds a file of such a name is being deleted, although another program has it
 * open. */
void scene_delete_for(const wchar_t *end_of_name, DWORD ms);

/* Makes the nth call fail that removes a file, a folder or the record, or that writes the record;
 * with and_all_later also every call after it. */
void scene_fail_removal(unsigned nth, bool and_all_later);
/* Returns whether a call has failed. Later calls no longer fail. */
bool scene_end_failures(void);

#endif
