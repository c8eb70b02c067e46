import { useQuery } from '@tanstack/react-query';
import { Text } from '@mantine/core';
import { Failure } from '../../../components/failure';
import { Waiting } from '../../../components/waiting';
import { SetPriceDocument } from '../../../generated/documents';
import { ask } from '../../../server/ask';
import { useStrings } from '../../../strings';
import { PriceText } from '../../catalog/price-text';
import { ActionDialog } from '../action-dialog';
import type { ManagedModel, ManagedVersion } from '../use-managed-model';
import { termsOfPrice } from './draft';
import { PriceChanges } from './price-changes';

interface WithdrawPriceProps {
  readonly model: ManagedModel;
  readonly version: ManagedVersion;
  readonly close: () => void;
}

/** Takes back what was announced, by setting the present price once more. */
export function WithdrawPrice({ model, version, close }: WithdrawPriceProps) {
  const { prices } = useStrings();
  const input = { model: model.name, version: version.version, ...termsOfPrice(version.price) };
  const { data, error } = useQuery({ queryKey: ['price-plan', model.ref, input], queryFn: ({ signal }) => ask(SetPriceDocument, { input: { ...input, dryRun: true } }, signal), retry: false });
  return (
    <ActionDialog modelRef={model.ref} title={prices.withdrawTitle(version.version)} text={prices.withdrawText} verb={prices.withdraw} document={SetPriceDocument} input={input} onClose={close}>
      <Text size="sm" fw={600}>
        <PriceText price={version.price} />
      </Text>
      {error && <Failure error={error} />}
      {!data && !error && <Waiting />}
      {data && <PriceChanges changes={data.setPrice} />}
    </ActionDialog>
  );
}
