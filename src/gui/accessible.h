/* accessible.h - what screen readers learn about a control that paints itself: role, state, value.
 *
 * For an owner-drawn button, Windows reports no state; for a window of a class that this program
 * registers, Windows reports only a client area. accessible_answer() answers WM_GETOBJECT with an
 * object that reports the facts of the control. The object passes on all other answers of Windows,
 * such as the name (Win32, "Microsoft Active Accessibility").
 */
#ifndef GUI_ACCESSIBLE_H
#define GUI_ACCESSIBLE_H

#include <windows.h>

enum { ACCESSIBLE_VALUE_SIZE = 160 };

struct accessible_facts {
    LONG role;  /* ROLE_SYSTEM_...; 0: the role that Windows reports */
    LONG state; /* STATE_SYSTEM_..., added to the state that Windows reports */
    char value[ACCESSIBLE_VALUE_SIZE]; /* UTF-8; empty: the value that Windows reports */
};

/* A message to the control. lParam points to a struct accessible_facts of zeros, which the control
 * fills. */
enum { ACCESSIBLE_FACTS = WM_APP + 40 };

/* Returns the answer to WM_GETOBJECT; 0: pass the message on to Windows. */
LRESULT accessible_answer(HWND control, WPARAM wparam, LPARAM lparam);

#endif
