import { Alert, Code, List, Stack, Text } from '@mantine/core';
import type { Verification } from '@steelyard/invoice';
import type { ReactNode } from 'react';
import { useStrings } from '../../strings';
import { cleanText } from '../clean-text';
import { useFigures } from '../figures';
import { Money } from '../money';
import { SafeText } from '../safe-text';
import { describeDocument, type DocumentHead } from './describe-document';

interface VerificationResultProps {
  readonly verification: Verification;
  /** What the file was called, when it is one that somebody has. */
  readonly name?: string | undefined;
  /** The hash that a document of this number is known by, if it is. */
  readonly knownHash?: ((number: string) => string | undefined) | undefined;
}

/** What was checked and found good, or the first thing that is not. */
export function VerificationResult({ verification, name, knownHash }: VerificationResultProps) {
  const { verify } = useStrings();
  const head = describeDocument(verification.document);
  // What does not add up is nothing to compare.
  const known = verification.valid ? head && knownHash?.(head.number) : undefined;
  const isOther = known !== undefined && known !== head!.hash;
  return (
    <Verdict good={verification.valid && !isOther}>
      {name !== undefined && (
        <Text size="sm" fw={600}>
          <SafeText text={name} lines={2} />
        </Text>
      )}
      {head && <HeadLine head={head} />}
      {verification.valid ? <Checks verification={verification} head={head} /> : <FirstDifference verification={verification} />}
      {known !== undefined && <Text size="sm">{isOther ? verify.otherThanKnown(known) : verify.asKnown}</Text>}
      {verification.valid && known === undefined && <Text size="sm">{verify.compare}</Text>}
    </Verdict>
  );
}

function Verdict({ good, children }: { good: boolean; children: ReactNode }) {
  const { verify } = useStrings();
  return (
    <Alert color={good ? 'green' : 'red'} variant="light" title={good ? verify.good : verify.notGood} role={good ? 'status' : 'alert'}>
      <Stack gap="xs" miw={0}>
        {children}
      </Stack>
    </Alert>
  );
}

function HeadLine({ head: { kind, number, organization, period, nano, currency } }: { head: DocumentHead }) {
  const { verify } = useStrings();
  const { month } = useFigures();
  return (
    <Text size="sm">
      {verify.kinds[kind]} <SafeText text={number} />, <SafeText text={organization} />, {month(period)}: <Money nano={nano} currency={currency} />
    </Text>
  );
}

function Checks({ verification: { checked, document }, head }: { verification: Verification; head: DocumentHead | undefined }) {
  const { verify } = useStrings();
  const { count } = useFigures();
  const isStatement = document?.header.kind === 'statement';
  return (
    <List size="sm" spacing={4}>
      <List.Item>{verify.calls(count(checked.rows), count(checked.prices))}</List.Item>
      <List.Item>{(isStatement ? verify.statementLines : verify.lines)(count(checked.lines))}</List.Item>
      <List.Item>
        {verify.chain} <Hash text={document?.result.chainHash} />
      </List.Item>
      <List.Item>
        {verify.hash} <Hash text={document?.hash} />
      </List.Item>
      <List.Item>{head?.previousHash === undefined ? verify.first : <>{verify.previous} <Hash text={head.previousHash} /></>}</List.Item>
    </List>
  );
}

function FirstDifference({ verification }: { verification: Extract<Verification, { valid: false }> }) {
  const { verify } = useStrings();
  const { count } = useFigures();
  const { line, subject, problem } = verification.difference;
  return (
    <>
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        {verify.difference(count(line), cleanText(subject))} <SafeText text={problem} />
      </Text>
      <Text size="sm">{verify.before(count(verification.checked.rows))}</Text>
    </>
  );
}

function Hash({ text }: { text: unknown }) {
  return (
    <Code fz="xs" style={{ overflowWrap: 'anywhere' }}>
      {cleanText(String(text))}
    </Code>
  );
}
