/*
 * qr.h - a text as a QR picture, through libqrencode. The only door to it.
 */
#ifndef SERVER_AUTH_QR_H
#define SERVER_AUTH_QR_H

#include "proto/base/json.h"

/*
 * The rows of the picture, each a text of 0 (light) and 1 (dark), without the
 * quiet zone of four modules that belongs around it; NULL when the text does
 * not fit into one. Whoever draws it needs no library.
 */
json_t *qr_rows(const char *text);

#endif
