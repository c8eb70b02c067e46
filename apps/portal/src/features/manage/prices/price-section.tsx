import { Button, Group, Paper, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { useFigures } from '../../../components/figures';
import { SafeText } from '../../../components/safe-text';
import { Section } from '../../../components/section';
import { WideTable } from '../../../components/usage/wide-table';
import type { DatedPriceFragment } from '../../../generated/documents';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import { PriceText } from '../../catalog/price-text';
import type { ManagedModel, ManagedVersion } from '../use-managed-model';
import { PriceEditor } from './price-editor';
import { WithdrawPrice } from './withdraw-price';

/** What each version costs, is to cost, and did cost; and how to change it. */
export function PriceSection({ model }: { model: ManagedModel }) {
  const { prices } = useStrings();
  const { can } = useSession();
  const [editing, setEditing] = useState(false);
  const versions = model.versions.filter(({ state }) => state === 'READY');
  const mayChange = can('models:publish') && versions.length > 0;
  const change = mayChange && (
    <Button size="xs" onClick={() => setEditing(true)}>
      {prices.change}
    </Button>
  );
  return (
    <Section title={prices.title} text={prices.text} action={change}>
      {versions.length === 0 && <Text size="sm">{prices.none}</Text>}
      <Stack component="ul" gap="xs" m={0} p={0} style={{ listStyle: 'none' }}>
        {versions.map((version) => (
          <VersionPrices key={version.id} model={model} version={version} mayChange={mayChange} />
        ))}
      </Stack>
      {editing && <PriceEditor model={model} versions={versions} close={() => setEditing(false)} />}
    </Section>
  );
}

function VersionPrices({ model, version, mayChange }: { model: ManagedModel; version: ManagedVersion; mayChange: boolean }) {
  const { prices, manage } = useStrings();
  const { moment } = useFigures();
  const [asking, setAsking] = useState(false);
  const { announcedPrices, priceHistory } = version;
  return (
    <Paper component="li" withBorder p="sm" data-prices-of={version.version}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text size="sm">
            <strong>
              <SafeText text={version.version} />
            </strong>{' '}
            · <PriceText price={version.price} />
          </Text>
          {announcedPrices.length > 0 && mayChange && (
            <Button size="xs" variant="default" onClick={() => setAsking(true)} aria-label={prices.withdrawOf(version.version)}>
              {prices.withdraw}
            </Button>
          )}
        </Group>
        {announcedPrices.map((price) => (
          <Text key={price.id} size="sm" fw={600}>
            {prices.announced(moment(price.effectiveAt))} <PriceText price={price} />
            {price.reason !== null && (
              <>
                {' · '}
                <SafeText text={price.reason} />
              </>
            )}
          </Text>
        ))}
        <details>
          <summary>{manage.history}</summary>
          <History history={priceHistory} version={version.version} />
        </details>
      </Stack>
      {asking && <WithdrawPrice model={model} version={version} close={() => setAsking(false)} />}
    </Paper>
  );
}

function History({ history, version }: { history: readonly DatedPriceFragment[]; version: string }) {
  const { prices } = useStrings();
  const { moment } = useFigures();
  return (
    <WideTable label={prices.historyOf(version)} minWidth={480}>
      <Table.Thead>
        <Table.Tr>
          {[prices.since, prices.price, prices.reason].map((title) => (
            <Table.Th key={title} scope="col">
              {title}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {history.map((price) => (
          <Table.Tr key={price.id}>
            <Table.Td>{moment(price.effectiveAt)}</Table.Td>
            <Table.Td>
              <PriceText price={price} />
            </Table.Td>
            <Table.Td>
              <SafeText text={price.reason ?? ''} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
