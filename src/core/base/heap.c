#include "core/base/heap.h"

#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>

static atomic_uint failure_count;

static void *json_allocate(size_t size)
{
    void *block = malloc(size);

    if (!block)
        heap_count_failure();
    return block;
}

void heap_watch(void)
{
    atomic_store(&failure_count, 0);
    json_set_alloc_funcs(json_allocate, free);
}

void heap_count_failure(void)
{
    atomic_fetch_add(&failure_count, 1);
}

unsigned heap_failure_count(void)
{
    return atomic_load(&failure_count);
}
