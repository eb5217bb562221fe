/* window_driver.h - drives maxport-gui.exe from outside by the messages that a mouse and a
 * keyboard would send. Controls are found by what they say, as a person or a screen reader
 * finds them. */
#ifndef TESTS_PROGRAM_WINDOW_DRIVER_H
#define TESTS_PROGRAM_WINDOW_DRIVER_H

#include <stdbool.h>
#include <stddef.h>

#include <windows.h>

enum { PATIENCE_MS = 40000, POLL_MS = 50 };

/* The program's window, while it is open. */
extern HWND frame;

const char *text_of(HWND window);

/* Any window of the program's, or one within `parent`. */
HWND find(HWND parent, const wchar_t *class_name, const char *text);

HWND await(HWND parent, const wchar_t *class_name, const char *text);

HWND page(const char *name);

const char *texts(HWND parent);

void await_words(HWND parent, const char *words);

/* Waits until the button is enabled. */
HWND await_enabled(HWND parent, const char *text);

/* As a click does, and only where it would: a grey button hears none. */
void click(HWND parent, const char *text);

void show_page(const char *tab, const char *name);

void type(HWND field, const wchar_t *text);

/* The map, which counts ports while nothing points at one of them. */
HWND await_map(void);

void await_name(HWND control, const char *words);

/* How many listening ports the map says that there are; -1: it does not say. */
int listening(HWND map);

/* The control behind a label. */
HWND behind(HWND parent, const char *label);

/* As one types: each letter is heard by itself. */
void write_letters(HWND field, const char *letters);

/* Presses a key on the keyboard, so that it goes to the control that has the focus. modifier:
 * VK_CONTROL, VK_SHIFT, VK_MENU; 0: none. */
void press_key(WORD key, WORD modifier);

/* By its letter, from the menu that a right click on the selected row opens. */
void choose_from_menu(HWND list, wchar_t letter);

/* The file manager's window on this program's folder, if there is one. */
HWND find_folder(void);

/* The real one opens. It is closed as its user closes it, and its process ends. */
void await_and_close_folder(void);

/* Of Windows' dialog for files, which then closes. */
void choose_file(const wchar_t *path);

/* The text on it, once there is one, in UTF-8; it is empty then. */
const char *take_clipboard(void);

void press(WPARAM key);

/* Waits until the window is closed. */
void await_gone(HWND window);

/* Agrees to (or closes) the question and waits until it is gone. */
void answer(HWND dialog, int button);

size_t row_count(HWND list);

const char *cell(HWND list, int row, int column);

void select_row(HWND list, int row);

void click_heading(HWND list, int column);

bool has_row(HWND list, int column, const char *words, char other[256], int other_column);

/* The first row with these words in a column; -1: none. */
int row_of(HWND list, int column, const char *words);
/* Until the row with `first` in a column is before the one with `then`. */
void await_order(HWND list, int column, const char *first, const char *then);

void await_cell(HWND list, int row, int column, const char *words);

void open_window_of(const wchar_t *program, const char *arguments);

void open_window(const char *arguments);

/* A fixture for all tests of the window. Wine gives a window manager 2 s to confirm that a window
 * is gone, and here there is none: windows that are not managed are gone at once. */
void need_no_window_manager(void);

/* Closed as by its user: it ends by itself, all is well, and nothing is left of it. */
void close_window(void);

#endif
