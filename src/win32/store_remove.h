/* store_remove.h - how much lies in the store, and removing all of it. */
#ifndef WIN32_STORE_REMOVE_H
#define WIN32_STORE_REMOVE_H

#include "core/system/store.h"

/* store.h's. */
bool store_measure(void *context, enum store_view view, struct store_size *size,
                   struct fault *fault) MUST_CHECK;
bool store_remove(void *context, struct store_size *removed, struct fault *fault) MUST_CHECK;

#endif
