/* stack_guard.c - detects stack and buffer overflows, in place of the compiler's libssp.
 *
 * The reason is security, not size: libssp calls CryptAcquireContext before main and so before
 * harden_process. The call loads bcrypt, rsaenh, crypt32 and others, some of which are not
 * KnownDLLs, from the folder of the program first. Since these functions have the names of
 * libssp's, the linker does not take libssp.
 */
#include <stdint.h>

#include <windows.h>

/* The compiler refers to them by name; no header declares them. */
extern uintptr_t __stack_chk_guard;
void __stack_chk_fail(void);
void __chk_fail(void);

uintptr_t __stack_chk_guard;

static uint64_t mix(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* The sources of Microsoft's stack cookie: time, processor counter, process, and the addresses of
 * program and stack. Sufficient against input that overwrites the stack, but not a cryptographic
 * key. */
static uint64_t unpredictable(void)
{
    FILETIME time;
    LARGE_INTEGER counter;
    uint64_t hash = mix(0, (uintptr_t)&counter);

    GetSystemTimeAsFileTime(&time);
    QueryPerformanceCounter(&counter);
    hash = mix(hash, (uint64_t)time.dwHighDateTime << 32 | time.dwLowDateTime);
    hash = mix(hash, (uint64_t)counter.QuadPart);
    hash = mix(hash, (uint64_t)GetCurrentProcessId() << 32 | GetCurrentThreadId());
    hash = mix(hash, GetTickCount());
    hash = mix(hash, (uintptr_t)&unpredictable);
#if defined(__x86_64__) || defined(__i386__)
    hash = mix(hash, __builtin_ia32_rdtsc());
#endif
    return hash ^ hash >> 32;
}

/* Runs before main. It has no guard itself, because it changes the guard. */
__attribute__((constructor, no_stack_protector)) static void choose_guard(void)
{
    /* The lowest byte is 0: a string that overflows cannot contain it. */
    __stack_chk_guard = (uintptr_t)unpredictable() & ~(uintptr_t)0xff;
}

static void end(const char *words, DWORD length)
{
    DWORD written;

    WriteFile(GetStdHandle(STD_ERROR_HANDLE), words, length, &written, NULL);
    /* Ends the process immediately, because the stack is corrupt; Windows records the crash. */
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
