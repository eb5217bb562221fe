/* documents.h - keeps the JSON documents that maxport prints in tests. The test `schemas` compares
 * them with installer/share/schemas. */
#ifndef TESTS_DOCUMENTS_H
#define TESTS_DOCUMENTS_H

/* Empties the file that the environment variable MAXPORT_DOCUMENTS names. */
void documents_begin(void);

/* Appends each JSON document at the beginning of `text` to that file, one on each line. Does
 * nothing without MAXPORT_DOCUMENTS. */
void documents_keep(const char *text);

#endif
