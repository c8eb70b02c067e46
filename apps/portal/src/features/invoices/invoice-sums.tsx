import { Fact, Facts } from '../../components/facts/facts';
import { cleanText } from '../../components/clean-text';
import { useFigures } from '../../components/figures';
import { Money } from '../../components/money';
import type { InvoiceQuery } from '../../generated/documents';
import { useStrings } from '../../strings';
import { Cents } from './cents';

/** From the exact sum of the calls to what was paid. */
export function InvoiceSums({ invoice: { amountNano, residueNano, amount, tax, taxAmount, total, currency } }: { invoice: InvoiceQuery['invoice'] }) {
  const { invoices } = useStrings();
  const { share } = useFigures();
  return (
    <Facts>
      <Fact name={invoices.sum}>
        <Money nano={amountNano} currency={currency} />
      </Fact>
      <Fact name={invoices.rounding}>
        <Money nano={residueNano} currency={currency} />
      </Fact>
      <Fact name={invoices.net}>
        <Cents amount={amount} currency={currency} />
      </Fact>
      <Fact name={tax.label === '' ? invoices.tax : invoices.taxOf(cleanText(tax.label), share(tax.basisPoints / 10_000))}>
        <Cents amount={taxAmount} currency={currency} />
      </Fact>
      <Fact name={invoices.total}>
        <strong>
          <Cents amount={total} currency={currency} />
        </strong>
      </Fact>
    </Facts>
  );
}
