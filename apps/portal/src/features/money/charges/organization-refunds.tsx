import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { Answered } from '../../../components/operator/answered';
import { OrganizationPaymentsDocument } from '../../../generated/documents';
import { useOperatorQuery } from '../../../server/use-operator';
import { useMonthsStrings } from '../../../strings/months';
import { LookUpForm } from './look-up-form';
import { PaymentTable } from './payment-table';
import { RefundDialog } from './refund-dialog';
import type { PaidPayment } from './refundable';

/** The payments of one organization, to refund of. */
export function OrganizationRefunds() {
  const { charges: strings } = useMonthsStrings();
  const [handle, setHandle] = useState<string>();
  const [after, setAfter] = useState<string | null>(null);
  const [refunding, setRefunding] = useState<PaidPayment>();
  const query = useOperatorQuery(OrganizationPaymentsDocument, { handle: handle ?? '', after }, { enabled: handle !== undefined });
  const find = (text: string) => {
    setHandle(text);
    setAfter(null);
  };
  return (
    <Stack>
      <LookUpForm label={strings.organization} hint={strings.organizationText} verb={strings.findPayments} find={find} />
      {handle !== undefined && (
        <Answered query={query}>
          {({ organizationPayments: { nodes, pageInfo } }) => (
            <>
              {nodes.length === 0 ? <Text role="status">{strings.noPayments(handle)}</Text> : <PaymentTable payments={nodes} refund={setRefunding} />}
              <Group>
                {after !== null && (
                  <Button size="xs" variant="default" onClick={() => setAfter(null)}>
                    {strings.newest}
                  </Button>
                )}
                {pageInfo.hasNextPage && (
                  <Button size="xs" variant="default" onClick={() => setAfter(pageInfo.endCursor ?? null)}>
                    {strings.older}
                  </Button>
                )}
              </Group>
            </>
          )}
        </Answered>
      )}
      {refunding && <RefundDialog payment={refunding} close={() => setRefunding(undefined)} />}
    </Stack>
  );
}
