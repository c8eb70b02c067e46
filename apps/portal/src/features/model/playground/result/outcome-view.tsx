import { Alert, Anchor, List, Stack, Text } from '@mantine/core';
import { SteelyardError } from '@steelyard/client';
import { Link } from 'react-router';
import { Caution } from '../../../../components/caution';
import { formatMoney } from '../../../../components/money';
import { SafeText } from '../../../../components/safe-text';
import { useSession } from '../../../../server/session';
import { useLanguage, useStrings } from '../../../../strings';
import classes from '../playground.module.css';
import type { Success } from '../follow-prediction';
import type { Outcome, Run } from '../use-run';
import { PartsView } from './parts-view';
import { RunFailure } from './run-failure';
import { SuccessView } from './success-view';

/** How the latest run ended. What is said of it is read out when it comes. */
export function OutcomeView({ run, task }: { run: Run; task: string }) {
  return (
    <div aria-live="polite" aria-busy={run.running}>
      <OutcomeOf run={run} task={task} />
    </div>
  );
}

function OutcomeOf({ run, task }: { run: Run; task: string }) {
  const { playground } = useStrings().model;
  const { outcome, error, running, again, parts, state, input } = run;
  if (running && parts.length > 0) return <PartsView parts={parts} running />;
  if (running || (!outcome && !error)) {
    const text = running ? playground.states[state ?? 'RUNNING'] : playground.waiting;
    return <div className={classes.waiting}><Text c="dimmed">{text}</Text></div>;
  }
  if (error) {
    return (
      <Stack>
        {parts.length > 0 && <PartsView parts={parts} />}
        {isStopped(error) ? <Alert color="gray" title={parts.length > 0 ? playground.cutShort : playground.stopped} /> : <RunFailure error={error} retry={again} />}
      </Stack>
    );
  }
  switch (outcome!.__typename) {
    case 'PredictSuccess':
      return <SuccessView success={outcome as Success} task={task} input={input ?? {}} />;
    case 'PaymentRequired':
    case 'LimitReached':
      return <PaymentRequired refusal={outcome as PaymentRefusal} />;
    case 'InputInvalid':
      return <InputInvalid refusal={outcome as Extract<Outcome, { __typename: 'InputInvalid' }>} />;
  }
}

type PaymentRefusal = Extract<Outcome, { __typename: 'PaymentRequired' | 'LimitReached' }>;

function isStopped(error: Error): boolean {
  return error instanceof SteelyardError && error.code === 'CLIENT.CANCELLED';
}

function PaymentRequired({ refusal }: { refusal: PaymentRefusal }) {
  const { strings, language } = useLanguage();
  const { playground } = strings.model;
  const { membership, can } = useSession();
  const { requiredNano, availableNano, currency, fix } = refusal;
  const [title, text] = refusal.__typename === 'LimitReached' ? [playground.limitTitle, playground.limitText] : [playground.paymentTitle, playground.paymentText];
  return (
    <Caution title={title}>
      <Text size="sm">{text(formatMoney(requiredNano, currency, language), formatMoney(availableNano, currency, language))}</Text>
      {fix && <Text size="sm">{fix}</Text>}
      {membership && can('usage:read') && (
        <Anchor component={Link} to={`/org/${membership.organization.handle}/usage`} size="sm" c="inherit" underline="always">
          {playground.toBalance}
        </Anchor>
      )}
    </Caution>
  );
}

function InputInvalid({ refusal: { message, problems, fix } }: { refusal: Extract<Outcome, { __typename: 'InputInvalid' }> }) {
  const { playground } = useStrings().model;
  return (
    <Caution title={playground.invalidTitle}>
      {problems.length === 0 && (
        <Text size="sm">
          <SafeText text={message} />
        </Text>
      )}
      <List size="sm">
        {problems.map(({ path, message: problem }) => (
          <List.Item key={`${path} ${problem}`}>
            <SafeText text={`${path || playground.wholeInput} ${problem}`} />
          </List.Item>
        ))}
      </List>
      {fix && <Text size="sm">{fix}</Text>}
    </Caution>
  );
}
