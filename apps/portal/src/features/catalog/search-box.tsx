import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef } from 'react';
import { useStrings } from '../../strings';

/** Searches while one types; `/` leads here from anywhere on the page. */
export function SearchBox({ typed, onType }: { typed: string; onType: (text: string) => void }) {
  const { catalog } = useStrings();
  const input = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => input.current?.focus()]]);

  const clear = () => {
    onType('');
    input.current?.focus();
  };

  return (
    <TextInput
      ref={input}
      type="search"
      size="md"
      label={catalog.search}
      placeholder={catalog.searchHint}
      value={typed}
      maxLength={200}
      onChange={(event) => onType(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Escape' && onType('')}
      rightSection={typed === '' ? <Kbd title={catalog.searchKey}>/</Kbd> : <CloseButton aria-label={catalog.clearSearch} onClick={clear} />}
      rightSectionPointerEvents={typed === '' ? 'none' : 'all'}
    />
  );
}
