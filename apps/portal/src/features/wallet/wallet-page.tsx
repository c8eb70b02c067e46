import { Alert, Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { WalletDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { BalanceSummary } from './balance-summary';
import { NotConfigured } from './not-configured';
import { PaymentHistory } from './payment-history';
import { Returned } from './returned';
import { TopUpDialog } from './top-up-dialog';

/** What the organization has to spend, and how money comes in. */
export function WalletPage() {
  const { wallet } = useStrings();
  const { organization = '' } = useParams();
  const { can } = useSession();
  const [params, setParams] = useSearchParams();
  const [paying, setPaying] = useState(false);
  const { data, error, refetch } = useQuery({ queryKey: ['wallet', organization], queryFn: ({ signal }) => ask(WalletDocument, undefined, signal) });
  const payments = data?.payments;
  const returned = params.get('payment');
  return (
    <>
      <PageHeader title={wallet.title} description={wallet.text} actions={payments?.configured && can('payments:manage') && <Button onClick={() => setPaying(true)}>{wallet.topUp}</Button>} />
      <Stack gap="lg">
        {returned !== null && <Returned key={returned} id={returned} canceled={params.get('result') === 'canceled'} close={() => setParams({}, { replace: true })} />}
        <BalanceSummary />
        {error && <Failure error={error} retry={() => void refetch()} />}
        {payments && !payments.configured && <NotConfigured />}
        {payments?.testMode && (
          <Alert variant="light" title={wallet.testMode}>
            {wallet.testModeText}
          </Alert>
        )}
        <PaymentHistory />
      </Stack>
      {paying && payments && <TopUpDialog payments={payments} close={() => setPaying(false)} />}
    </>
  );
}
