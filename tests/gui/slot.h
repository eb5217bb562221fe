/* slot.h - does something that is called over and over give back what GDI lent it? */
#ifndef TESTS_GUI_SLOT_H
#define TESTS_GUI_SLOT_H

#include <check.h>
#include <windows.h>

/* How far the table of GDI's objects is in use: its place there is the low half of a handle.
 * Places that were given back are used first, so it stays low while nothing is kept; hence
 * more objects at once than any call gives back. (GetGuiResources would count, but Wine's
 * does not.) */
static inline int highest_slot(void)
{
    enum { PROBES = 32 };
    HDC probes[PROBES];
    int highest = 0;

    for (int i = 0; i < PROBES; i++) {
        probes[i] = CreateCompatibleDC(NULL);
        ck_assert_ptr_nonnull(probes[i]);
        if (LOWORD((ULONG_PTR)probes[i]) > highest)
            highest = LOWORD((ULONG_PTR)probes[i]);
    }
    for (int i = 0; i < PROBES; i++)
        DeleteDC(probes[i]);
    return highest;
}

enum { SLOT_CALLS = 80 };

/* Of so many calls not even every fourth may keep something. */
#define ASSERT_GIVES_BACK(call)                                                                    \
    do {                                                                                           \
        int first_slot;                                                                            \
        call; /* the first may keep what it needs ever after */                                    \
        first_slot = highest_slot();                                                               \
        for (int i_ = 0; i_ < SLOT_CALLS; i_++)                                                    \
            call;                                                                                  \
        ck_assert_int_lt(highest_slot(), first_slot + SLOT_CALLS / 4);                             \
    } while (0)

#endif
