import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { HomeArrivalsDocument, HomeDocument, type HomeQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { subscribe } from '../../server/subscribe';

/** What the overview shows, asked again with every call that is charged. */
export function useHome(): UseQueryResult<HomeQuery> {
  const { membership, can } = useSession();
  const queries = useQueryClient();
  const handle = membership?.organization.handle ?? '';
  const usage = can('usage:read');
  const variables = { handle, usage, keys: can('keys:manage'), balance: can('balance:read') };

  useEffect(() => {
    if (!usage) return;
    return subscribe(HomeArrivalsDocument, {}, { next: () => void queries.invalidateQueries({ queryKey: ['home', handle] }) });
  }, [queries, handle, usage]);

  return useQuery({ queryKey: ['home', handle], queryFn: ({ signal }) => ask(HomeDocument, variables, signal) });
}
