/* regfile.h - writes .reg files and parses them strictly.
 *
 * The format is "Windows Registry Editor Version 5.00" in UTF-16LE with BOM and CRLF, as regedit
 * and reg.exe import it (KB310516). The writer supports every value type and preserves every byte.
 * It writes ill-formed strings as hex, and folds long hex lines with a backslash. The parser
 * accepts only this format. If a line differs from this format, the parser refuses the whole file
 * and reports the line.
 *
 * The format cannot represent a name of a value or key that contains CR, LF or NUL. The writer
 * leaves out such a value, and such a key with its whole content. Instead, the writer writes a
 * comment line with the name (REGFILE_LEFT_OUT), and counts these lines. All other names are
 * written unchanged, even if they contain other control characters or lone surrogates.
 */
#ifndef CORE_JOURNAL_REGFILE_H
#define CORE_JOURNAL_REGFILE_H

#include "core/base/place.h"
#include "core/base/value.h"
#include "core/system/registry.h"

/* The start of the comment line for a value or key that was left out. */
#define REGFILE_LEFT_OUT "; Left out: "

/* A .reg file that is being written. If memory runs out, the writer ignores further content, and
 * regfile_writer_finish() fails. */
struct regfile_writer {
    struct text bytes;             /* UTF-16LE */
    size_t key_count, value_count; /* number written; deletions are not counted */
    size_t left_out_count;         /* number of REGFILE_LEFT_OUT comments */
    size_t key_at, key_length;     /* offset and length of the last key path in `bytes` */
    bool skips_values; /* the current key was left out, so its values are left out too */
};

void regfile_writer_init(struct regfile_writer *writer); /* BOM and header */
void regfile_writer_release(struct regfile_writer *writer);
/* path: below HKEY_LOCAL_MACHINE, UTF-16 code units. */
void regfile_write_key(struct regfile_writer *writer, const uint16_t *path, size_t path_count);
void regfile_write_value(struct regfile_writer *writer, const uint16_t *name, size_t name_count,
                         uint32_t type, const uint8_t *data, size_t length);
/* Writes "Name"=-, which deletes the value when the file is imported. */
void regfile_write_deletion(struct regfile_writer *writer, const uint16_t *name, size_t name_count);
/* Writes a struct value with a UTF-8 name; an absent value becomes a deletion. Writes the key
 * first, unless it was the last key written. Returns false and writes nothing if a .reg file cannot
 * represent the place: a range, or a name with CR, LF or ill-formed UTF-8. */
bool regfile_write_place(struct regfile_writer *writer, const struct place *place,
                         const struct value *value) MUST_CHECK;
/* Writes the empty last line. Nothing may be written after this call. */
bool regfile_writer_finish(struct regfile_writer *writer, struct fault *fault) MUST_CHECK;

/* Appends a comment about the import of the file, then a key with its values and subkeys. The
 * caller initialises, finishes and releases `file`. After a failure, the caller may only release
 * it. */
bool regfile_export(const struct registry *registry, const char *key, struct regfile_writer *file,
                    struct fault *fault) MUST_CHECK;

struct regfile_key {
    char *path; /* below HKEY_LOCAL_MACHINE; UTF-8 if is_exact, else as in utf16.h */
    bool is_exact;
    unsigned line;
    size_t first, count; /* the values of this key: values[first .. first + count - 1] */
};

/* One value of a parsed file. */
struct regfile_value {
    const char *key; /* path of its regfile_key */
    char *name;      /* "" for the default value */
    /* True: key and name are well-formed UTF-8. False: key or name is encoded as in utf16.h. Such a
     * name can be compared and shown (text_safe, text_repair), but not used in a place. */
    bool is_name_exact;
    struct value value; /* absent: the file deletes it ("Name"=-) */
    unsigned line;
    unsigned replaced_line; /* line of an earlier value with this name, which this value replaced;
                               0: none */
};

/* A key that was not read. */
struct regfile_ignored {
    char *path; /* as in the file, with the root; [-key] begins with "-"; text as in utf16.h */
    unsigned line;
};

struct regfile {
    struct regfile_value *values; /* owned; in the file's order */
    size_t count;
    struct regfile_key *keys; /* owned; the keys that were read, in the file's order */
    size_t key_count;
    struct regfile_ignored *ignored; /* owned; only regfile_read() ignores keys */
    size_t ignored_count;
    size_t left_out_count;           /* number of REGFILE_LEFT_OUT comments */
    size_t *key_order, *value_order; /* owned; for regfile_find */
};

/* Parses the complete file, or fails with FAULT_USAGE, which names `label` (the file) and the line.
 * Refuses a missing header, an encoding other than UTF-16LE with BOM, a truncated file, a bad line,
 * a key of another root, [-key], or a duplicate key or value. Needs at most O(n log n) time and
 * O(n) memory for any input of n bytes; does not recurse. */
bool regfile_parse(const char *label, const void *data, size_t length, struct regfile *file,
                   struct fault *fault) MUST_CHECK;

/* Parses one key and its subkeys of a .reg file of any origin, as regedit reads it
 * (docs/windows.md, ".reg files"). key: path below HKEY_LOCAL_MACHINE. Differs from regfile_parse()
 * as follows:
 * - Accepts UTF-8 with BOM, and plain ASCII (other 8-bit characters only in comments).
 * - Accepts comments after a key or a value, and fewer than eight digits after "dword:".
 * - Accepts keys and values that occur twice. Of such values, the last one is kept.
 * - Ignores and lists other keys, also in the form [-key]. */
bool regfile_read(const char *label, const void *data, size_t length, const char *key,
                  struct regfile *file, struct fault *fault) MUST_CHECK;

/* Reads the registry into a struct regfile, so that it can be compared with a file. All line
 * numbers are 0. */
bool regfile_of_registry(const struct registry *registry, const char *key, struct regfile *file,
                         struct fault *fault) MUST_CHECK;

void regfile_release(struct regfile *file);

/* Two entries with the same name. If there are several such pairs, this is the pair whose second
 * entry has the lowest index. */
struct regfile_repeat {
    bool is_found;
    size_t first, second; /* indices */
};

/* Sorts the keys and values of a filled struct regfile, so that the functions below can find them.
 * A name that occurs twice is not a failure; it is reported in *key_repeat or *value_repeat. Fails
 * only if memory runs out. */
bool regfile_index(struct regfile *file, struct regfile_repeat *key_repeat,
                   struct regfile_repeat *value_repeat, struct fault *fault) MUST_CHECK;

/* Find a key, or the value `name` of a key. Return NULL if the file does not contain it. Names are
 * compared without ASCII case. */
const struct regfile_key *regfile_find_key(const struct regfile *file, const char *key);
const struct regfile_value *regfile_find(const struct regfile *file, const char *key,
                                         const char *name);

#endif
