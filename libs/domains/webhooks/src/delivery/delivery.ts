export const DELIVERY_STATES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** One request to an address, and what came of it. */
export interface Attempt {
  readonly at: Date;
  readonly tookMs: number;
  /** The HTTP status of the answer, if there was one. */
  readonly status: number | null;
  /** What went wrong; null when it was delivered. */
  readonly problem: string | null;
}

/** An event that is told to one address, as its owner sees it. */
export interface Delivery {
  readonly id: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly type: string;
  readonly data: unknown;
  readonly state: DeliveryState;
  readonly nextAttemptAt: Date | null;
  readonly createdAt: Date;
  /** Newest first. */
  readonly attempts: readonly Attempt[];
}

/** For so long events and what became of them are kept. */
export const KEPT_DAYS = 30;
