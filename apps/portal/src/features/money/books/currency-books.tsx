import { Alert, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useFigures } from '../../../components/figures';
import { Money } from '../../../components/money';
import { Section } from '../../../components/section';
import { FigureCard } from '../../../components/usage/figure-card';
import { WideTable } from '../../../components/usage/wide-table';
import type { BooksQuery } from '../../../generated/documents';
import { useStrings } from '../../../strings';

type Books = BooksQuery['trialBalance'][number];

/** What the operator looks at first. */
const FIRST = ['platform_fee', 'tax', 'rounding'] as const;

/** The books of one currency: whether they add up, the platform's own, and every kind of account. */
export function CurrencyBooks({ books: { currency, balanced, debitsNano, totals } }: { books: Books }) {
  const { books: strings } = useStrings();
  const balanceOf = (kind: string) => totals.find((total) => total.kind === kind)?.balanceNano ?? '0';
  return (
    <Section title={currency.toUpperCase()}>
      <Stack>
        {balanced ? (
          <Text role="status">
            {strings.balanced} <Money nano={debitsNano} currency={currency} />
          </Text>
        ) : (
          <Alert color="red" variant="light" title={strings.unbalanced} role="alert">
            {strings.unbalancedText}
          </Alert>
        )}
        <SimpleGrid component="dl" cols={{ base: 1, sm: 3 }} m={0}>
          {FIRST.map((kind) => (
            <FigureCard key={kind} label={strings.kinds[kind]!} note={strings.notes[kind]}>
              <Money nano={balanceOf(kind)} currency={currency} />
            </FigureCard>
          ))}
        </SimpleGrid>
        <TotalsTable currency={currency} totals={totals} />
      </Stack>
    </Section>
  );
}

function TotalsTable({ currency, totals }: Pick<Books, 'currency' | 'totals'>) {
  const { books: strings } = useStrings();
  const { count } = useFigures();
  return (
    <WideTable label={strings.accountsOf(currency.toUpperCase())} minWidth={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{strings.columns.kind}</Table.Th>
          <Table.Th ta="end">{strings.columns.accounts}</Table.Th>
          <Table.Th ta="end">{strings.columns.balance}</Table.Th>
          <Table.Th ta="end">{strings.columns.held}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {totals.map(({ kind, accounts, balanceNano, heldNano }) => (
          <Table.Tr key={kind}>
            <Table.Td>
              {strings.kinds[kind] ?? kind}
              <Text size="xs" c="dimmed">
                {strings.notes[kind]}
              </Text>
            </Table.Td>
            <Table.Td ta="end">{count(accounts)}</Table.Td>
            <Table.Td ta="end">
              <Money nano={balanceNano} currency={currency} />
            </Table.Td>
            <Table.Td ta="end">
              <Money nano={heldNano} currency={currency} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
