import { Radio, Stack, TagsInput, TextInput } from '@mantine/core';
import type { BudgetResultFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';
import { problemOf, type Terms } from './terms';

interface TermsFieldsProps {
  readonly terms: Terms;
  readonly currency: string;
  readonly change: (change: Partial<Terms>) => void;
  /** What the server answered to the last attempt. */
  readonly result: BudgetResultFieldsFragment | undefined;
}

/** What can be said of a budget when it is made and later. */
export function TermsFields({ terms, currency, change, result }: TermsFieldsProps) {
  const { budgets: strings } = useStrings();
  const problem = (field: keyof Terms) => problemOf(result, field);
  return (
    <>
      <TextInput label={strings.name} description={strings.nameText} value={terms.name} onChange={({ currentTarget }) => change({ name: currentTarget.value })} error={problem('name')} maxLength={100} autoComplete="off" required data-autofocus />
      <TextInput label={strings.limitIn(currency.toUpperCase())} description={strings.limitText} value={terms.limit} onChange={({ currentTarget }) => change({ limit: currentTarget.value })} error={problem('limit')} inputMode="decimal" placeholder="25.00" maxLength={30} autoComplete="off" required maw={320} />
      <Radio.Group label={strings.what} value={terms.hard ? 'hard' : 'soft'} onChange={(value) => change({ hard: value === 'hard' })}>
        <Stack gap="xs" mt="xs">
          <Radio value="hard" label={strings.hardChoice} description={strings.hardText} />
          <Radio value="soft" label={strings.softChoice} description={strings.softText} />
        </Stack>
      </Radio.Group>
      <TagsInput label={strings.alertPercents} description={strings.alertPercentsText} value={[...terms.alertPercents]} onChange={(alertPercents) => change({ alertPercents })} error={problem('alertPercents')} maxTags={10} inputMode="numeric" />
      <TextInput label={strings.webhook} description={strings.webhookText} value={terms.webhook} onChange={({ currentTarget }) => change({ webhook: currentTarget.value })} error={problem('webhook')} type="url" placeholder="https://example.com/hook" maxLength={2_000} autoComplete="off" />
    </>
  );
}
