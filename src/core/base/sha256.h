/* sha256.h - SHA-256 (FIPS 180-4), for telling a backup that was changed.
 *
 * Written here because Windows XP SP2 has no such function and the one library at
 * hand is five times maxport's size. It guards against corruption; against
 * tampering stands the store's access list.
 */
#ifndef CORE_BASE_SHA256_H
#define CORE_BASE_SHA256_H

#include <stddef.h>

enum { SHA256_HEX_SIZE = 65 };

/* 64 lower-case digits and a NUL. */
void sha256_hex(const void *data, size_t length, char hex[SHA256_HEX_SIZE]);

#endif
