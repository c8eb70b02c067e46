import { setTimeout as pause } from 'node:timers/promises';
import { createClient as createSocketClient } from 'graphql-ws/client';
import { WebSocket } from 'ws';
import type { Connected } from '../command-context.js';
import { cliErrors } from '../errors.js';
import { PROGRESS_DOCUMENT, type Publication, type PublicationEvent, readPublication } from './publication.js';

export interface WatchOptions {
  readonly onEvent: (event: PublicationEvent) => void;
  /** While the subscription is silent, and between questions when there is none. */
  readonly pollMs?: number | undefined;
}

const POLL_MS = 1_000;
const FAILURES_MAX = 10;

/**
 * Follows a publication to its end: by subscription, and by asking where no WebSocket gets through or it stays silent.
 * Every event is told once, in order.
 * @throws AppError `CLI.PUBLICATION_LOST`
 */
export async function watchPublication(connected: Connected, id: string, { onEvent, pollMs = POLL_MS }: WatchOptions): Promise<Publication> {
  let seq = 0;
  const tell = (event: PublicationEvent) => {
    if (event.seq <= seq) return;
    seq = event.seq;
    onEvent(event);
  };
  const subscription = subscribe(connected, id, tell);
  try {
    for (let failures = 0; ; ) {
      await firstOf(subscription.ended, pollMs);
      try {
        const { events, ...publication } = await readPublication(connected.client, id);
        events.forEach(tell);
        if (publication.status !== 'RUNNING') return publication;
        failures = 0;
      } catch (error) {
        if (++failures >= FAILURES_MAX) throw cliErrors.PUBLICATION_LOST({ id }, error);
      }
      // The subscription is over but the publication is not: only asking is left.
      if (subscription.hasEnded()) await pause(pollMs);
    }
  } finally {
    subscription.close();
  }
}

/** Leaves no timer behind: it would keep the command from ending. */
async function firstOf(event: Promise<void>, timeoutMs: number): Promise<void> {
  const stop = new AbortController();
  await Promise.race([event, pause(timeoutMs, undefined, { signal: stop.signal }).catch(() => undefined)]);
  stop.abort();
}

interface Subscription {
  /** Resolves when it is over, for whatever reason. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  close(): void;
}

function subscribe({ url, apiKey }: Connected, id: string, onEvent: (event: PublicationEvent) => void): Subscription {
  const sockets = createSocketClient({
    url: `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${apiKey ?? ''}` },
    retryAttempts: 0,
  });
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true;
      resolve();
    };
    sockets.subscribe<{ publishProgress: PublicationEvent }>(
      { query: PROGRESS_DOCUMENT, variables: { id } },
      { next: ({ data }) => data && onEvent(data.publishProgress), error: end, complete: end },
    );
  });
  return { ended, hasEnded: () => isOver, close: () => void sockets.dispose() };
}
