/*
 * duty.h - the register of what the law wants written down: what people ask
 * about their own records, assessments of impact, incidents.
 *
 * Evidence, so nothing in it is changed: an entry and its steps, each with who
 * and when. Who keeps which kind is the policy's to say (access_act()); an
 * auditor reads all of it, but of what somebody asked neither the words nor the
 * number of the case. Every reading and writing is on the trail.
 */
#ifndef SERVER_DUTY_H
#define SERVER_DUTY_H

#include "server/req.h"

handler duties_get;     /* GET /v1/duties */
handler duty_post;      /* POST /v1/duties */
handler duty_step_post; /* POST /v1/duties/{id} */

#endif
