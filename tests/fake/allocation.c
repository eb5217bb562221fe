#include "fake/allocation.h"

#include <stdlib.h>

#include "fake/machine.h"

/* The state is global because the heap is global. */
static struct {
    unsigned left; /* calls until the failure; 0: no failure is planned */
    enum allocation_mishap mishap;
    bool has_failed;
    unsigned spared; /* > 0: code under test allocates for the fake, and must not fail */
} heap;

static bool is_refused(void)
{
    if (heap.spared)
        return false;
    if (heap.has_failed)
        return heap.mishap == FAIL_FROM_THEN;
    heap.has_failed = heap.left > 0 && --heap.left == 0;
    return heap.has_failed;
}

void *allocation_malloc(size_t size)
{
    return is_refused() ? NULL : malloc(size);
}

void *allocation_calloc(size_t count, size_t size)
{
    return is_refused() ? NULL : calloc(count, size);
}

void *allocation_realloc(void *block, size_t size)
{
    return is_refused() ? NULL : realloc(block, size);
}

void allocation_upset(unsigned nth, enum allocation_mishap mishap)
{
    heap.left = nth;
    heap.mishap = mishap;
    heap.has_failed = false;
}

bool allocation_calm(void)
{
    bool has_failed = heap.has_failed;

    heap.left = 0;
    heap.has_failed = false;
    return has_failed;
}

/* ---- allocations of the fake ---------------------------------------------- */

static struct screen screen;
static void (*ranges_read)(void *context, struct range_answers *answers);

static bool write_spared(void *context, enum screen_stream stream, const char *data, size_t length)
{
    heap.spared++;
    bool is_written = screen.write(context, stream, data, length);
    heap.spared--;
    return is_written;
}

static void style_spared(void *context, enum screen_style style)
{
    heap.spared++;
    screen.style(context, style);
    heap.spared--;
}

static void read_spared(void *context, struct range_answers *answers)
{
    heap.spared++;
    ranges_read(context, answers);
    heap.spared--;
}

void allocation_spare(struct fake *fake)
{
    screen = fake->machine.screen;
    ranges_read = fake->machine.ranges.read;
    fake->machine.screen.write = write_spared;
    fake->machine.screen.style = style_spared;
    if (ranges_read)
        fake->machine.ranges.read = read_spared;
}
