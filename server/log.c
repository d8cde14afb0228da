/*
 * log.c - see log.h.
 */
#include "server/log.h"

#include "proto/base/host.h"
#include "proto/base/timeutil.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void log_write(
	const struct config *conf, enum log_level level, const char *fmt, ...)
{
	static const char *const names[] = {"error", "warn", "info", "debug"};
	char line[1024], at[TIME_TEXT];
	va_list ap;
	int head, n;

	if ((int64_t)level > conf->log_level)
		return;
	head = snprintf(line, sizeof(line), "%s %s ",
		time_format(host_now_ms(), at), names[level]);
	va_start(ap, fmt);
	n = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, fmt, ap);
	va_end(ap);
	n += head;
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	for (int i = head; i < n; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = '?';
	line[n++] = '\n';
	/* A log that cannot be written must not stop the work. */
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}
