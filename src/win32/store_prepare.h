/* store_prepare.h - creates the store's folder and its private subfolder.
 *
 * Only a folder that store_prepare() created is trusted. Windows sets the owner and the access list
 * in the same step in which it creates the folder. The record (store_record.h) contains the
 * folder's identity, which is read from the handle that created the folder. An existing folder is
 * never repaired.
 */
#ifndef WIN32_STORE_PREPARE_H
#define WIN32_STORE_PREPARE_H

#include "core/system/store.h"

bool store_prepare(void *context, struct store_preparation *preparation,
                   struct fault *fault) MUST_CHECK;

#endif
