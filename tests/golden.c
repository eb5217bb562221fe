#include "golden.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <direct.h>
#define mkdir(path, mode) _mkdir(path)
#else
#include <sys/stat.h>
#endif

enum { PATH_SIZE = 512, CONTEXT = 2 };

/* ---- differences --------------------------------------------------------- */

struct lines {
    const char **at;
    size_t count;
};

/* Splits a text into lines. A last line without a newline counts as a line; "" has no lines. */
static struct lines split(const char *text)
{
    size_t size = strlen(text) + 1;
    struct lines lines = {malloc(size * sizeof *lines.at), 0};

    for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
        lines.at[lines.count++] = at;
    return lines;
}

static int length_of(const char *line)
{
    return (int)strcspn(line, "\n");
}

static bool is_same(const char *a, const char *b)
{
    size_t length = strcspn(a, "\n");

    return length == strcspn(b, "\n") && a[length] == b[length] && memcmp(a, b, length) == 0;
}

/* Moves *a and *b to the nearest pair of equal lines at or after them, or to both ends if there is
 * none. */
static void find_next_same(const struct lines *x, const struct lines *y, size_t *a, size_t *b)
{
    for (size_t distance = 0; distance < x->count - *a + y->count - *b; distance++)
        for (size_t skipped = 0; skipped <= distance; skipped++) {
            size_t i = *a + skipped, j = *b + distance - skipped;

            if (i < x->count && j < y->count && is_same(x->at[i], y->at[j])) {
                *a = i;
                *b = j;
                return;
            }
        }
    *a = x->count;
    *b = y->count;
}

static void print_lines(char mark, const struct lines *lines, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        printf("%5zu %c %.*s%s\n", i + 1, mark, length_of(lines->at[i]), lines->at[i],
               strchr(lines->at[i], '\n') ? "" : " (no newline)");
}

static void print_difference(const char *expected, const char *found)
{
    struct lines x = split(expected), y = split(found);
    size_t a = 0, b = 0, printed = 0;

    puts("line  - expected, + found");
    while (a < x.count || b < y.count) {
        size_t from_a = a, from_b = b;

        find_next_same(&x, &y, &a, &b);
        if (a > from_a || b > from_b) {
            size_t before = from_a > printed + CONTEXT ? from_a - CONTEXT : printed;

            print_lines(' ', &x, before, from_a);
            print_lines('-', &x, from_a, a);
            print_lines('+', &y, from_b, b);
            printed = a;
        }
        while (a < x.count && b < y.count && is_same(x.at[a], y.at[b])) {
            a++;
            b++;
        }
    }
    free(x.at);
    free(y.at);
}

/* ---- files --------------------------------------------------------------- */

static char *read_all(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t length = 0;

    if (!file)
        return NULL;
    for (size_t read = 1; read; length += read) {
        text = realloc(text, length + 65536 + 1);
        read = fread(text + length, 1, 65536, file);
    }
    text[length] = '\0';
    fclose(file);
    return text;
}

char *golden_read(const char *path)
{
    char whole[PATH_SIZE];
    char *text, *to;

    snprintf(whole, sizeof whole, "%s/%s", SOURCE_FOLDER, path);
    text = to = read_all(whole);
    for (const char *from = text; from && *from; from++)
        if (*from != '\r')
            *to++ = *from;
    if (to)
        *to = '\0';
    return text;
}

static void make_folders(char *path)
{
    for (char *slash = path + strlen(SOURCE_FOLDER) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        mkdir(path, 0777);
        *slash = '/';
    }
}

static void accept(char *path, const char *text)
{
    FILE *file;

    make_folders(path);
    file = fopen(path, "wb");
    ck_assert_msg(file, "%s cannot be written: %s", path, strerror(errno));
    fputs(text, file);
    ck_assert_msg(fclose(file) == 0, "%s cannot be written: %s", path, strerror(errno));
}

void golden_begin(void)
{
    remove(GOLDEN_CHECKED);
}

static void note_checked(const char *name)
{
    FILE *file = fopen(GOLDEN_CHECKED, "ab");

    ck_assert_msg(file, "%s cannot be written: %s", GOLDEN_CHECKED, strerror(errno));
    fprintf(file, "%s\n", name);
    fclose(file);
}

/* Returns a copy in which `old` is replaced with `new`. Frees the text. `new` must be at most twice
 * as long as `old`. */
static char *replace(char *text, const char *old, const char *new)
{
    char *copy = malloc(2 * strlen(text) + 1), *to = copy;
    const char *from = text;

    for (const char *next; (next = strstr(from, old)); from = next + strlen(old))
        to += sprintf(to, "%.*s%s", (int)(next - from), from, new);
    strcpy(to, from);
    free(text);
    return copy;
}

/* Returns a copy in which the version under test is replaced with the word VERSION. The caller
 * frees the copy. */
static char *without_version(const char *text)
{
    char *copy = replace(strdup(text), "maxport " MAXPORT_VERSION, "maxport VERSION");

    copy = replace(copy, "version=\"" MAXPORT_VERSION, "version=\"VERSION");
    copy = replace(copy, "version=" MAXPORT_VERSION, "version=VERSION");
    return replace(copy, "\"version\": \"" MAXPORT_VERSION, "\"version\": \"VERSION");
}

void golden_check(const char *name, const char *text)
{
    char path[PATH_SIZE];
    char *found = without_version(text), *expected;
    bool is_as_expected;

    snprintf(path, sizeof path, "%s/tests/golden/%s", SOURCE_FOLDER, name);
    note_checked(name);
    expected = read_all(path);
    is_as_expected = expected && strcmp(expected, found) == 0;
    if (!is_as_expected && getenv("MAXPORT_ACCEPT")) {
        accept(path, found);
        is_as_expected = true;
    } else if (!is_as_expected) {
        printf("tests/golden/%s %s:\n", name, expected ? "differs" : "is missing");
        print_difference(expected ? expected : "", found);
        fflush(stdout);
    }
    free(expected);
    free(found);
    ck_assert_msg(is_as_expected,
                  "tests/golden/%s: see above; to accept the text: ./dev test --accept", name);
}
