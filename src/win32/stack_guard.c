/* stack_guard.c - the number that a smashed stack gives itself away by.
 *
 * gcc's own libssp takes it from CryptGenRandom as soon as the program starts, which
 * loads three DLLs. With these names here the linker leaves libssp's out.
 */
#include "win32/seed.h"

#include <windows.h>

/* gcc looks for them by name; no header declares them. */
extern uintptr_t __stack_chk_guard;
void __stack_chk_fail(void);
void __chk_fail(void);

uintptr_t __stack_chk_guard;

/* Runs before main, and itself without the guard that it changes. */
__attribute__((constructor, no_stack_protector)) static void choose_guard(void)
{
    /* The lowest byte 0, so that no string function writes past it. */
    __stack_chk_guard = (uintptr_t)seed_make() & ~(uintptr_t)0xff;
}

static void end(const char *words, DWORD length)
{
    DWORD written;

    WriteFile(GetStdHandle(STD_ERROR_HANDLE), words, length, &written, NULL);
    /* At once: nothing on this stack can be trusted, and Windows notes the crash. */
    __builtin_trap();
}

__attribute__((noreturn)) void __stack_chk_fail(void)
{
    static const char words[] = "maxport: stack smashing detected\n";

    end(words, sizeof words - 1);
    __builtin_unreachable();
}

/* A fortified string function was about to write past its buffer. */
__attribute__((noreturn)) void __chk_fail(void)
{
    static const char words[] = "maxport: buffer overflow detected\n";

    end(words, sizeof words - 1);
    __builtin_unreachable();
}
