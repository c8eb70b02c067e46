import { Loader, Radio, Stack, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { SavedCardsQuery } from '../../generated/documents';
import { useStrings } from '../../strings';
import { cleanText } from '../../components/clean-text';

/** Instead of the id of a card: by the page where one can be given. */
export const CHECKOUT = 'checkout';

/** By what is paid: a card that Stripe has, or one that is given on its page. Without the cards the page can still be used. */
export function CardChoice({ cards: { data, isLoading, isError }, value, choose }: { cards: UseQueryResult<SavedCardsQuery>; value: string; choose: (value: string) => void }) {
  const { wallet, shell } = useStrings();
  return (
    <Radio.Group label={wallet.by} value={value} onChange={choose}>
      <Stack gap="xs" mt="xs">
        {isLoading && <Loader size="sm" role="status" aria-label={shell.loading} />}
        {data?.payments.savedCards.map(({ id, label }) => <Radio key={id} value={id} label={cleanText(label)} description={wallet.savedText} />)}
        <Radio value={CHECKOUT} label={wallet.checkout} description={wallet.checkoutText} />
        {isError && (
          <Text size="sm" c="dimmed">
            {wallet.noCards}
          </Text>
        )}
      </Stack>
    </Radio.Group>
  );
}
