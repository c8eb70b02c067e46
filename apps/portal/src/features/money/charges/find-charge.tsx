import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Answered } from '../../../components/operator/answered';
import { ChargeDocument } from '../../../generated/documents';
import { useOperatorQuery } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';
import { ChargeView } from './charge-view';
import { LookUpForm } from './look-up-form';

/** Finds a call by the id that whoever complains of it has. */
export function FindCharge() {
  const { charges: strings } = useMonthsStrings();
  const [id, setId] = useState<string>();
  const query = useOperatorQuery(ChargeDocument, { id: id ?? '' }, { enabled: id !== undefined });
  return (
    <Stack>
      <LookUpForm label={strings.callId} hint={strings.callIdText} verb={strings.findCall} find={setId} />
      {id !== undefined && <Answered query={query}>{({ charge }) => (charge ? <ChargeView charge={charge} /> : <Text role="alert">{strings.noCall}</Text>)}</Answered>}
    </Stack>
  );
}
