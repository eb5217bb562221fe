/* window_driver.h - drives maxport-gui.exe from outside with the messages of a mouse and a
 * keyboard. Controls are found by their texts, as a person or a screen reader finds them. */
#ifndef TESTS_PROGRAM_WINDOW_DRIVER_H
#define TESTS_PROGRAM_WINDOW_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

enum { PATIENCE_MS = 40000, POLL_MS = 50 };

/* The window of the program while it is open. */
extern HWND frame;

const char *text_of(HWND window);

/* Returns a window of the program, or a control within `parent`. */
HWND find(HWND parent, const wchar_t *class_name, const char *text);

HWND await(HWND parent, const wchar_t *class_name, const char *text);

HWND page(const char *name);

const char *texts(HWND parent);

void await_words(HWND parent, const char *words);

/* Waits until the button is enabled. */
HWND await_enabled(HWND parent, const char *text);

/* Clicks a button as soon as the button is enabled. */
void click(HWND parent, const char *text);

/* Waits until the control is shown. */
void await_shown(HWND control);

void await_hidden(HWND control);

void show_page(const char *tab, const char *name);

void type(HWND field, const wchar_t *text);

/* Returns the map when it shows the number of ports. It shows a single port while the pointer is on
 * that port. */
HWND await_map(void);

void await_name(HWND control, const char *words);

/* Returns the number of listening ports on the map, or -1 if the map does not show it. */
int listening(HWND map);

/* Returns the control that follows a label. */
HWND behind(HWND parent, const char *label);

/* Types letter by letter, so that the program handles each of them. */
void write_letters(HWND field, const char *letters);

/* Presses a key on the keyboard, so that it goes to the control that has the focus. modifier:
 * VK_CONTROL, VK_SHIFT, VK_MENU; 0: none. */
void press_key(WORD key, WORD modifier);

/* Opens the context menu of the selected row and selects an item by its letter. */
void choose_from_menu(HWND list, wchar_t letter);

/* Returns the window of the file manager with this program's folder, or NULL. */
HWND find_folder(void);

/* Waits for the window of the file manager, closes it as a user does, and waits until its process
 * has ended. */
void await_and_close_folder(void);

/* Enters a path in the Windows dialog for files, confirms, and waits until the dialog has closed.
 */
void choose_file(const wchar_t *path);

/* Waits for text on the clipboard, empties the clipboard, and returns the text in UTF-8. */
const char *take_clipboard(void);

void press(WPARAM key);

/* Waits until the window is closed. */
void await_gone(HWND window);

/* Clicks the button and waits until the dialog has closed. */
void answer(HWND dialog, int button);

size_t row_count(HWND list);

const char *cell(HWND list, int row, int column);

void select_row(HWND list, int row);

void click_heading(HWND list, int column);

bool has_row(HWND list, int column, const char *words, char other[256], int other_column);

/* Returns the first row with this text in a column, or -1. */
int row_of(HWND list, int column, const char *words);
/* Waits until the row with `first` in a column is above the row with `then`. */
void await_order(HWND list, int column, const char *first, const char *then);

void await_cell(HWND list, int row, int column, const char *words);

void open_window_of(const wchar_t *program, const char *arguments);

void open_window(const char *arguments);

/* A fixture for all tests of the window. Wine waits up to 2 s for a window manager to confirm that
 * a window has closed. The test screen has no window manager, so the windows are made unmanaged. */
void need_no_window_manager(void);

/* Closes the window as a user does. The program must end with exit code 0 and leave no window. */
void close_window(void);

#endif
