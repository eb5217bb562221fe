/* store_scene.h - a store in a scratch folder, whose record is below a scratch key. Also simulates
 * what a test cannot cause under Wine, such as oplocks, pending deletions and failing deletions. */
#ifndef TESTS_WIN32_STORE_SCENE_H
#define TESTS_WIN32_STORE_SCENE_H

#include "scratch.h"
#include "win32/store.h"

extern struct scratch scratch; /* one for all tests: Check runs one test at a time */
extern struct store_adapter adapter;
extern struct store store;
extern wchar_t folder[MAX_PATH]; /* path of the store: scratch\maxport */
extern struct fault fault;
extern struct store_preparation preparation;

void scene_open(void);
void scene_close(void);

/* Creates the store and fills `preparation`. */
void prepare(void);

/* Returns the path of a file or folder in the store. The next call overwrites the buffer. */
wchar_t *in_store(const wchar_t *name);
/* Returns the path of a file or folder beside the store. */
wchar_t *beside(const wchar_t *name);

enum store_state state_now(char why[STORE_PATH_SIZE]);
void expect_state(enum store_state state);

void expect_read(enum store_view view, const char *name, const char *content);
void append_line(const char *line);

void set_dacl(const wchar_t *path, const wchar_t *sddl);

/* Creates a folder that everybody may write to. Any user can create such a folder in
 * ProgramData. */
void make_open_folder(const wchar_t *path);

/* Opens the registry key that contains the record, or creates the key. */
HKEY record_key(REGSAM access);
void forget_record(void);

/* Opens a second adapter for the same store, as another program does. */
void open_second(struct store_adapter *other_adapter, struct store *other);

bool is_wine(void);

/* Creates a link. Returns false if Windows does not let this account create links, or if this
 * version of Windows has no links of files. */
bool make_link(const wchar_t *link, const wchar_t *target, bool is_folder);
/* Removes a link. Must be called before the clean-up, which would follow the link. */
void remove_link(const wchar_t *link);

/* Makes ntdll_open() and file_open() wait for scene_return_opens() if the name ends with
 * `end_of_name` and `access` contains one of the requested rights. If `end_of_name` is NULL, no
 * call waits. */
void scene_hang_opens(const wchar_t *end_of_name, DWORD access);
void scene_return_opens(void);

/* Makes the nth later call of ntdll_delete() wait for scene_return_opens(). */
void scene_hang_delete(unsigned nth);

/* Sets a function that is called just after a file is created, to simulate the action of another
 * program. NULL: no function is called. */
void scene_after_making(void (*act)(void));

/* Makes every file and folder appear with these additional attributes and with this reparse tag. 0
 * adds nothing. */
void scene_mark(DWORD attributes, DWORD tag);

/* Returns the attributes with which the folder of the store was last created. The disk of a test
 * may not store these attributes. */
DWORD scene_root_attributes(void);

/* For `ms` milliseconds, no file whose name ends with `end_of_name` can be opened. This simulates a
 * deletion that is pending while another program has the file open. */
void scene_delete_for(const wchar_t *end_of_name, DWORD ms);

/* Makes the nth of these calls fail: calls that remove a file, a folder or the record, and calls
 * that write the record. If `and_all_later` is true, all later calls of these kinds fail too. */
void scene_fail_removal(unsigned nth, bool and_all_later);
/* Ends the failures. Returns whether a call has failed. */
bool scene_end_failures(void);

#endif
