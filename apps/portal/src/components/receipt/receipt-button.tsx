import { Button } from '@mantine/core';
import { useState } from 'react';
import { useStrings } from '../../strings';
import { ReceiptDialog } from './receipt-dialog';
import type { ReceiptWish } from './use-receipt';

/** Opens the receipt of a prediction. */
export function ReceiptButton({ wish }: { wish: ReceiptWish }) {
  const { receipt } = useStrings();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpened(true)} aria-haspopup="dialog">
        {receipt.open}
      </Button>
      {opened && <ReceiptDialog wish={wish} close={() => setOpened(false)} />}
    </>
  );
}
