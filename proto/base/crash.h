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
 *   CASEBRIDGE_CRASH=@FILE             what the file says at that moment; the
 *                                      count begins when the text becomes
 *                                      another (a fourth word makes it one)
 *
 * tests/fault/points.txt lists them; tests/fault/points.t sees to it that the
 * list is complete and that released programs contain none.
 *
 * IN_TRIALS(quick, usual): what only costs time is quick in such a build.
 */
#ifndef PROTO_CRASH_H
#define PROTO_CRASH_H

#ifdef CASEBRIDGE_FAULTS
void crash_point(const char *name);
#define CRASH_POINT(name)       crash_point(name)
#define IN_TRIALS(quick, usual) quick
#else
#define CRASH_POINT(name)       ((void)0)
#define IN_TRIALS(quick, usual) usual
#endif

#endif
