import { Stack } from '@mantine/core';
import { EmptyState } from '../../../components/empty-state';
import { Answered } from '../../../components/operator/answered';
import { OperatorHeader } from '../../../components/operator/operator-header';
import { Section } from '../../../components/section';
import { BooksDocument } from '../../../generated/documents';
import { useOperatorQuery } from '../../../server/use-operator';
import { useStrings } from '../../../strings';
import { CurrencyBooks } from './currency-books';
import { UsageSums } from './usage-sums';

/** Whether the books add up, and where the money stands. */
export function BooksPage() {
  const { books: strings } = useStrings();
  const query = useOperatorQuery(BooksDocument, {});
  return (
    <>
      <OperatorHeader title={strings.title} description={strings.text} />
      <Stack gap="xl">
        <Answered query={query}>
          {({ trialBalance }) => (trialBalance.length === 0 ? <EmptyState title={strings.none} text={strings.noneText} /> : trialBalance.map((books) => <CurrencyBooks key={books.currency} books={books} />))}
        </Answered>
        <Section title={strings.sums} text={strings.sumsText}>
          <UsageSums />
        </Section>
      </Stack>
    </>
  );
}
