import { Button, Paper, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Fact, Facts } from '../../../components/facts/facts';
import { useFigures } from '../../../components/figures';
import { Money } from '../../../components/money';
import { useMonth } from '../../../components/operator/month';
import { SafeText } from '../../../components/safe-text';
import type { ChargeFieldsFragment } from '../../../generated/documents';
import { useMonthsStrings } from '../../../strings/months';
import { CorrectDialog } from './correct-dialog';

/** A call, what it was charged, and whether it can be or was taken back. */
export function ChargeView({ charge }: { charge: ChargeFieldsFragment }) {
  const { charges: strings } = useMonthsStrings();
  const { moment } = useFigures();
  const month = useMonth();
  const [correcting, setCorrecting] = useState(false);
  const { id, consumer, provider, model, occurredAt, status, errorCode, amountNano, feeNano, currency, period, problem, correction } = charge;
  return (
    <Paper withBorder p="md" component="section" aria-label={strings.call}>
      <Stack align="flex-start">
        <Facts>
          <Fact name={strings.facts.call} wide>
            {id}
          </Fact>
          <Fact name={strings.facts.model}>{model == null ? strings.gone : <SafeText text={model} />}</Fact>
          <Fact name={strings.facts.consumer}>
            <SafeText text={consumer} />
          </Fact>
          <Fact name={strings.facts.provider}>
            <SafeText text={provider} />
          </Fact>
          <Fact name={strings.facts.when}>{moment(occurredAt)}</Fact>
          <Fact name={strings.facts.month}>{month(period)}</Fact>
          <Fact name={strings.facts.amount}>
            <Money nano={amountNano} currency={currency} />
          </Fact>
          <Fact name={strings.facts.fee}>
            <Money nano={feeNano} currency={currency} />
          </Fact>
          <Fact name={strings.facts.status}>{status === 'FAILED' ? `${strings.failed} ${errorCode ?? ''}` : strings.succeeded}</Fact>
        </Facts>
        {correction ? (
          <Text role="status">
            {strings.takenBack(moment(correction.createdAt), correction.creditNote.number)} <SafeText text={correction.reason} />
          </Text>
        ) : problem ? (
          <Text>{strings.problems[problem]}</Text>
        ) : (
          <Button variant="default" onClick={() => setCorrecting(true)}>
            {strings.takeBack}
          </Button>
        )}
      </Stack>
      {correcting && <CorrectDialog charge={charge} close={() => setCorrecting(false)} />}
    </Paper>
  );
}
