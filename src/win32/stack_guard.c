/* stack_guard.c - the number that a smashed stack gives itself away by.
 *
 * gcc's own libssp takes it from CryptGenRandom as soon as the program starts, which
 * loads three DLLs and takes longer than many a command. This is what Microsoft's
 * compiler does instead: it mixes what nobody outside can know all of (the time, the
 * processor's counter, the process, where Windows put the program and its stack). With
 * these names here the linker leaves libssp's out.
 */
#include <stdint.h>

#include <windows.h>

/* gcc looks for them by name; no header declares them. */
extern uintptr_t __stack_chk_guard;
void __stack_chk_fail(void);
void __chk_fail(void);

uintptr_t __stack_chk_guard;

static uint64_t mix(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* Runs before main, and itself without the guard that it changes. */
__attribute__((constructor, no_stack_protector)) static void choose_guard(void)
{
    FILETIME time;
    LARGE_INTEGER counter;
    uint64_t hash = mix(0, (uintptr_t)&hash);

    GetSystemTimeAsFileTime(&time);
    QueryPerformanceCounter(&counter);
    hash = mix(hash, (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
    hash = mix(hash, (uint64_t)counter.QuadPart);
    hash = mix(hash, (uint64_t)GetCurrentProcessId() << 32 | GetCurrentThreadId());
    hash = mix(hash, GetTickCount());
    hash = mix(hash, (uintptr_t)&choose_guard);
    hash = mix(hash, (uintptr_t)&__stack_chk_fail);
#if defined(__x86_64__) || defined(__i386__)
    hash = mix(hash, __builtin_ia32_rdtsc());
#endif
    /* The lowest byte 0, so that no string function writes past it. */
    __stack_chk_guard = (uintptr_t)(hash ^ hash >> 32) & ~(uintptr_t)0xff;
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
