/** Where time comes from, so that tests can hold it still. Unix time in milliseconds. */
export interface Clock {
  nowMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now() };
