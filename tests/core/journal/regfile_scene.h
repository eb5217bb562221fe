/* regfile_scene.h - converts text to .reg files and parses them. */
#ifndef TESTS_CORE_JOURNAL_REGFILE_SCENE_H
#define TESTS_CORE_JOURNAL_REGFILE_SCENE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/utf16.h"
#include "core/journal/regfile.h"
#include "fake/machine.h"

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])
#define HEADER "Windows Registry Editor Version 5.00\r\n"
#define KEY "[HKEY_LOCAL_MACHINE\\" TCPIP_PARAMETERS "]\r\n"

/* Converts UTF-8 to UTF-16LE with a byte order mark. The caller releases the returned text. */
struct text as_file(const char *string);

/* Calls regfile_read() with these bytes and the key TCPIP_PARAMETERS. */
bool read_bytes(const void *bytes, size_t length, struct regfile *file, struct fault *fault);

bool parse(const char *string, struct regfile *file, struct fault *fault);

#endif
