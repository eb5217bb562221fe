#include "win32/memory.h"

#include "win32/lib/late.h"
#include "win32/lib/system_message.h"

#include <windows.h>

/* PERFORMANCE_INFORMATION from psapi.h. This header is not included, because it renames
 * GetPerformanceInfo with a macro. */
struct performance {
    DWORD bytes;
    SIZE_T commit_total, commit_limit, commit_peak;
    SIZE_T physical_total, physical_available, system_cache;
    SIZE_T kernel_total, kernel_paged, kernel_nonpaged, page_size;
    DWORD handle_count, process_count, thread_count;
};
_Static_assert(sizeof(struct performance) == (sizeof(void *) == 8 ? 104 : 56),
               "PERFORMANCE_INFORMATION");

typedef BOOL(WINAPI *performance_call)(struct performance *, DWORD bytes);

static performance_call find_call(void)
{
    struct late psapi = {.name = L"psapi.dll"};
    struct fault ignored;
    performance_call call = (performance_call)late_kernel32("K32GetPerformanceInfo");
    return call ? call : (performance_call)late_bind(&psapi, "GetPerformanceInfo", &ignored);
}

static void read_pool(struct memory *memory)
{
    struct performance performance = {.bytes = sizeof performance};
    performance_call call = find_call();
    if (call && call(&performance, sizeof performance) && performance.kernel_nonpaged != 0) {
        memory->nonpaged_pool_bytes =
            (uint64_t)performance.kernel_nonpaged * (uint64_t)performance.page_size;
        memory->is_pool_known = memory->nonpaged_pool_bytes != 0;
    }
}

static bool read_memory(void *context, struct memory *memory, struct fault *fault)
{
    MEMORYSTATUSEX status = {.dwLength = sizeof status};
    (void)context;
    if (!GlobalMemoryStatusEx(&status)) {
        DWORD code = GetLastError();
        return system_fault(fault, FAULT_FAILED, code,
                            "The size of physical memory could not be "
                            "read");
    }
    *memory = (struct memory){.physical_bytes = status.ullTotalPhys};
    read_pool(memory);
    return true;
}

void memory_open(struct memory_source *functions)
{
    *functions = (struct memory_source){.read = read_memory};
}
