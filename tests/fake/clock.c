
#include "fake/calls.h"

void fake_pass(struct fake *fake, int64_t ms)
{
    fake->now_ms += ms;
    fake->monotonic_ms += ms;
}

static int64_t clock_now_ms(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_CLOCK_NOW);
    fake_pass(fake, fake->tick_ms);
    return fake->now_ms;
}

static int64_t clock_monotonic_ms(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_CLOCK_MONOTONIC);
    fake_pass(fake, fake->tick_ms);
    return fake->monotonic_ms;
}

static int32_t clock_offset_seconds(void *context, int64_t unix_ms)
{
    struct fake *fake = context;
    (void)unix_ms;
    fake_begin(fake, CALL_CLOCK_OFFSET);
    return fake->offset_seconds;
}

static bool clock_boot(void *context, struct boot *boot, struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_CLOCK_BOOT);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_CLOCK_BOOT, FAULT_FAILED, fault);
    if (!fake->is_boot_known)
        return fault_set(fault, FAULT_UNAVAILABLE, 0, "When Windows started is not known.");
    *boot = fake->boot;
    boot->was_resumed = boot->is_resume_known = false; /* only clock.resume sets these */
    return fake_end(fake, CALL_CLOCK_BOOT, mishap, FAULT_FAILED, fault);
}

static bool clock_resume(void *context, struct boot *boot)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_CLOCK_RESUME);
    boot->was_resumed = fake->boot.was_resumed;
    boot->is_resume_known = fake->boot.is_resume_known;
    return boot->is_resume_known;
}

static void clock_sleep_ms(void *context, uint32_t ms)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_CLOCK_SLEEP);
    fake_pass(fake, ms);
}

void fake_check_deadline(struct fake *fake)
{
    if (!fake->deadline_ms || fake->monotonic_ms < fake->deadline_ms)
        return;
    fake->deadline_ms = 0;
    fake->has_passed_deadline = true;
    text_puts(&fake->out, text_string(&fake->deadline_words));
    fake_die(fake);
}

static bool deadline_set(void *context, uint32_t ms, const char *words, int exit_code,
                         struct fault *fault)
{
    struct fake *fake = context;
    enum fake_mishap mishap = fake_begin(fake, CALL_DEADLINE_SET);
    if (fake_fails_at_all(mishap))
        return fake_fail(fake, CALL_DEADLINE_SET, FAULT_FAILED, fault);
    fake->deadline_ms = fake->monotonic_ms + ms;
    fake->deadline_code = exit_code;
    text_release(&fake->deadline_words);
    text_puts(&fake->deadline_words, words);
    return fake_end(fake, CALL_DEADLINE_SET, mishap, FAULT_FAILED, fault);
}

static void deadline_clear(void *context)
{
    struct fake *fake = context;
    fake_begin(fake, CALL_DEADLINE_CLEAR);
    fake->deadline_ms = 0;
}

void fake_open_clock(struct fake *fake)
{
    fake->machine.clock =
        (struct clock_source){fake,       clock_now_ms, clock_monotonic_ms, clock_offset_seconds,
                              clock_boot, clock_resume, clock_sleep_ms};
    fake->machine.deadline = (struct deadline_source){fake, deadline_set, deadline_clear};
}
