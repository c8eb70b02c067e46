import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { saveFile } from '../../browser/save-file';
import { useStrings } from '../../strings';
import { Failure } from '../failure';
import { Waiting } from '../waiting';
import { ReceiptChecks } from './receipt-checks';
import { ReceiptFacts } from './receipt-facts';
import { useReceipt, type ReceiptWish } from './use-receipt';

/** What a prediction was charged for, and whether the platform's signature on it is good. */
export function ReceiptDialog({ wish, close }: { wish: ReceiptWish; close: () => void }) {
  const { receipt, shell } = useStrings();
  const { data, error, refetch } = useReceipt(wish);
  return (
    <Modal opened onClose={close} title={receipt.title} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack>
        {error && <Failure error={error} retry={() => void refetch()} />}
        {data === undefined && !error && <Waiting />}
        {data === null && <Text>{receipt.none}</Text>}
        {data && (
          <>
            <ReceiptChecks checked={data.checked} />
            {data.checked.receipt && <ReceiptFacts receipt={data.checked.receipt} />}
            <Text size="sm" c="dimmed">
              {receipt.keep}
            </Text>
            <Group justify="flex-end">
              <Button onClick={() => saveFile(new Blob([`${data.jws}\n`], { type: 'application/jose' }), `receipt-${wish.predictionId}.jws`)}>{receipt.save}</Button>
            </Group>
          </>
        )}
      </Stack>
    </Modal>
  );
}
