import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { Caution } from '../../../components/caution';
import { fieldError, FormError } from '../../../components/form-error';
import { SafeText } from '../../../components/safe-text';
import { SetUpPayoutsDocument, type PayoutsQuery } from '../../../generated/documents';
import { useSend } from '../../../server/use-send';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';

interface PayoutAccountViewProps {
  readonly account: PayoutsQuery['payoutAccount'];
  /** Whether the server can move real money. */
  readonly isConfigured: boolean;
}

/** Where earnings are sent, or what is to be done before they can be. */
export function PayoutAccountView({ account, isConfigured }: PayoutAccountViewProps) {
  const { payouts } = useStrings();
  const { can } = useSession();
  const [setting, setSetting] = useState(false);
  if (!isConfigured) return <Caution title={payouts.notConfigured}>{payouts.notConfiguredText}</Caution>;
  if (account?.enabled) return <Text size="sm">{payouts.ready(account.email)}</Text>;
  return (
    <Caution title={account ? payouts.unfinished : payouts.noAccount}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{payouts.noAccountText}</Text>
        {account !== null && account.requirements.length > 0 && (
          <Text size="sm">
            <SafeText text={payouts.wanted(account.requirements.join(', '))} />
          </Text>
        )}
        {can('payments:manage') ? (
          <Button size="xs" onClick={() => setSetting(true)}>
            {account ? payouts.goOn : payouts.setUp}
          </Button>
        ) : (
          <Text size="sm">{payouts.mayNot}</Text>
        )}
      </Stack>
      {setting && <SetUpDialog account={account} close={() => setSetting(false)} />}
    </Caution>
  );
}

const FIELDS = { 'PAYMENTS.EMAIL_INVALID': 'email', 'PAYMENTS.COUNTRY_INVALID': 'country' } as const;

/** Asks for what makes the account, then leads to the page where Stripe asks for the rest. */
function SetUpDialog({ account, close }: { account: PayoutsQuery['payoutAccount']; close: () => void }) {
  const { payouts, shell } = useStrings();
  const { membership } = useSession();
  const [email, setEmail] = useState(account?.email ?? '');
  const [country, setCountry] = useState(account?.country.toUpperCase() ?? '');
  const { mutate, isPending, error } = useSend(SetUpPayoutsDocument, { done: ({ setUpPayouts }) => window.location.assign(setUpPayouts.url) });
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    mutate({ input: { email: email.trim(), country: country.trim(), returnPath: `/org/${membership?.organization.handle}/earnings` } });
  };
  return (
    <Modal opened onClose={close} title={payouts.setUp} centered closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        <Text size="sm">{payouts.setUpText}</Text>
        <TextInput label={payouts.email} type="email" required value={email} error={fieldError(error, FIELDS, 'email')} onChange={({ currentTarget }) => setEmail(currentTarget.value)} data-autofocus />
        <TextInput label={payouts.country} description={payouts.countryText} required maxLength={2} maw={240} value={country} error={fieldError(error, FIELDS, 'country')} onChange={({ currentTarget }) => setCountry(currentTarget.value)} />
        <FormError error={error} fields={FIELDS} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={email.trim() === '' || country.trim() === ''}>
            {payouts.toStripe}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
