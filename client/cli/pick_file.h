/*
 * pick_file.h - the file somebody means by naming its document.
 */
#ifndef CLIENT_PICK_FILE_H
#define CLIENT_PICK_FILE_H

#include "client/cli/desk.h"
#include "client/store/files.h"

/* As pick_record(); a consent is asked for its scan. What the record says of
 * the file, here or not; ERR_BAD_INPUT when it has none. */
bool pick_file(struct desk *d, const char *typed, struct file_about *out,
	struct err *e) MUST_CHECK;

#endif
