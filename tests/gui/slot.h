/* slot.h - checks that code releases its GDI objects, by running it repeatedly. */
#ifndef TESTS_GUI_SLOT_H
#define TESTS_GUI_SLOT_H

#include <check.h>
#include <windows.h>

/* Creates objects and returns the highest index that they have in the table of GDI objects; the
 * index is the low half of a handle. Released indexes are reused first, so the highest one remains
 * low as long as nothing leaks. PROBES objects exist at the same time, which is more than any call
 * releases. GetGuiResources could count objects, but not under Wine. */
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

/* Makes the call once, and then 80 times. Fails if the 80 calls have raised the highest index by
 * 20 or more, which is one index for every four calls. */
#define ASSERT_RELEASES_GDI(call)                                                                  \
    do {                                                                                           \
        int first_slot;                                                                            \
        call; /* the first call may keep objects for later calls */                                \
        first_slot = highest_slot();                                                               \
        for (int i_ = 0; i_ < SLOT_CALLS; i_++)                                                    \
            call;                                                                                  \
        ck_assert_int_lt(highest_slot(), first_slot + SLOT_CALLS / 4);                             \
    } while (0)

#endif
