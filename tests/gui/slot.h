/* slot.h - does something that is called over and over give back what GDI lent it? */
#ifndef TESTS_GUI_SLOT_H
#define TESTS_GUI_SLOT_H

#include <check.h>
#include <windows.h>

/* The place in the table of GDI's objects that the next one gets: the low half of a
 * handle. A place that was given back is used again, so it stays low while nothing
 * is kept. (GetGuiResources would count, but Wine's does not.) */
static inline int next_slot(void)
{
    HDC dc = CreateCompatibleDC(NULL);
    int slot = LOWORD((ULONG_PTR)dc);

    ck_assert_ptr_nonnull(dc);
    DeleteDC(dc);
    return slot;
}

enum { SLOT_CALLS = 80 };

/* Of so many calls not even every fourth may keep something. */
#define ASSERT_GIVES_BACK(call)                                                                    \
    do {                                                                                           \
        int first_slot;                                                                            \
        call; /* the first may keep what it needs ever after */                                    \
        first_slot = next_slot();                                                                  \
        for (int i_ = 0; i_ < SLOT_CALLS; i_++)                                                    \
            call;                                                                                  \
        ck_assert_int_lt(next_slot(), first_slot + SLOT_CALLS / 4);                                \
    } while (0)

#endif
