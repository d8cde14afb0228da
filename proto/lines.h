/*
 * lines.h - on which line of a JSON text a value stands.
 *
 * A tree keeps no places, so a mistake's path is followed through the text once
 * more. The text is JSON that json_read() has taken; of any other the answer is
 * some line of it.
 */
#ifndef PROTO_LINES_H
#define PROTO_LINES_H

#include "proto/base/base.h"

/*
 * The line, from 1, of the member or element a path like fields[2].when leads
 * to; where it leads nowhere, of the last part that is there. "" is the whole.
 */
size_t line_of(struct str text, const char *path);

#endif
