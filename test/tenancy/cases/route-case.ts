import type { World } from '../world.js';
import type { Access } from './operation-case.js';

export interface RouteRequest {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface RouteCase {
  readonly access: Access;
  /** Aimed at what is the victim's, wherever the route takes something to aim with. */
  readonly request: (victim: World['victim']) => RouteRequest;
  /** What a stranger gets who may do everything in its own organization, and nobody where access is public; absent for what only the operator may. */
  readonly stranger?: RouteAnswer;
  /** What nobody gets where access is public, when it is not the same. */
  readonly nobody?: RouteAnswer;
}

/** The status; and, where what is answered could be another's, the whole body, or what it must match. */
export type RouteAnswer = number | { readonly status: number; readonly body: unknown };

export const JSON_TYPE = { 'content-type': 'application/json' };
