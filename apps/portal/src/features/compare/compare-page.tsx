import { Anchor, CloseButton, Group, Paper, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { cleanText } from '../../components/clean-text';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { Waiting } from '../../components/waiting';
import { useStrings } from '../../strings';
import { PriceText } from '../catalog/price-text';
import { AddModel } from './add-model';
import { COMPARED_MAX, refsOf } from './compared-refs';
import { Comparison } from './comparison';
import { useCompared, type Compared, type ComparedModels } from './use-compared';
import classes from './compare.module.css';

/** Several models of one task on one input. Which they are is in the address, so that it can be sent to somebody. */
export function ComparePage() {
  const { compare } = useStrings();
  const [params, setParams] = useSearchParams();
  const refs = refsOf(params.get('models'));
  const models = useCompared(refs);
  const { compared, waiting, error } = models;
  const task = compared[0]?.model.task ?? params.get('task') ?? undefined;

  const show = (next: readonly string[]) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (next.length > 0) after.set('models', next.join(','));
      else after.delete('models');
      return after;
    });
  return (
    <>
      <PageHeader title={compare.title} description={compare.description} />
      <Stack gap="lg">
        <Group gap="sm" align="stretch" component="section" aria-label={compare.models}>
          {compared.map((one) => (
            <ComparedCard key={one.ref} compared={one} onRemove={() => show(refs.filter((ref) => ref !== one.ref))} />
          ))}
          {refs.length < COMPARED_MAX ? <AddModel task={task} chosen={refs} onAdd={(ref) => show([...refs, ref])} /> : <Text size="sm" c="dimmed">{compare.most(COMPARED_MAX)}</Text>}
        </Group>
        <LeftOut models={models} />
        {error && <Failure error={error} />}
        {waiting && refs.length > 0 && <Waiting />}
        {!waiting && compared.length === 1 && <EmptyState title={compare.atLeast} />}
        {/* With other models it begins anew: their answers are of other calls. */}
        {!waiting && compared.length > 1 && <Comparison key={compared.map(({ version }) => version.id).join()} compared={compared} />}
      </Stack>
    </>
  );
}

function ComparedCard({ compared: { ref, model, version }, onRemove }: { compared: Compared; onRemove: () => void }) {
  const { compare } = useStrings();
  return (
    <Paper withBorder p="sm" className={classes.model}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" gap="xs">
        <Anchor component={Link} to={`/models/${encodeURIComponent(model.owner)}/${encodeURIComponent(model.name)}`} fw={600} size="sm">
          <SafeText text={ref} />
        </Anchor>
        <CloseButton size="sm" aria-label={compare.remove(cleanText(ref))} onClick={onRemove} />
      </Group>
      <Text size="xs" c="dimmed">
        <PriceText price={version.price} />
      </Text>
    </Paper>
  );
}

function LeftOut({ models: { missing, otherTask } }: { models: ComparedModels }) {
  const { compare, tasks } = useStrings();
  const lines = [...missing.map((ref) => compare.missing(cleanText(ref))), ...otherTask.map(({ ref, model }) => compare.otherTask(cleanText(ref), tasks.texts[model.task]?.title ?? cleanText(model.task)))];
  return lines.map((line) => (
    <Text key={line} size="sm" role="status">
      {line}
    </Text>
  ));
}
