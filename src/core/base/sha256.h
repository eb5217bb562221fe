/* sha256.h - SHA-256 (FIPS 180-4), to detect a changed backup.
 *
 * maxport implements SHA-256 because Windows XP SP2 does not offer it, and the only suitable
 * library is five times maxport's size. The digest detects corruption. The store's access list
 * prevents tampering.
 */
#ifndef CORE_BASE_SHA256_H
#define CORE_BASE_SHA256_H

#include <stddef.h>

enum { SHA256_HEX_SIZE = 65 };

/* Writes 64 lower-case hex digits and a NUL. */
void sha256_hex(const void *data, size_t length, char hex[SHA256_HEX_SIZE]);

#endif
