import { useThrottledCallback } from '@mantine/hooks';
import { useEffect, useEffectEvent } from 'react';
import { UsageArrivalsDocument, type UsageArrivalsSubscription, type UsageSide } from '../../generated/documents';
import { subscribe } from '../../server/subscribe';

export type Arrived = UsageArrivalsSubscription['usageArrivals'][number];

/** Counting anew what has been counted costs the server something, and nobody reads faster. */
const RECOUNT_MS = 3_000;

/** Hears calls as they are charged: each of them, and now and then that there were some. */
export function useArrivals(side: UsageSide, heard: { calls?: (calls: readonly Arrived[]) => void; recount: () => void }): void {
  const recountSoon = useThrottledCallback(heard.recount, RECOUNT_MS);
  const arrived = useEffectEvent((calls: readonly Arrived[]) => {
    heard.calls?.(calls);
    recountSoon();
  });
  useEffect(() => subscribe(UsageArrivalsDocument, { side }, { next: ({ usageArrivals }) => arrived(usageArrivals) }), [side]);
}
