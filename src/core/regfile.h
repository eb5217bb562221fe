/* regfile.h - .reg files, read strictly and written exactly.
 *
 * Written: "Windows Registry Editor Version 5.00", UTF-16LE with BOM, CRLF, as
 * regedit and reg.exe import it (KB310516): every value type, byte-exact data,
 * ill-formed strings as hex, long hex lines folded by a backslash.
 * Read: the same, strictly. Anything else is refused whole, with the line.
 */
#ifndef CORE_REGFILE_H
#define CORE_REGFILE_H

#include "core/place.h"
#include "core/registry.h"
#include "core/value.h"

/* Bytes of a .reg file in the making. A broken one (no memory) stays broken;
 * ask `regfile_writer_finish`. */
struct regfile_writer {
    struct text bytes; /* UTF-16LE */
};

void regfile_writer_init(struct regfile_writer *writer); /* BOM and header */
void regfile_writer_release(struct regfile_writer *writer);
/* path: below HKEY_LOCAL_MACHINE, UTF-16 code units. */
void regfile_write_key(struct regfile_writer *writer, const uint16_t *path, size_t path_count);
void regfile_write_value(struct regfile_writer *writer, const uint16_t *name, size_t name_count,
                         uint32_t type, const uint8_t *data, size_t length);
/* "Name"=- */
void regfile_write_deletion(struct regfile_writer *writer, const uint16_t *name,
                            size_t name_count);
/* The same for UTF-8 names and a struct value: absent becomes a deletion. A
 * range cannot be written (false). */
bool regfile_write_place(struct regfile_writer *writer, const struct place *place,
                         const struct value *value) MUST_CHECK;
bool regfile_writer_finish(struct regfile_writer *writer, struct fault *fault) MUST_CHECK;

/* A whole key with its subkeys, as one .reg file; *file owned by the caller. */
bool regfile_export(const struct registry *registry, const char *key, struct regfile_writer *file,
                    struct fault *fault) MUST_CHECK;

/* One value of a file that was read. Names are kept in UTF-8 where they are
 * well-formed, else is_name_exact is false and the name is repaired, for show. */
struct regfile_value {
    char *key;  /* below HKEY_LOCAL_MACHINE, UTF-8 */
    char *name; /* "" is the default value */
    bool is_name_exact;
    struct value value; /* absent: the file deletes it ("Name"=-) */
    unsigned line;
};

struct regfile {
    struct regfile_value *values; /* owned */
    size_t count;
    char **keys; /* every [key] of the file, in order, UTF-8, below HKEY_LOCAL_MACHINE */
    size_t key_count;
};

/* Parses bytes whole or not at all. FAULT_USAGE names `label` (the file) and
 * the line: no header, another encoding than UTF-16LE with BOM, a truncated
 * file, a bad line, a key of another root, [-key], a value named twice. */
bool regfile_parse(const char *label, const void *data, size_t length, struct regfile *file,
                   struct fault *fault) MUST_CHECK;
void regfile_release(struct regfile *file);

/* The value of that key and name, or NULL where the file does not speak of it. */
const struct regfile_value *regfile_find(const struct regfile *file, const char *key,
                                         const char *name);

#endif
