export interface Answered {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent that much later; `whenSent` then. */
  readonly delay?: { readonly ms: number; whenSent(): void };
}

/** `silence`: nothing ever comes; `reset`: the connection breaks. */
export type Reply = Answered | { readonly kind: 'silence' } | { readonly kind: 'reset' };

export function answered(status: number, body: unknown): Answered {
  return { kind: 'answer', status, headers: {}, body: JSON.stringify(body) };
}
