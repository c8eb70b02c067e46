import { Alert, Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useParams } from 'react-router';
import { FormError } from '../../components/form-error';
import { formatMoney } from '../../components/money';
import { SavedCardsDocument, type PaymentFieldsFragment, type WalletQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useLanguage } from '../../strings';
import { readAmount } from './amount';
import { CHECKOUT, CardChoice } from './card-choice';
import { plainError } from './plain-error';
import { TopUpOutcome } from './top-up-outcome';
import { useTopUp } from './use-top-up';

const AMOUNTS = ['10.00', '25.00', '100.00'];

/** Asks how much and by what, says what will happen, and does it. */
export function TopUpDialog({ payments, close }: { payments: WalletQuery['payments']; close: () => void }) {
  const { strings, language } = useLanguage();
  const { wallet, shell } = strings;
  const { organization = '' } = useParams();
  const [amount, setAmount] = useState('25.00');
  const [chosen, setChosen] = useState<string>();
  const [touched, setTouched] = useState(false);
  const cards = useQuery({ queryKey: ['saved-cards', organization], queryFn: ({ signal }) => ask(SavedCardsDocument, undefined, signal), retry: 1 });

  const saved = cards.data?.payments.savedCards ?? [];
  const method = chosen ?? saved[0]?.id ?? CHECKOUT;
  const read = readAmount(amount, payments);
  const text = 'nano' in read ? formatMoney(read.nano, payments.currency, language) : undefined;

  const { pay, isPending, error, payment } = useTopUp((made) => afterwards(made, () => {
    notifications.show({ color: 'green', title: wallet.paid, message: wallet.paidText(formatMoney(made.amountNano, made.currency, language)) });
    close();
  }));
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    setTouched(true);
    if ('nano' in read) pay({ amount: amount.trim(), ...(method === CHECKOUT ? { method: 'CHECKOUT' } : { method: 'SAVED', savedCardId: method }) });
  };
  return (
    <Modal opened onClose={close} title={wallet.topUp} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        <TextInput
          label={wallet.amountIn(payments.currency.toUpperCase())}
          description={wallet.amountText(payments.minimum, payments.maximum)}
          value={amount}
          onChange={({ currentTarget }) => setAmount(currentTarget.value)}
          onBlur={() => setTouched(true)}
          error={touched && 'problem' in read && wallet.amountProblems[read.problem](payments.minimum, payments.maximum)}
          inputMode="decimal"
          maxLength={20}
          autoComplete="off"
          maw={320}
          data-autofocus
        />
        <Group gap="xs">
          {AMOUNTS.map((each) => (
            <Button key={each} size="compact-sm" variant="default" onClick={() => setAmount(each)}>
              {each}
            </Button>
          ))}
        </Group>
        <CardChoice cards={cards} value={method} choose={setChosen} />
        {text !== undefined && <Alert variant="light" title={wallet.whatHappens}>{method === CHECKOUT ? wallet.byCheckout(text) : wallet.bySaved(text, saved.find(({ id }) => id === method)?.label ?? '')}</Alert>}
        {payment && !isPending && <TopUpOutcome payment={payment} />}
        <FormError error={plainError(error, wallet.problems)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={cards.isLoading}>
            {method === CHECKOUT ? wallet.toCheckout : wallet.payNow(text ?? '')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** Leads the payer to the page where it is paid, or ends the dialog when it was. Everything else is told in the dialog. */
function afterwards({ state, checkoutUrl }: PaymentFieldsFragment, paid: () => void): void {
  if (state === 'OPEN' && checkoutUrl != null) window.location.assign(checkoutUrl);
  else if (state === 'SUCCEEDED') paid();
}
