/* window_driver.h - controls maxport-gui.exe from outside by window messages and by keys of a
 * simulated keyboard. The functions find a control by its text, as a person or a screen reader
 * does. */
#ifndef TESTS_PROGRAM_WINDOW_DRIVER_H
#define TESTS_PROGRAM_WINDOW_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

enum { PATIENCE_MS = 40000, POLL_MS = 50 };

/* The window of the program while the window is open. */
extern HWND frame;

const char *text_of(HWND window);

/* Returns the control within `parent` that has this class and whose text begins with `text` (NULL:
 * any text). If `parent` is NULL, returns such a window of the program. Returns NULL if nothing
 * matches. */
HWND find(HWND parent, const wchar_t *class_name, const char *text);

HWND await(HWND parent, const wchar_t *class_name, const char *text);

HWND page(const char *name);

const char *texts(HWND parent);

void await_words(HWND parent, const char *words);

/* Waits until the button is enabled, and returns the button. */
HWND await_enabled(HWND parent, const char *text);

/* Waits until the button is enabled, and then clicks it. */
void click(HWND parent, const char *text);

/* Waits until the control is visible. */
void await_shown(HWND control);

void await_hidden(HWND control);

void show_page(const char *tab, const char *name);

void type(HWND field, const wchar_t *text);

/* Waits until the text of the port map contains the number of ports, and returns the map. While the
 * pointer is on a port, the text describes this port instead. */
HWND await_map(void);

void await_name(HWND control, const char *words);

/* Returns how many listening ports the map reports, or -1 if its text does not contain this
 * number. */
int listening(HWND map);

/* Returns the control that follows the label. */
HWND behind(HWND parent, const char *label);

/* Types the letters one by one, so that the program handles each letter. */
void write_letters(HWND field, const char *letters);

/* Presses a key on the keyboard. The control that has the focus receives the key. `modifier` is
 * VK_CONTROL, VK_SHIFT, VK_MENU, or 0 for none. */
void press_key(WORD key, WORD modifier);

/* Opens the context menu of the selected row and selects an item by its letter. */
void choose_from_menu(HWND list, wchar_t letter);

/* Returns the window in which the file manager shows the folder of this program, or NULL. */
HWND find_folder(void);

/* Waits for the window of the file manager and closes it as a user does. Under Wine, also waits
 * until the process of the file manager has ended. */
void await_and_close_folder(void);

/* Enters a path in the file dialog of Windows, confirms it, and waits until the dialog is
 * closed. */
void choose_file(const wchar_t *path);

/* Waits until the clipboard contains text, empties the clipboard, and returns the text in UTF-8. */
const char *take_clipboard(void);

void press(WPARAM key);

/* Waits until the window is closed. */
void await_gone(HWND window);

/* Clicks a button of the dialog and waits until the dialog is closed. */
void answer(HWND dialog, int button);

size_t row_count(HWND list);

const char *cell(HWND list, int row, int column);

void select_row(HWND list, int row);

void click_heading(HWND list, int column);

bool has_row(HWND list, int column, const char *words, char other[256], int other_column);

/* Returns the number of the first row with this text in the column, or -1. */
int row_of(HWND list, int column, const char *words);
/* Waits until the row with the text `first` in the column is above the row with the text `then`. */
void await_order(HWND list, int column, const char *first, const char *then);

void await_cell(HWND list, int row, int column, const char *words);

void open_window_of(const wchar_t *program, const char *arguments);

void open_window(const char *arguments);

/* Fixture for all tests of the window. When a window closes, Wine waits up to 2 s for the window
 * manager, but the screen of the tests has none. So this function tells Wine not to use a window
 * manager. */
void need_no_window_manager(void);

/* Closes the window as a user does. The program must end with exit code 0 and leave no window. */
void close_window(void);

#endif
