import type { Answer, Operation, Sent } from '../contract/operations.js';

/** Answers one operation. `params` have passed the contract; `ids` are those of the path. */
export type Handler<Name extends Operation> = (params: Sent<Name>, ...ids: string[]) => Answer<Name>;

export type Handlers<Names extends Operation = Operation> = { readonly [Name in Names]: Handler<Name> };
