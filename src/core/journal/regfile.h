/* regfile.h - .reg files, read strictly and written exactly.
 *
 * Written: "Windows Registry Editor Version 5.00", UTF-16LE with BOM, CRLF, as
 * regedit and reg.exe import it (KB310516): every value type, byte-exact data,
 * ill-formed strings as hex, long hex lines folded by a backslash.
 * Read: the same, strictly. Anything else is refused whole, with the line.
 *
 * One thing the form cannot say: a name that holds CR, LF or NUL, of a value or
 * of a key. Such a value, or such a key with all that is in it, becomes a comment
 * line that names it (REGFILE_LEFT_OUT), and is counted. Every other name is
 * written as it is, other control characters and lone surrogates included.
 */
#ifndef CORE_JOURNAL_REGFILE_H
#define CORE_JOURNAL_REGFILE_H

#include "core/base/place.h"
#include "core/base/value.h"
#include "core/system/registry.h"

/* How the comment line about something left out begins. */
#define REGFILE_LEFT_OUT "; Left out: "

/* Bytes of a .reg file in the making. A broken one (no memory) stays broken;
 * ask `regfile_writer_finish`. */
struct regfile_writer {
    struct text bytes;             /* UTF-16LE */
    size_t key_count, value_count; /* written; deletions are not counted */
    size_t left_out_count;         /* comments REGFILE_LEFT_OUT */
    size_t key_at, key_length;     /* the path last written: bytes within `bytes` */
    bool skips_values;             /* the key that they are in was left out */
};

void regfile_writer_init(struct regfile_writer *writer); /* BOM and header */
void regfile_writer_release(struct regfile_writer *writer);
/* path: below HKEY_LOCAL_MACHINE, UTF-16 code units. */
void regfile_write_key(struct regfile_writer *writer, const uint16_t *path, size_t path_count);
void regfile_write_value(struct regfile_writer *writer, const uint16_t *name, size_t name_count,
                         uint32_t type, const uint8_t *data, size_t length);
/* "Name"=- */
void regfile_write_deletion(struct regfile_writer *writer, const uint16_t *name, size_t name_count);
/* The same for UTF-8 names and a struct value: absent becomes a deletion. Writes
 * the place's key first, unless it is the one written last. What a .reg file
 * cannot say (a range; a name with CR, LF or ill-formed UTF-8) is not written: false. */
bool regfile_write_place(struct regfile_writer *writer, const struct place *place,
                         const struct value *value) MUST_CHECK;
/* The last, empty line. Nothing is written after it. */
bool regfile_writer_finish(struct regfile_writer *writer, struct fault *fault) MUST_CHECK;

/* Appends a whole key with its subkeys. The caller initialises, finishes and
 * releases the file; after a failure it is good for nothing else. */
bool regfile_export(const struct registry *registry, const char *key, struct regfile_writer *file,
                    struct fault *fault) MUST_CHECK;

struct regfile_key {
    char *path; /* below HKEY_LOCAL_MACHINE; UTF-8 where is_exact, else as utf16.h says */
    bool is_exact;
    unsigned line;
    size_t first, count; /* its values are values[first .. first + count - 1] */
};

/* One value of a file that was read. */
struct regfile_value {
    const char *key; /* the path of its regfile_key */
    char *name;      /* "" is the default value */
    /* Key and name are UTF-8. Else they are kept as utf16.h says: to be compared
     * and shown (text_safe, text_repair), but no place can be made of them. */
    bool is_name_exact;
    struct value value; /* absent: the file deletes it ("Name"=-) */
    unsigned line;
};

struct regfile {
    struct regfile_value *values; /* owned; in the file's order */
    size_t count;
    struct regfile_key *keys; /* owned; every [key] of the file, in its order */
    size_t key_count;
    size_t left_out_count;           /* comments REGFILE_LEFT_OUT */
    size_t *key_order, *value_order; /* owned; for regfile_find */
};

/* Parses bytes whole or not at all. FAULT_USAGE names `label` (the file) and
 * the line: no header, another encoding than UTF-16LE with BOM, a truncated
 * file, a bad line, a key of another root, [-key], a key or a value named twice.
 * No input makes it slow (n log n) or recurse; it takes a bounded multiple of
 * length in memory. */
bool regfile_parse(const char *label, const void *data, size_t length, struct regfile *file,
                   struct fault *fault) MUST_CHECK;

/* What the registry holds now, in the same shape (lines are 0): for comparing. */
bool regfile_of_registry(const struct registry *registry, const char *key, struct regfile *file,
                         struct fault *fault) MUST_CHECK;

void regfile_release(struct regfile *file);

/* The key, or the value of that key and name, or NULL where the file does not
 * speak of it. Case is ignored (ASCII). */
const struct regfile_key *regfile_find_key(const struct regfile *file, const char *key);
const struct regfile_value *regfile_find(const struct regfile *file, const char *key,
                                         const char *name);

#endif
