/* store_prepare.h - makes the store's folder and the folders in it.
 *
 * A folder is believed only if it was made here: with its owner and access list from the first
 * moment, and recorded (store_record.h) by the identity of the handle that came with making it.
 * A folder that exists is never mended.
 */
#ifndef WIN32_STORE_PREPARE_H
#define WIN32_STORE_PREPARE_H

#include "core/system/store.h"

bool store_prepare(void *context, struct store_preparation *preparation,
                   struct fault *fault) MUST_CHECK;

#endif
