import { Button, Group, Select, Stack } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { Waiting } from '../../components/waiting';
import { AuditEntriesDocument, type AuditEntriesQuery, type AuditEntriesQueryVariables } from '../../generated/documents';
import { useStrings } from '../../strings';
import { AuditTable, type Actor } from './audit-table';

interface AuditLogProps {
  /** Names what is asked among what is remembered. */
  readonly scope: readonly string[];
  readonly ask: (document: typeof AuditEntriesDocument, variables: AuditEntriesQueryVariables) => Promise<AuditEntriesQuery>;
}

/** Changes, newest first, of all sorts and by everybody, or of one sort and by one. */
export function AuditLog({ scope, ask }: AuditLogProps) {
  const { audit } = useStrings();
  const [object, setObject] = useState<string | null>(null);
  const [actor, setActor] = useState<Actor>();
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: [...scope, object, actor?.id],
    queryFn: ({ pageParam }) => ask(AuditEntriesDocument, { after: pageParam, object: object ?? undefined, actor: actor?.id }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ auditEntries: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });
  const entries = data?.pages.flatMap((page) => page.auditEntries.nodes) ?? [];
  return (
    <Stack gap="lg">
      <Group align="flex-end">
        <Select
          label={audit.object}
          placeholder={audit.everything}
          data={Object.entries(audit.objects).map(([value, label]) => ({ value, label }))}
          value={object}
          onChange={setObject}
          clearable
          clearButtonProps={{ 'aria-label': audit.everything }}
          searchable
        />
        {actor && (
          <Button variant="light" onClick={() => setActor(undefined)}>
            {audit.onlyBy(actor.name ?? actor.id)}
          </Button>
        )}
      </Group>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting />}
      {data && entries.length === 0 && <EmptyState title={audit.none} text={audit.noneText} />}
      {entries.length > 0 && <AuditTable entries={entries} choose={setActor} />}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} style={{ alignSelf: 'center' }}>
          {audit.more}
        </Button>
      )}
    </Stack>
  );
}
