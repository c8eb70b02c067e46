import { Button, Checkbox, Group, NativeSelect, Paper, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { PRICE_UNITS } from '@steelyard/kernel/pricing';
import { isTask, tasks } from '@steelyard/tasks';
import { useStrings } from '../../../strings';
import { newComponent, type ComponentDraft, type TermsDraft } from './draft';

interface TermsFieldsProps {
  readonly draft: TermsDraft;
  readonly task: string;
  readonly change: (change: Partial<TermsDraft>) => void;
  readonly problems: Readonly<Partial<Record<string, string>>>;
}

/** Units that calls of a task can be charged by. */
export function unitsOf(task: string): readonly string[] {
  return isTask(task) ? tasks[task].units : PRICE_UNITS;
}

/** What is charged for a call: nothing, or for some of one unit or of several; and what is free each month. */
export function TermsFields({ draft, task, change, problems }: TermsFieldsProps) {
  const { prices } = useStrings();
  const { components } = draft;
  const left = unitsOf(task).filter((unit) => components.every((component) => component.unit !== unit));
  const set = (key: number, part: Partial<ComponentDraft>) => change({ components: components.map((component) => (component.key === key ? { ...component, ...part } : component)) });
  return (
    <Stack>
      <SegmentedControl aria-label={prices.whatCalls} value={draft.isFree ? 'free' : 'paid'} onChange={(value) => change({ isFree: value === 'free' })} data={[{ value: 'paid', label: prices.paid }, { value: 'free', label: prices.freeOfCharge }]} />
      {!draft.isFree && (
        <>
          {components.map((component, index) => (
            <ComponentFields
              key={component.key}
              component={component}
              units={unitsOf(task)}
              change={(part) => set(component.key, part)}
              problem={(field) => problems[`components[${index}].${field}`] ?? (index === 0 && field === 'amount' ? problems['components'] : undefined)}
              remove={components.length > 1 ? () => change({ components: components.filter(({ key }) => key !== component.key) }) : undefined}
            />
          ))}
          <Group align="flex-end">
            <Button variant="default" size="xs" disabled={left.length === 0} onClick={() => change({ components: [...components, newComponent(left[0]!)] })}>
              {prices.addUnit}
            </Button>
          </Group>
          <TextInput label={prices.currency} description={prices.currencyText} value={draft.currency} maxLength={3} maw={160} error={problems['currency']} onChange={({ currentTarget }) => change({ currency: currentTarget.value })} />
          <FreeUnits draft={draft} change={change} problems={problems} />
        </>
      )}
    </Stack>
  );
}

interface ComponentFieldsProps {
  readonly component: ComponentDraft;
  readonly units: readonly string[];
  readonly change: (part: Partial<ComponentDraft>) => void;
  readonly problem: (field: 'unit' | 'amount' | 'per') => string | undefined;
  readonly remove: (() => void) | undefined;
}

function ComponentFields({ component: { unit, amount, per }, units, change, problem, remove }: ComponentFieldsProps) {
  const { prices, catalog } = useStrings();
  const name = catalog.units[unit] ?? unit;
  return (
    <Paper withBorder p="sm" component="fieldset" m={0}>
      <legend>
        <Text size="sm" fw={600}>
          {name}
        </Text>
      </legend>
      <Group align="flex-start" gap="sm">
        <NativeSelect label={prices.unit} w={180} value={unit} error={problem('unit')} onChange={({ currentTarget }) => change({ unit: currentTarget.value })} data={units.map((value) => ({ value, label: catalog.units[value] ?? value }))} />
        <TextInput label={prices.amount} value={amount} error={problem('amount')} inputMode="decimal" placeholder="0.0002" maxLength={30} autoComplete="off" w={120} onChange={({ currentTarget }) => change({ amount: currentTarget.value })} />
        <TextInput label={prices.per} value={per} error={problem('per')} inputMode="numeric" maxLength={10} autoComplete="off" w={112} onChange={({ currentTarget }) => change({ per: currentTarget.value })} />
        {remove && (
          <Button variant="subtle" size="xs" px="xs" mt={26} onClick={remove} aria-label={prices.removeUnit(name)}>
            {prices.remove}
          </Button>
        )}
      </Group>
      <Text size="xs" c="dimmed" mt={4}>
        {prices.unitText[unit]}
      </Text>
    </Paper>
  );
}

function FreeUnits({ draft, change, problems }: Omit<TermsFieldsProps, 'task'>) {
  const { prices, catalog } = useStrings();
  const units = [...new Set(['request', ...draft.components.map(({ unit }) => unit)])];
  return (
    <Stack gap="xs">
      <Checkbox label={prices.freeUnits} description={prices.freeUnitsText} checked={draft.hasFreeUnits} onChange={({ currentTarget }) => change({ hasFreeUnits: currentTarget.checked })} />
      {draft.hasFreeUnits && (
        <Group align="flex-start" gap="sm">
          <TextInput label={prices.freeQuantity} value={draft.freeQuantity} error={problems['free.quantity']} inputMode="numeric" maxLength={10} w={140} onChange={({ currentTarget }) => change({ freeQuantity: currentTarget.value })} />
          <NativeSelect label={prices.freeUnit} value={draft.freeUnit} error={problems['free.unit']} onChange={({ currentTarget }) => change({ freeUnit: currentTarget.value })} data={units.map((value) => ({ value, label: catalog.units[value] ?? value }))} />
        </Group>
      )}
    </Stack>
  );
}
