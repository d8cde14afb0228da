/*
 * kind.h - what a file is, by what stands in it: names lie.
 */
#ifndef CLIENT_IMPORT_KIND_H
#define CLIENT_IMPORT_KIND_H

#include "client/import/say.h"

enum file_kind { FILE_TABLE_TEXT, FILE_ZIP, FILE_OTHER };

enum file_kind kind_of_file(struct str bytes);

/* For FILE_OTHER: says what it is, and how to save it as what is taken. */
bool kind_refuse(const struct reading *r, struct str bytes, struct err *e);

#endif
