import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { CatalogDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';

/** How long somebody who types is left alone before the list changes. */
const TYPING_PAUSE_MS = 200;

interface AddModelProps {
  /** Only models of this task; without one, any. */
  readonly task: string | undefined;
  readonly chosen: readonly string[];
  readonly onAdd: (ref: string) => void;
}

/** Finds a model by what one types, and adds it. */
export function AddModel({ task, chosen, onAdd }: AddModelProps) {
  const { compare } = useStrings();
  const { membership } = useSession();
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPING_PAUSE_MS);
  const { data } = useQuery({
    queryKey: ['compare-choice', membership?.organization.id, task, search],
    queryFn: ({ signal }) => ask(CatalogDocument, { task, search: search || undefined }, signal),
    placeholderData: keepPreviousData,
  });
  const refs = (data?.models.nodes ?? []).filter(({ shown }) => shown).map(({ ref }) => ref);
  return (
    <Select
      // Chosen is added; the field is for the next one.
      key={chosen.join()}
      label={chosen.length === 0 ? compare.addFirst : compare.add}
      placeholder={compare.choose}
      searchable
      data={refs.filter((ref) => !chosen.includes(ref))}
      // What is found is the server's choice, which knows the card as well.
      filter={({ options }) => options}
      onSearchChange={setTyped}
      onChange={(ref) => ref !== null && onAdd(ref)}
      nothingFoundMessage={compare.noOther}
    />
  );
}
