import { Badge } from '@mantine/core';
import type { InvoiceFieldsFragment } from '../../generated/documents';
import { useStrings } from '../../strings';

/** Whether it is paid; what a credit note says was given back as it was made. */
export function InvoiceState({ paid }: Pick<InvoiceFieldsFragment, 'paid'>) {
  const { invoices } = useStrings();
  return (
    <Badge variant="dot" color={paid == null ? 'blue.9' : paid ? 'green.9' : 'orange.9'} tt="none">
      {paid == null ? invoices.givenBack : paid ? invoices.paid : invoices.open}
    </Badge>
  );
}
