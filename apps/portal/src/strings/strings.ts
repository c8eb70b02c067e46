import type { en } from './en';

/** Every text of the portal. Texts with parts are functions, so that a language cannot forget a text or a part. */
export type Strings = typeof en;
