// Referrals and requests: what waits for whom, one letter from its writing to
// the closed loop, and asking for a service.
export { AskPage } from './ask';
export { LettersPage } from './list';
export { LetterPage } from './letter';
export { ReferPage } from './refer';
