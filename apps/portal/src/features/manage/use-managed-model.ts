import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { ChannelChangesDocument, ManagedModelDocument, type ManagedModelQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { subscribe } from '../../server/subscribe';

export type ManagedModel = NonNullable<ManagedModelQuery['model']>;
export type ManagedChannel = ManagedModel['channels'][number];
export type ManagedVersion = ManagedModel['versions'][number];

/** Of one model; also what its actions make the page ask anew. */
export const managedKey = (ref: string) => ['model', 'managed', ref] as const;

/** A model of one's own, its channels as they change. */
export function useManagedModel(ref: string) {
  const queries = useQueryClient();
  const query = useQuery({ queryKey: managedKey(ref), queryFn: ({ signal }) => ask(ManagedModelDocument, { ref }, signal) });
  const found = query.data?.model?.own === true;

  useEffect(() => {
    if (!found) return;
    return subscribe(ChannelChangesDocument, { ref }, {
      next: ({ channelChanges: channels }) => queries.setQueryData<ManagedModelQuery>(managedKey(ref), (known) => (known?.model ? { model: { ...known.model, channels } } : known)),
    });
  }, [ref, found, queries]);
  return query;
}
