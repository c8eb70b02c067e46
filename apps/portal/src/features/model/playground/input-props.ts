import type { Draft, JsonObject } from './draft';

export interface InputProps {
  readonly draft: Draft;
  readonly problems: readonly InputProblem[];
  /** The latest answer, for what goes on from it. */
  readonly answered?: { readonly input: JsonObject; readonly output: unknown } | undefined;
}

export interface InputProblem {
  readonly path: string;
  readonly message: string;
}
