/* seed.h - a number that nobody outside the process can foretell. */
#ifndef WIN32_SEED_H
#define WIN32_SEED_H

#include <stdint.h>

/* Mixed from the time, the processor's counter, the process, and where Windows put the
 * program and its stack, as Microsoft's compiler does for its stack cookie. Good against
 * peers that aim at hash tables or stacks; no key is to be made of it. Windows' own
 * random numbers cost the loading of several DLLs, longer than many a command takes. */
uint64_t seed_make(void);

#endif
