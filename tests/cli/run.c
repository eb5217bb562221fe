#include "cli/run.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/command_line.h"
#include "documents.h"
#include "golden.h"

int run_line(struct fake *fake, const char *line)
{
    enum { WORDS_MAX = 32 };
    char *copy = strdup(line);
    char *argv[WORDS_MAX + 2] = {"maxport"};
    int argc = 1;
    int code;

    text_release(&fake->out);
    text_release(&fake->error);
    for (char *at = copy; *at;) {
        char *end = at + strcspn(at, " ");
        bool is_last = !*end;

        *end = '\0';
        for (char *tilde = strchr(at, '~'); tilde; tilde = strchr(tilde, '~'))
            *tilde = ' ';
        if (argc > WORDS_MAX)
            abort();
        argv[argc++] = at;
        at = is_last ? end : end + 1;
    }
    code = commands_main(&fake->machine, argc, argv);
    free(copy);
    documents_keep(fake_out(fake));
    return code;
}

json_t *out_json(const struct fake *fake)
{
    json_error_t error;
    json_t *document = json_loads(fake_out(fake), JSON_REJECT_DUPLICATES, &error);

    ck_assert_msg(document, "no JSON (line %d: %s):\n%s", error.line, error.text, fake_out(fake));
    return document;
}

const json_t *json_at(const json_t *document, const char *path)
{
    const char *rest = path;

    while (document && *rest) {
        size_t length = strcspn(rest, ".");
        char key[64];

        ck_assert_uint_lt(length, sizeof key);
        memcpy(key, rest, length);
        key[length] = '\0';
        document = json_is_array(document) ? json_array_get(document, (size_t)atoi(key))
                                           : json_object_get(document, key);
        rest += length + (rest[length] == '.');
    }
    ck_assert_msg(document, "the document has no %s", path);
    return document;
}

long long json_number_at(const json_t *document, const char *path)
{
    const json_t *value = json_at(document, path);

    ck_assert_msg(json_is_integer(value), "%s is not an integer", path);
    return json_integer_value(value);
}

const char *json_text_at(const json_t *document, const char *path)
{
    const json_t *value = json_at(document, path);

    ck_assert_msg(json_is_string(value), "%s is not a string", path);
    return json_string_value(value);
}

static void append_screen(struct text *screens, const struct fake *fake)
{
    text_puts(screens, fake_out(fake));
    if (*fake_error(fake)) {
        text_puts(screens, "--- standard error ---\n");
        text_puts(screens, fake_error(fake));
    }
}

void expect_screen(const struct fake *fake, const char *name)
{
    struct text path, screen;

    text_init(&path);
    text_init(&screen);
    text_printf(&path, "cli/%s.txt", name);
    append_screen(&screen, fake);
    golden_check(text_string(&path), text_string(&screen));
    text_release(&screen);
    text_release(&path);
}

void expect_screen_row(const struct fake *fake, const char *name, int row)
{
    struct text numbered;

    text_init(&numbered);
    text_printf(&numbered, "%s_%02d", name, row + 1);
    expect_screen(fake, text_string(&numbered));
    text_release(&numbered);
}

int run_and_append(struct fake *fake, const char *line, struct text *screens)
{
    int code = run_line(fake, line);

    text_puts(screens, "> maxport ");
    text_safe(screens, line, strlen(line));
    text_printf(screens, " (exit code %d)\n", code);
    append_screen(screens, fake);
    text_puts(screens, "\n");
    return code;
}

void expect_out(const struct fake *fake, const char *expected)
{
    ck_assert_msg(strcmp(fake_out(fake), expected) == 0,
                  "---- expected ----\n%s---- found ----\n%s---- error ----\n%s", expected,
                  fake_out(fake), fake_error(fake));
}

void expect_in(const char *text, const char *part)
{
    /* The library Check aborts the whole program if a message is longer than a few kilobytes. So
     * the long text is printed first. */
    if (!strstr(text, part))
        fprintf(stderr, "\"%s\" is not in:\n%s\n", part, text);
    ck_assert_msg(strstr(text, part), "\"%s\" is missing, see above", part);
}

void expect_printed(const char *text, const char *part)
{
    char *joined = strdup(text);
    char *to = joined;

    for (const char *from = joined; *from; from++)
        if (*from != '\n' && *from != ' ')
            *to++ = *from;
        else if (to > joined && to[-1] != ' ')
            *to++ = ' ';
    *to = '\0';
    ck_assert_msg(strstr(joined, part), "\"%s\" is not in:\n%s", part, text);
    free(joined);
}

void expect_not_in(const char *text, const char *part)
{
    ck_assert_msg(!strstr(text, part), "\"%s\" is in:\n%s", part, text);
}

static bool is_unbreakable(const char *line, size_t length)
{
    const char *start = line + strspn(line, " ");
    bool is_one_word = !memchr(start, ' ', length - (size_t)(start - line));
    /* maxport never wraps a command that the user can copy. */
    bool has_command = command_line_length(start) > 0;
    bool has_path = false;

    for (size_t i = 0; i + 2 < length; i++)
        has_path |= memcmp(line + i, ":\\", 2) == 0;
    return is_one_word || has_path || has_command;
}

void expect_fits(const char *text, unsigned width)
{
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n"), columns = 0;

        for (size_t i = 0; i < length; i++)
            columns += ((unsigned char)line[i] & 0xc0) != 0x80;
        ck_assert_msg(columns <= width || is_unbreakable(line, length),
                      "wider than %u: \"%.*s\" in:\n%s", width, (int)length, line, text);
        ck_assert_msg(length == 0 || line[length - 1] != ' ', "a space at the end of \"%.*s\"",
                      (int)length, line);
        line += length + (line[length] == '\n');
    }
}

void expect_ascii(const char *text)
{
    for (const char *c = text; *c; c++)
        ck_assert_msg(*c == '\n' || (*c >= 0x20 && *c < 0x7f), "byte %02x is in:\n%s",
                      (unsigned)(unsigned char)*c, text);
}

static void dump_folder(const struct fake_folder *folder, struct text *text)
{
    for (size_t i = 0; i < folder->count; i++) {
        const struct fake_file *file = &folder->files[i];

        text_printf(text, "%s: ", file->name);
        for (size_t at = 0; at < file->length; at++)
            if (file->data[at] >= 0x20 && file->data[at] < 0x7f)
                text_append(text, file->data + at, 1);
            else
                text_printf(text, "\\%02x", (unsigned)(unsigned char)file->data[at]);
        text_puts(text, "\n");
    }
}

void dump_machine(const struct fake *fake, struct text *text)
{
    text_init(text);
    fake_dump_registry(fake, text);
    text_printf(text, "store %d\n", (int)fake->store_state);
    dump_folder(&fake->store, text);
    text_puts(text, "files\n");
    dump_folder(&fake->files, text);
}

void expect_machine(const struct fake *fake, const struct text *before)
{
    struct text now;

    dump_machine(fake, &now);
    ck_assert_msg(strcmp(text_string(&now), text_string(before)) == 0,
                  "---- before ----\n%s---- now ----\n%s", text_string(before), text_string(&now));
    text_release(&now);
}
