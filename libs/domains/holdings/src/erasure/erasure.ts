export type ErasureState = 'waiting' | 'closing' | 'done';

/** Where the erasing of an organization stands. */
export interface Erasure {
  readonly tenantId: string;
  readonly state: ErasureState;
  readonly forfeit: boolean;
  readonly requestedAt: Date;
  readonly dueAt: Date;
  readonly erasedAt: Date | null;
  /** What stood in the way when it was last tried, in words. */
  readonly obstacles: string[];
}

/** The columns of an {@link Erasure}. */
export const ERASURE = { tenantId: true, state: true, forfeit: true, requestedAt: true, dueAt: true, erasedAt: true, obstacles: true } as const;
