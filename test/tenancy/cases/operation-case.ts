import type { Permission } from '@steelyard/kernel';
import type { World } from '../world.js';

/** What a caller may be asked for: nothing, any key, a key with a scope, to be signed in, the operator's key. */
export type Access = 'public' | 'authenticated' | 'person' | 'person-or-operator' | 'operator' | Permission;

export interface Answer {
  readonly data: Record<string, unknown> | null | undefined;
  /** Codes of the errors; empty when there is none. */
  readonly codes: readonly unknown[];
}

export interface OperationCase {
  readonly access: Access;
  readonly document: string;
  /** A subscription that does not end by itself: it is listened to for this long. */
  readonly forMs?: number;
  /** Aimed at what is the victim's, wherever the operation takes something to aim with. */
  readonly variables?: (victim: World['victim']) => object;
  /** What a stranger who may do everything in its own organization must get, and nobody where access is public; absent for what only the operator may. */
  readonly stranger?: Expectation;
  /** What nobody must get where access is public, when it is not the same. */
  readonly nobody?: Expectation;
}

/** The error that is answered; or the data, matched by `toEqual`; or, where the answer is not the end of it, a check of what follows. */
export type Expectation =
  | { readonly code: string }
  | { readonly data: object }
  | { readonly check: (answer: Answer, world: World) => Promise<void> | void };

export const none = { nodes: [] };
