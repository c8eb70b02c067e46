const DAY_MS = 86_400_000;
const DAYS = { days30: 30, days90: 90, days365: 365, never: undefined } as const;

export type Expiry = keyof typeof DAYS;

export const EXPIRIES = Object.keys(DAYS) as Expiry[];

/** The moment at which a key made now ends, as the API takes it. */
export function expiryAt(expiry: Expiry): string | undefined {
  const days = DAYS[expiry];
  return days === undefined ? undefined : new Date(Date.now() + days * DAY_MS).toISOString();
}
