import { Box, Group, List, Loader, Text, VisuallyHidden } from '@mantine/core';
import { SafeText } from '../../../components/safe-text';
import { useFigures } from '../../../components/figures';
import { useLanguage, useStrings } from '../../../strings';
import classes from '../publish.module.css';
import { sizeText } from '../size-text';
import { measurementsOf, samplesOf, type Measurements, type SampleResult, type StageView } from './stages';

const MARKS = { waiting: '', running: '', succeeded: '✓', failed: '✗' } as const;

/** The stages of a publication, each with what it found. What changes is also said. */
export function StageList({ stages }: { stages: readonly StageView[] }) {
  const { publish } = useStrings();
  const current = stages.findLast(({ state }) => state !== 'waiting');
  return (
    <>
      <ol className={classes.stages}>
        {stages.map((view) => (
          <Stage key={view.stage} view={view} />
        ))}
      </ol>
      <VisuallyHidden role="status">{current && `${publish.stages[current.stage]}: ${publish.stageStates[current.state]}. ${current.message ?? ''}`}</VisuallyHidden>
    </>
  );
}

function Stage({ view: { stage, state, message, detail } }: { view: StageView }) {
  const { publish } = useStrings();
  const measurements = stage === 'MEASURED' && state === 'succeeded' ? measurementsOf(detail) : undefined;
  return (
    <li className={classes.stage} data-stage={stage} data-state={state}>
      {state === 'running' ? (
        <Loader size={24} aria-hidden="true" />
      ) : (
        <span className={classes.mark} data-state={state} aria-hidden="true">
          {MARKS[state]}
        </span>
      )}
      <Box miw={0}>
        <Text fw={state === 'waiting' ? 400 : 600} className={state === 'waiting' ? classes.waiting : undefined}>
          {publish.stages[stage]}
          <VisuallyHidden>: {publish.stageStates[state]}</VisuallyHidden>
        </Text>
        {message !== undefined && (
          <Text size="sm">
            <SafeText text={message} />
          </Text>
        )}
        {samplesOf(detail).map((sample) => (
          <Sample key={sample.name} sample={sample} />
        ))}
        {measurements && <Measured measurements={measurements} />}
      </Box>
    </li>
  );
}

function Sample({ sample: { name, passed, problems, latencyMs } }: { sample: SampleResult }) {
  const { publish } = useStrings();
  const figures = useFigures();
  return (
    <Box mt={4} data-sample={name} data-passed={passed}>
      <Group gap="xs">
        <Text size="sm" fw={600} className={classes.path}>
          <span aria-hidden="true">{passed ? '✓' : '✗'}</span> <SafeText text={name} />
        </Text>
        <Text size="sm">
          {passed ? publish.samplePassed : publish.sampleFailed}
          {latencyMs !== null && `, ${figures.duration(latencyMs)}`}
        </Text>
      </Group>
      {problems.length > 0 && (
        <List size="sm" withPadding>
          {problems.map(({ path, message }, index) => (
            <List.Item key={index}>
              {path !== '' && <code>{path}</code>} <SafeText text={message} />
            </List.Item>
          ))}
        </List>
      )}
    </Box>
  );
}

function Measured({ measurements: { latencyMs, memoryBytes, loadMs, runs, device } }: { measurements: Measurements }) {
  const { strings, language } = useLanguage();
  const { measured } = strings.publish;
  const figures = useFigures();
  const facts = [
    [measured.p50, figures.duration(latencyMs.p50)],
    [measured.p95, figures.duration(latencyMs.p95)],
    [measured.memory, sizeText(memoryBytes, language)],
    [measured.load, figures.duration(loadMs)],
    [measured.runs, figures.count(runs)],
    [measured.device, device],
  ];
  return (
    <Group gap="lg" mt={4} component="dl" my={0}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <Text size="xs" component="dt">
            {name}
          </Text>
          <Text size="sm" fw={600} component="dd" m={0}>
            {value}
          </Text>
        </div>
      ))}
    </Group>
  );
}
