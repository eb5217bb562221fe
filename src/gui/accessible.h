/* accessible.h - what screen readers learn about a control that paints itself: role, state, value.
 *
 * Windows reports an owner-drawn button without its state, and a window of the program's own as a
 * client area. This answers WM_GETOBJECT with an object that adds the facts of the control; all
 * else, such as the name, is Windows' own answer (Win32, "Microsoft Active Accessibility").
 */
#ifndef GUI_ACCESSIBLE_H
#define GUI_ACCESSIBLE_H

#include <windows.h>

enum { ACCESSIBLE_VALUE_SIZE = 160 };

struct accessible_facts {
    LONG role;                         /* ROLE_SYSTEM_...; 0: Windows' own */
    LONG state;                        /* STATE_SYSTEM_..., added to Windows' own */
    char value[ACCESSIBLE_VALUE_SIZE]; /* UTF-8; empty: Windows' own */
};

/* A message to the control; it fills the struct accessible_facts * of lParam, which is zero. */
enum { ACCESSIBLE_FACTS = WM_APP + 40 };

/* Call it at WM_GETOBJECT. Returns the answer; 0: not answered, let Windows answer. */
LRESULT accessible_answer(HWND control, WPARAM wparam, LPARAM lparam);

#endif
