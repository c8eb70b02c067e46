import { Stack, Text } from '@mantine/core';
import { useParams } from 'react-router';
import { Caution } from '../../components/caution';
import { CodeBlock } from '../../components/code-block';
import { useStrings } from '../../strings';

/** Nobody can pay here: what the operator can do about it, and do instead. */
export function NotConfigured() {
  const { wallet } = useStrings();
  const { organization = '' } = useParams();
  return (
    <Caution title={wallet.notConfigured}>
      <Stack gap="xs">
        <Text size="sm">{wallet.notConfiguredText}</Text>
        <CodeBlock language="shell" label={wallet.operatorCommand} code={`steelyard operator credit ${organization} 25.00 --reason "paid by bank transfer"`} />
        <Text size="sm">{wallet.toConfigure}</Text>
      </Stack>
    </Caution>
  );
}
