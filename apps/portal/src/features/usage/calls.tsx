import { Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { cleanText } from '../../components/clean-text';
import { Failure } from '../../components/failure';
import type { Period } from '../../components/usage/period';
import { useArrivals, type Arrived } from '../../components/usage/use-arrivals';
import { Waiting } from '../../components/waiting';
import { UsageCallsDocument, type PredictionStatus } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { CallsTable } from './calls-table';

interface Named {
  readonly group?: string | null;
  readonly groupName?: string | null;
}

interface CallsProps {
  readonly period: Period;
  /** Those that were used in the period. */
  readonly models: readonly Named[];
  readonly keys: readonly Named[];
  readonly recount: () => void;
  readonly empty: ReactNode;
}

const EVERYTHING = { model: '', keyId: '', tag: '', status: '' };
/** Between two letters of somebody who writes. */
const WRITING_MS = 400;

/** Calls one by one, newest first; new ones come to the top as they are charged. */
export function Calls({ period, models, keys, recount, empty }: CallsProps) {
  const { usage } = useStrings();
  const { membership } = useSession();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(EVERYTHING);
  const [tag] = useDebouncedValue(chosen.tag, WRITING_MS);
  const filter = { ...chosen, tag };
  const [arrived, setArrived] = useState<{ readonly of: unknown; readonly calls: readonly Arrived[] }>({ of: undefined, calls: [] });

  const { from, to } = period;
  const queryKey = ['usage-calls', membership?.organization.id, from, to, filter];
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      ask(
        UsageCallsDocument,
        { from: from.toISOString(), to: to?.toISOString(), model: filter.model || undefined, keyId: filter.keyId || undefined, tag: filter.tag || undefined, status: (filter.status as PredictionStatus) || undefined, after: pageParam },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ usage: { pageInfo } }) => (pageInfo.hasNextPage ? pageInfo.endCursor : undefined),
  });

  const identity = JSON.stringify(queryKey);
  useArrivals('CONSUMER', {
    calls: (calls) => {
      const wanted = to === undefined ? calls.filter((call) => matches(call, filter)) : [];
      if (wanted.length > 0) setArrived((before) => ({ of: identity, calls: [...wanted, ...(before.of === identity ? before.calls : [])].slice(0, 1_000) }));
    },
    recount: () => {
      recount();
      void queries.invalidateQueries({ queryKey: ['usage-calls'], refetchType: 'none' });
    },
  });

  const fresh = arrived.of === identity ? arrived.calls : [];
  const freshIds = new Set(fresh.map(({ id }) => id));
  const calls = [...fresh, ...(data?.pages.flatMap((page) => page.usage.nodes) ?? []).filter(({ id }) => !freshIds.has(id))];
  const choose = (part: Partial<typeof EVERYTHING>) => setChosen({ ...chosen, ...part });

  return (
    <Stack component="section" gap="sm" aria-labelledby="calls">
      <Title order={2} size="h4" id="calls">
        {usage.callsTitle}
      </Title>
      <Group gap="sm" align="flex-end">
        <NativeSelect label={usage.model} value={chosen.model} onChange={(event) => choose({ model: event.currentTarget.value })} data={[{ value: '', label: usage.allModels }, ...named(models)]} />
        <NativeSelect label={usage.key} value={chosen.keyId} onChange={(event) => choose({ keyId: event.currentTarget.value })} data={[{ value: '', label: usage.allKeys }, ...named(keys, 'group')]} />
        <TextInput label={usage.tag} placeholder={usage.anyTag} value={chosen.tag} onChange={(event) => choose({ tag: event.currentTarget.value })} />
        <NativeSelect
          label={usage.status}
          value={chosen.status}
          onChange={(event) => choose({ status: event.currentTarget.value })}
          data={[{ value: '', label: usage.allStatuses }, { value: 'SUCCEEDED', label: usage.succeeded }, { value: 'FAILED', label: usage.failed }]}
        />
      </Group>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {!data && !error && <Waiting />}
      {data && calls.length === 0 && (identityOf(filter) === identityOf(EVERYTHING) ? empty : <Text c="dimmed">{usage.noneMatches}</Text>)}
      {calls.length > 0 && <CallsTable calls={calls} fresh={freshIds} keyNames={new Map(keys.map(({ group, groupName }) => [group, groupName]))} />}
      {hasNextPage && (
        <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()} style={{ alignSelf: 'center' }}>
          {usage.more}
        </Button>
      )}
    </Stack>
  );
}

function matches(call: Arrived, filter: typeof EVERYTHING): boolean {
  return (filter.model === '' || call.modelRef === filter.model) && (filter.keyId === '' || call.keyId === filter.keyId) && (filter.tag === '' || call.tag === filter.tag) && (filter.status === '' || call.status === filter.status);
}

function identityOf(filter: typeof EVERYTHING): string {
  return JSON.stringify([filter.model, filter.keyId, filter.tag, filter.status]);
}

/** As choices: models by their names, keys by their ids. */
function named(groups: readonly Named[], by: 'group' | 'groupName' = 'groupName') {
  return groups.flatMap((group) => (group[by] == null ? [] : [{ value: group[by], label: cleanText(group.groupName ?? group.group ?? '') }]));
}
