import { Alert, Anchor, Code, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { DownloadButton } from '../../components/actions/download-button';
import { Fact, Facts } from '../../components/facts/facts';
import { Failure } from '../../components/failure';
import { useFigures } from '../../components/figures';
import { PageHeader } from '../../components/page-header';
import { SafeText } from '../../components/safe-text';
import { Section } from '../../components/section';
import { VerifyDocument } from '../../components/verify/verify-document';
import { Waiting } from '../../components/waiting';
import { InvoiceDocument, type InvoiceQuery } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useStrings } from '../../strings';
import { InvoiceLines } from './invoice-lines';
import { InvoiceState } from './invoice-state';
import { InvoiceSums } from './invoice-sums';

type Invoice = InvoiceQuery['invoice'];

/** One invoice or credit note: what it comes to, of what, and what proves it. */
export function InvoicePage() {
  const { invoices } = useStrings();
  const { organization = '', number = '' } = useParams();
  const { data, error, refetch } = useQuery({ queryKey: ['invoice', organization, number], queryFn: ({ signal }) => ask(InvoiceDocument, { id: number }, signal) });
  const invoice = data?.invoice;
  return (
    <>
      <Anchor component={Link} to={`/org/${organization}/invoices`} size="sm">
        {invoices.back}
      </Anchor>
      <PageHeader title={invoice ? `${invoices.kinds[invoice.kind]} ${invoice.number}` : number} actions={invoice && <DownloadButton address={invoice.file} number={invoice.number} />} />
      {!invoice && (error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />)}
      {invoice && (
        <Stack gap="xl">
          {invoice.paid === false && (
            <Alert color="orange" variant="light" title={invoices.open}>
              {invoices.openText}
            </Alert>
          )}
          <Head invoice={invoice} />
          <Section title={invoices.lines}>
            <Stack gap="md">
              <InvoiceLines invoice={invoice} />
              <InvoiceSums invoice={invoice} />
            </Stack>
          </Section>
          <Proof invoice={invoice} />
        </Stack>
      )}
    </>
  );
}

function Head({ invoice: { kind, period, issuedAt, paid, tax, reason, invoice: takenBackOf } }: { invoice: Invoice }) {
  const { invoices } = useStrings();
  const { moment, month } = useFigures();
  const { organization = '' } = useParams();
  return (
    <Facts>
      <Fact name={invoices.kind}>{invoices.kinds[kind]}</Fact>
      <Fact name={invoices.month}>{month(period)}</Fact>
      <Fact name={invoices.issued}>{moment(issuedAt)}</Fact>
      <Fact name={invoices.state}>
        <InvoiceState paid={paid} />
      </Fact>
      {tax.id !== '' && (
        <Fact name={invoices.taxId}>
          <SafeText text={tax.id} />
        </Fact>
      )}
      {takenBackOf && (
        <Fact name={invoices.of}>
          <Anchor component={Link} to={`/org/${organization}/invoices/${takenBackOf.number}`} inherit>
            {takenBackOf.number}
          </Anchor>
        </Fact>
      )}
      {reason != null && (
        <Fact name={invoices.reason} wide>
          <SafeText text={reason} />
        </Fact>
      )}
    </Facts>
  );
}

function Proof({ invoice: { file, hash, previousHash, chainHash } }: { invoice: Invoice }) {
  const { invoices } = useStrings();
  return (
    <Section title={invoices.hashes}>
      <Stack gap="md">
        <Facts>
          {[[invoices.hash, hash], [invoices.previous, previousHash], [invoices.chain, chainHash]].map(([name, value]) => (
            <Fact key={name} name={name!} wide>
              {value == null ? invoices.first : <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>{value}</Code>}
            </Fact>
          ))}
        </Facts>
        <VerifyDocument address={file} hash={hash} />
      </Stack>
    </Section>
  );
}
