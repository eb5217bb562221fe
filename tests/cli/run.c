#include "cli/run.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

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
        if (argc > WORDS_MAX) abort();
        argv[argc++] = at;
        at = is_last ? end : end + 1;
    }
    code = command_main(&fake->machine, argc, argv);
    free(copy);
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

    ck_assert_msg(json_is_integer(value), "%s is no integer", path);
    return json_integer_value(value);
}

const char *json_text_at(const json_t *document, const char *path)
{
    const json_t *value = json_at(document, path);

    ck_assert_msg(json_is_string(value), "%s is no text", path);
    return json_string_value(value);
}

void expect_out(const struct fake *fake, const char *expected)
{
    ck_assert_msg(strcmp(fake_out(fake), expected) == 0,
                  "---- expected ----\n%s---- found ----\n%s---- error ----\n%s", expected,
                  fake_out(fake), fake_error(fake));
}

void expect_in(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part), "\"%s\" is not in:\n%s", part, text);
}

void expect_not_in(const char *text, const char *part)
{
    ck_assert_msg(!strstr(text, part), "\"%s\" is in:\n%s", part, text);
}
