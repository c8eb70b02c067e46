import { Anchor, Text } from '@mantine/core';
import { Link } from 'react-router';
import { formatMoney } from '../../../../components/money';
import { Quantity } from '../../../../components/usage/quantity';
import type { EstimateQuery } from '../../../../generated/documents';
import { useSession } from '../../../../server/session';
import { useLanguage } from '../../../../strings';
import type { Draft } from '../draft';
import type { Run } from '../use-run';
import { useEstimate } from './use-estimate';

type Known = Extract<EstimateQuery['estimate'], { __typename: 'Estimate' }>;

/** What a call with the input as it is would cost, what is left of the free units, and whether the call would be let in. */
export function EstimateLine({ callRef, draft, run: { outcome } }: { callRef: string; draft: Draft; run: Pick<Run, 'outcome'> }) {
  const { strings, language } = useLanguage();
  const { estimate: texts } = strings.model;
  const estimate = useEstimate(callRef, draft, outcome?.__typename === 'PredictSuccess' ? outcome.prediction.id : undefined);
  if (!estimate) return null;
  const { currency, leastNano, mostNano, isFree, free, availableNano, isAllowed } = estimate;
  const money = (nano: string) => formatMoney(nano, currency, language);
  const cost = isFree ? texts.free : leastNano === mostNano ? texts.exactly(money(mostNano)) : texts.between(money(leastNano), money(mostNano));
  return (
    <div data-testid="estimate">
      <Text size="sm" fw={600}>
        {cost}
      </Text>
      {free && (
        <Text size="sm" c="dimmed">
          {texts.leftFree} <Quantity unit={free.unit} quantity={free.left} /> / <Quantity unit={free.unit} quantity={free.quantity} />
        </Text>
      )}
      {isAllowed ? (
        <Text size="sm" c="dimmed">
          {texts.available(money(availableNano))}
        </Text>
      ) : (
        <Refusal estimate={estimate} available={money(availableNano)} />
      )}
    </div>
  );
}

function Refusal({ estimate: { refusal }, available }: { estimate: Known; available: string }) {
  const { estimate: texts, playground } = useLanguage().strings.model;
  const { membership } = useSession();
  const isBudget = refusal === 'INFERENCE.LIMIT_REACHED';
  const home = `/org/${membership?.organization.handle}`;
  return (
    <Text size="sm" role="status">
      {isBudget ? texts.overBudget : texts.overBalance(available)}{' '}
      <Anchor component={Link} to={isBudget ? `${home}/budgets` : home} underline="always">
        {isBudget ? texts.toBudgets : playground.toBalance}
      </Anchor>
    </Text>
  );
}
