import { List, MultiSelect, NativeSelect, Stack, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { Failure } from '../../components/failure';
import { SafeText } from '../../components/safe-text';
import { useStrings } from '../../strings';
import { PriceText } from '../catalog/price-text';
import { MODELS_MAX, type Candidates } from './use-candidates';

/** How long somebody who types is left alone before the list changes. */
const TYPING_PAUSE_MS = 200;

/** A task, and models of it: answers to different questions cannot be compared. */
export function ChooseModels({ candidates, onSearch, disabled }: { candidates: Candidates; onSearch: (text: string) => void; disabled: boolean }) {
  const { evaluate } = useStrings();
  const [typed, setTyped] = useState('');
  const search = useDebouncedCallback(onSearch, TYPING_PAUSE_MS);
  const { task, tasks, refs, chosen, unfit, offered, error, chooseTask, chooseModels } = candidates;
  const type = (text: string) => {
    setTyped(text);
    search(text.trim());
  };
  return (
    <Stack gap="sm" maw={640}>
      <NativeSelect
        label={evaluate.task}
        value={task}
        disabled={disabled}
        data={[{ value: '', label: evaluate.chooseTask }, ...[...new Set([...tasks, ...(task === '' ? [] : [task])])].map((value) => ({ value, label: value }))]}
        onChange={({ currentTarget }) => chooseTask(currentTarget.value)}
      />
      {task !== '' && (
        <MultiSelect
          label={evaluate.models}
          description={evaluate.modelsHint(MODELS_MAX)}
          searchable
          searchValue={typed}
          onSearchChange={type}
          data={[...new Set([...refs, ...offered])]}
          // The server finds words of the card as well, which the list does not show.
          filter={({ options }) => options}
          value={[...refs]}
          maxValues={MODELS_MAX}
          disabled={disabled}
          onChange={chooseModels}
          error={unfit.length > 0 ? <SafeText text={evaluate.unfit(unfit.join(', '))} /> : undefined}
          nothingFoundMessage={evaluate.noModels}
        />
      )}
      {chosen.length > 0 && (
        <List size="sm" spacing={2}>
          {chosen.map(({ ref, pinned, shownPrice }) => (
            <List.Item key={ref}>
              <SafeText text={pinned} />{' '}
              <Text span size="sm" c="dimmed">
                <PriceText price={shownPrice} />
              </Text>
            </List.Item>
          ))}
        </List>
      )}
      {error != null && <Failure error={error} />}
    </Stack>
  );
}
