import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { costOf, problemsOf, scorerOf } from '@steelyard/client/evaluation';
import { useMemo, useState } from 'react';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { formatMoney } from '../../components/money';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { Section } from '../../components/section';
import { useSession } from '../../server/session';
import { useLanguage } from '../../strings';
import { ChooseData } from './choose-data';
import { ChooseModels } from './choose-models';
import { Comparison } from './comparison';
import type { OpenedData } from './read-files';
import { useCandidates } from './use-candidates';
import { useEvaluation, type EvaluationRun } from './use-evaluation';

/** Models of one task, run on data of one's own: how right, how quick and how dear they are. */
export function EvaluatePage() {
  const { strings, language } = useLanguage();
  const { evaluate } = strings;
  const { membership, can } = useSession();
  const { count } = useFigures();
  const [search, setSearch] = useState('');
  const [data, setData] = useState<OpenedData>();
  const candidates = useCandidates(search);
  const run = useEvaluation();
  const { task, refs, chosen } = candidates;
  const scorer = scorerOf(task);
  const busy = run.progress !== undefined;

  const problems = useMemo(() => {
    if (!data) return [];
    const missing = data.missing.map(({ line, message }) => ({ line, message: evaluate.missingFile(message) }));
    return [...(scorer ? problemsOf(data.dataset, scorer) : data.dataset.problems), ...missing].sort((a, b) => a.line - b.line);
  }, [data, scorer, evaluate]);
  const lines = data?.dataset.lines.length ?? 0;
  const costs = costOf(chosen, lines);
  const cost = costs && [...costs].map(([currency, nano]) => formatMoney(nano, currency, language)).join(' + ');
  const allowed = membership !== undefined && can('predict');
  const ready = allowed && scorer !== undefined && chosen.length > 0 && chosen.length === refs.length && lines > 0 && problems.length === 0;

  return (
    <>
      <PageHeader title={evaluate.title} description={evaluate.description} />
      <Stack gap="xl">
        <Section title={evaluate.chooseModels}>
          <ChooseModels candidates={candidates} onSearch={setSearch} disabled={busy} />
        </Section>
        <Section title={evaluate.chooseData} text={evaluate.private}>
          <ChooseData data={data} scorer={scorer} problems={problems} disabled={busy} onOpen={setData} />
        </Section>
        <Section title={evaluate.run}>
          <Stack gap="sm" maw={640}>
            {ready && (
              <Text>
                <SafeText text={cost === undefined ? evaluate.costUnknown(membership.organization.name) : evaluate.costs(count(lines * chosen.length), cost, membership.organization.name)} />
              </Text>
            )}
            {!allowed && <Text>{evaluate.mayNot}</Text>}
            {busy ? (
              <Running run={run} />
            ) : (
              <Group gap="sm">
                <Button disabled={!ready} onClick={() => ready && data && run.start({ task, data, scorer, models: chosen })}>
                  {evaluate.start}
                </Button>
                {!ready && allowed && (
                  <Text size="sm" c="dimmed">
                    {evaluate.notYet}
                  </Text>
                )}
              </Group>
            )}
            {run.error != null && <Failure error={run.error} />}
          </Stack>
        </Section>
        <div aria-live="polite">{run.finished && <Comparison finished={run.finished} />}</div>
      </Stack>
    </>
  );
}

function Running({ run }: { run: EvaluationRun }) {
  const { evaluate } = useLanguage().strings;
  const { count } = useFigures();
  const { done = 0, total = 1 } = run.progress ?? {};
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text role="status">{evaluate.progress(count(done), count(total))}</Text>
        <Button variant="default" size="sm" onClick={run.stop}>
          {evaluate.stop}
        </Button>
      </Group>
      <Progress.Root size="lg">
        <Progress.Section value={(done / total) * 100} aria-label={evaluate.run} />
      </Progress.Root>
    </Stack>
  );
}
