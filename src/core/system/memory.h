/* memory.h - physical memory and the non-paged pool, which sockets use. */
#ifndef CORE_SYSTEM_MEMORY_H
#define CORE_SYSTEM_MEMORY_H

#include "core/base/fault.h"

struct memory {
    uint64_t physical_bytes;
    bool is_pool_known;
    uint64_t nonpaged_pool_bytes; /* in use now (GetPerformanceInfo KernelNonpaged x PageSize) */
};

struct memory_source {
    void *context;
    bool (*read)(void *context, struct memory *, struct fault *);
};

#endif
