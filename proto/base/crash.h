/*
 * crash.h - places where a test build can be made to die.
 *
 * What must survive a power cut is tried at the places where it is hardest:
 * CRASH_POINT("committing") stands there in the source, and only in programs
 * built with -DCASEBRIDGE_FAULTS is it anything at all. There the environment
 * arms one of them:
 *
 *   CASEBRIDGE_CRASH=committing        kill -9 when it is reached
 *   CASEBRIDGE_CRASH=page_item:7       … for the seventh time
 *   CASEBRIDGE_CRASH=page_item:7:stop  stand still there (SIGSTOP), so that
 *                                      somebody else can be killed meanwhile
 *
 * tests/fault/points.txt lists them; tests/fault/points.t sees to it that the
 * list is complete and that released programs contain none.
 */
#ifndef PROTO_CRASH_H
#define PROTO_CRASH_H

#ifdef CASEBRIDGE_FAULTS
void crash_point(const char *name);
#define CRASH_POINT(name) crash_point(name)
#else
#define CRASH_POINT(name) ((void)0)
#endif

#endif
