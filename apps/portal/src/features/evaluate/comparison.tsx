import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { bestOf, type Figure, figureOf, type MeasureName, type ModelReport } from '@steelyard/client/evaluation';
import type { ReactNode } from 'react';
import { saveFile } from '../../browser/save-file';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import { SafeText } from '../../components/safe-text';
import { Section } from '../../components/section';
import { WideTable } from '../../components/usage/wide-table';
import { useSession } from '../../server/session';
import { useLanguage } from '../../strings';
import classes from './evaluate.module.css';
import { failedIn, reportCsv, reportJson, type ReportFacts } from './report-files';
import type { FinishedEvaluation } from './use-evaluation';

const SHARES: ReadonlySet<MeasureName> = new Set(['accuracy', 'macroF1', 'f1', 'recall', 'characterErrorRate', 'exactMatch']);

/** The models beside each other, what was best at what, and the same as files. */
export function Comparison({ finished }: { finished: FinishedEvaluation }) {
  const { strings, language } = useLanguage();
  const { evaluate } = strings;
  const { count, share, duration } = useFigures();
  const { platform } = useSession();
  const { evaluation, scorer, data, task } = finished;
  const { models, stoppedBy } = evaluation;
  const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
  const facts: ReportFacts = { task, data: data.name, lines: data.dataset.lines.length, measures: scorer.measures, evaluation };

  const row = (name: string, figure: Figure, better: 'higher' | 'lower', show: (value: number, model: ModelReport) => ReactNode) => {
    const best = bestOf(models, figure, better);
    return (
      <Row key={figure} name={name}>
        {models.map((model) => {
          const value = figureOf(model, figure);
          const isBest = best.includes(model.ref);
          return (
            <Table.Td key={model.ref} {...(isBest && { className: classes.best! })}>
              {value === undefined ? '–' : show(value, model)}
              {isBest && ` ★ ${evaluate.best}`}
            </Table.Td>
          );
        })}
      </Row>
    );
  };
  const shown = scorer.measures.filter(({ name }) => models.some(({ measures }) => measures[name] !== undefined));
  return (
    <Section title={evaluate.result} text={evaluate.resultText}>
      <Stack gap="sm">
        {stoppedBy && <Failure error={stoppedBy} />}
        <WideTable label={evaluate.result} minWidth={200 + models.length * 180}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{evaluate.measure}</Table.Th>
              {models.map(({ ref }) => (
                <Table.Th key={ref} scope="col">
                  <SafeText text={ref} />
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map(({ name, better }) => row(evaluate.measures[name], name, better, SHARES.has(name) ? share : (value) => number.format(value)))}
            {row(evaluate.median, 'p50', 'lower', duration)}
            {row(evaluate.p95, 'p95', 'lower', duration)}
            {row(evaluate.perThousand, 'costPerThousand', 'lower', (nano, model) => <Money nano={BigInt(nano)} currency={model.currency ?? platform.currency} />)}
            <Row name={evaluate.cost}>
              {models.map((model) => (
                <Table.Td key={model.ref}>
                  <Money nano={model.costNano} currency={model.currency ?? platform.currency} />
                </Table.Td>
              ))}
            </Row>
            <Row name={evaluate.scored}>
              {models.map(({ ref, scored }) => (
                <Table.Td key={ref}>{evaluate.of(count(scored), count(facts.lines))}</Table.Td>
              ))}
            </Row>
            {models.some((model) => failedIn(model) > 0) && (
              <Row name={evaluate.failed}>
                {models.map(({ ref, failures }) => (
                  <Table.Td key={ref}>
                    {Object.entries(failures).map(([code, times]) => (
                      <div key={code}>
                        <SafeText text={`${count(times)} × ${code}`} />
                      </div>
                    ))}
                  </Table.Td>
                ))}
              </Row>
            )}
          </Table.Tbody>
        </WideTable>
        <Group gap="sm">
          <Button variant="default" onClick={() => saveFile(new Blob([reportJson(facts)], { type: 'application/json' }), 'evaluation.json')}>
            {evaluate.saveJson}
          </Button>
          <Button variant="default" onClick={() => saveFile(new Blob([reportCsv(facts)], { type: 'text/csv' }), 'evaluation.csv')}>
            {evaluate.saveCsv}
          </Button>
        </Group>
        <Text size="sm" c="dimmed">
          {evaluate.note}
        </Text>
      </Stack>
    </Section>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row">{name}</Table.Th>
      {children}
    </Table.Tr>
  );
}
