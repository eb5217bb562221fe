/* stack_guard.c - detects stack and buffer overflows, in place of the compiler's libssp.
 *
 * The reason is security: libssp calls CryptAcquireContext before main() and so before
 * harden_process(). CryptAcquireContext loads bcrypt, rsaenh, crypt32 and other DLLs. Some of these
 * DLLs are not KnownDLLs, so Windows searches them in the program's folder first. The functions
 * below have the same names as those of libssp, so the linker does not link libssp.
 */
#include <stdint.h>

#include <windows.h>

/* Compiled code refers to these names; no header declares them. */
extern uintptr_t __stack_chk_guard;
void __stack_chk_fail(void);
void __chk_fail(void);

uintptr_t __stack_chk_guard;

static uint64_t mix(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

/* Combines sources like those of Microsoft's stack cookie: time, counters, process, thread, and the
 * addresses of program and stack. The result is sufficient as a guard of the stack, but not as a
 * cryptographic key. */
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

/* Runs before main(). This function is compiled without a guard, because it changes the guard. */
__attribute__((constructor, no_stack_protector)) static void choose_guard(void)
{
    /* The lowest byte is 0, because an overflowing string cannot write a 0 and then more bytes. */
    __stack_chk_guard = (uintptr_t)unpredictable() & ~(uintptr_t)0xff;
}

static void end(const char *words, DWORD length)
{
    DWORD written;

    WriteFile(GetStdHandle(STD_ERROR_HANDLE), words, length, &written, NULL);
    /* Ends the process immediately, because the stack may be corrupt; Windows records the crash. */
    __builtin_trap();
}

__attribute__((noreturn)) void __stack_chk_fail(void)
{
    static const char words[] = "maxport: stack smashing detected\n";

    end(words, sizeof words - 1);
    __builtin_unreachable();
}

/* Fortified string functions call this function instead of writing beyond the end of a buffer. */
__attribute__((noreturn)) void __chk_fail(void)
{
    static const char words[] = "maxport: buffer overflow detected\n";

    end(words, sizeof words - 1);
    __builtin_unreachable();
}
