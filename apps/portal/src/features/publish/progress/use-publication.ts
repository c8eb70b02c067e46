import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { PublicationDocument, PublishProgressDocument, type PublicationQuery } from '../../../generated/documents';
import { ask } from '../../../server/ask';
import { subscribe } from '../../../server/subscribe';
import { joinEvents, type PublicationEvent } from './stages';

export type Publication = NonNullable<PublicationQuery['publication']>;

/** Where no WebSocket gets through, asking goes on; with one this only confirms. */
const ASKED_EVERY_MS = 5_000;

export interface FollowedPublication {
  /** Null: there is none by this id in this organization. */
  readonly publication: Publication | null | undefined;
  readonly events: readonly PublicationEvent[];
  readonly error: unknown;
  readonly again: () => void;
}

/** A publication as it goes on, to its end. */
export function usePublication(id: string): FollowedPublication {
  const queries = useQueryClient();
  const [heard, setHeard] = useState<{ of: string; events: readonly PublicationEvent[] }>({ of: id, events: [] });
  const { data, error, refetch } = useQuery({
    queryKey: ['publication', id],
    queryFn: ({ signal }) => ask(PublicationDocument, { id }, signal),
    refetchInterval: ({ state }) => (state.data?.publication?.status === 'RUNNING' ? ASKED_EVERY_MS : false),
  });

  useEffect(
    () =>
      subscribe(PublishProgressDocument, { id }, {
        next: ({ publishProgress: event }) => setHeard((before) => ({ of: id, events: before.of === id ? joinEvents(before.events, [event]) : [event] })),
        // Over, for whatever reason: how it ended is asked for. So are the lists that it may have changed.
        end: () => {
          void queries.invalidateQueries({ queryKey: ['publication', id] });
          void queries.invalidateQueries({ queryKey: ['publications'] });
          void queries.invalidateQueries({ queryKey: ['models'] });
          void queries.invalidateQueries({ queryKey: ['model'] });
        },
      }),
    [id, queries],
  );

  const publication = data?.publication;
  const events = useMemo(() => joinEvents(heard.of === id ? heard.events : [], publication?.events ?? []), [heard, id, publication]);
  return { publication, events, error, again: () => void refetch() };
}
