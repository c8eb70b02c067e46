/** What one model takes and gives. */
export interface ModelSignature {
  readonly input: unknown;
  readonly output: unknown;
  /** What a stream of its answer is made of, where its task says so. */
  readonly part?: unknown;
}

/** Any model at all: what a client knows before `steelyard generate` has written the types of its own models. */
export type AnyModels = Record<string, { input: Readonly<Record<string, unknown>>; output: Readonly<Record<string, unknown>>; part: Readonly<Record<string, unknown>> }>;

/** What may stand for `Models`: every property is a model. An interface passes, as the generated one is. */
export type ModelMap<M> = { readonly [K in keyof M]: ModelSignature };

export type RefOf<M> = keyof M & string;
export type InputOf<M extends ModelMap<M>, R extends RefOf<M>> = M[R]['input'];
export type OutputOf<M extends ModelMap<M>, R extends RefOf<M>> = M[R]['output'];
export type PartOf<M extends ModelMap<M>, R extends RefOf<M>> = M[R] extends { readonly part: infer P } ? P : unknown;
