/* store_prepare.h - creates the store's folder and its subfolders.
 *
 * Only a folder created here is trusted. It has its owner and access list from the beginning. The
 * record (store_record.h) contains the identity read from the handle that created it. An existing
 * folder is never repaired.
 */
#ifndef WIN32_STORE_PREPARE_H
#define WIN32_STORE_PREPARE_H

#include "core/system/store.h"

bool store_prepare(void *context, struct store_preparation *preparation,
                   struct fault *fault) MUST_CHECK;

#endif
