#include "win32/random.h"

#include "win32/lib/late.h"
#include "win32/lib/system_message.h"

bool random_fill(void *buffer, size_t size, struct fault *fault)
{
    typedef BOOLEAN(WINAPI * rtl_gen_random)(void *, ULONG);
    static struct late advapi32 = {.name = L"advapi32.dll"};
    /* advapi32.dll exports RtlGenRandom under this name. */
    rtl_gen_random fill = (rtl_gen_random)late_bind(&advapi32, "SystemFunction036", fault);

    if (!fill)
        return false;
    if (!fill(buffer, (ULONG)size)) {
        fault_set(fault, FAULT_FAILED, 0, "Windows did not provide random numbers.");
        return false;
    }
    return true;
}
