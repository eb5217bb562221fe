#include "win32/seed.h"

#include <windows.h>

static uint64_t mix(uint64_t hash, uint64_t more)
{
    hash = (hash ^ more) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

uint64_t seed_make(void)
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
    hash = mix(hash, (uintptr_t)&seed_make);
#if defined(__x86_64__) || defined(__i386__)
    hash = mix(hash, __builtin_ia32_rdtsc());
#endif
    return hash ^ hash >> 32;
}
