import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { ModelSort } from '../../generated/documents';

export const SORTS = ['RELEVANCE', 'NEWEST', 'CALLS', 'LATENCY', 'PRICE', 'NAME'] as const satisfies readonly ModelSort[];

/** How long somebody who types is left alone before the list changes. */
const TYPING_PAUSE_MS = 200;

export type Narrowing = Partial<Record<'task' | 'tag' | 'license', string>>;

export interface CatalogSearch {
  /** What the list is of. All of it is in the address, so that it can be sent to somebody. */
  readonly search: string | undefined;
  readonly narrowing: Narrowing;
  /** Only what other organizations share with the one acted for. */
  readonly shared: true | undefined;
  readonly sort: ModelSort | undefined;
  /** Whether anything is asked for at all. */
  readonly asks: boolean;
  /** What stands in the search field; `search` follows. */
  readonly typed: string;
  readonly type: (text: string) => void;
  readonly choose: (name: keyof Narrowing | 'shared' | 'sort', value: string | undefined) => void;
  readonly clear: () => void;
}

export function useCatalogSearch(): CatalogSearch {
  const [params, setParams] = useSearchParams();
  const search = params.get('search') || undefined;
  const [typed, setTyped] = useState(search ?? '');
  const sent = useRef(search);

  const write = (name: 'search' | 'shared' | 'sort' | keyof Narrowing, value: string | undefined) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value) after.set(name, value);
        else after.delete(name);
        return after;
      },
      // Every letter a step back would bury the page that somebody came from.
      { replace: name === 'search' },
    );
  const send = useDebouncedCallback((text: string) => {
    sent.current = text.trim() || undefined;
    write('search', sent.current);
  }, TYPING_PAUSE_MS);

  // The address changed by other means than typing: back, forward, a link.
  useEffect(() => {
    if (search === sent.current) return;
    sent.current = search;
    setTyped(search ?? '');
  }, [search]);

  const narrowing = { task: params.get('task') || undefined, tag: params.get('tag') || undefined, license: params.get('license') || undefined };
  const shared = params.has('shared') || undefined;
  return {
    search,
    narrowing,
    shared,
    sort: SORTS.find((known) => known === params.get('sort')?.toUpperCase()),
    asks: search !== undefined || shared === true || Object.values(narrowing).some(Boolean),
    typed,
    type: (text) => {
      setTyped(text);
      send(text);
    },
    choose: (name, value) => write(name, name === 'sort' ? value?.toLowerCase() : value),
    clear: () => {
      setTyped('');
      sent.current = undefined;
      setParams({});
    },
  };
}
