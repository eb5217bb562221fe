/* store_remove.h - determines the size of the store, and deletes the store. */
#ifndef WIN32_STORE_REMOVE_H
#define WIN32_STORE_REMOVE_H

#include "core/system/store.h"

/* The functions of store.h. */
bool store_measure(void *context, enum store_view view, struct store_size *size,
                   struct fault *fault) MUST_CHECK;
bool store_remove(void *context, struct store_size *removed, struct fault *fault) MUST_CHECK;

#endif
