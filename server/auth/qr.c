/*
 * qr.c - see qr.h.
 */
#include "server/auth/qr.h"

#include <qrencode.h>

json_t *qr_rows(const char *text)
{
	QRcode *code = QRcode_encodeString(
		text, 0, QR_ECLEVEL_M, QR_MODE_8, 1 /* case matters */);
	json_t *rows;

	if (!code)
		return NULL;
	rows = json_array();
	for (int y = 0; y < code->width; y++) {
		/* the widest, version 40, has 177 modules */
		char row[178];

		for (int x = 0; x < code->width; x++)
			row[x] =
				code->data[y * code->width + x] & 1 ? '1' : '0';
		json_array_append_new(
			rows, json_stringn(row, (size_t)code->width));
	}
	QRcode_free(code);
	return rows;
}
