// Reading a value of a record's body as what it should be; what it is not is absent.
import type { Body, Json, Rec } from './wire';

export const asText = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
export const asNumber = (value: Json | undefined): number | null => (typeof value === 'number' ? value : null);
export const asBody = (value: Json | undefined): Body => (value && typeof value === 'object' && !Array.isArray(value) ? value : {});
export const asList = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

export const textIn = (body: Body, field: string): string => asText(body[field]);
export const numberIn = (body: Body, field: string): number | null => asNumber(body[field]);
export const textAt = ({ body }: Pick<Rec, 'body'>, field: string): string => textIn(body, field);
export const numberAt = ({ body }: Pick<Rec, 'body'>, field: string): number | null => numberIn(body, field);
