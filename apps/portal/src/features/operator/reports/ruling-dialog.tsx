import { Text } from '@mantine/core';
import { ReasonedDialog } from '../../../components/operator/reasoned-dialog';
import type { RulingInput, TypedDocumentString } from '../../../generated/documents';
import { useOperatorSend } from '../../../server/use-operator';
import { useReportsStrings } from '../../../strings/reports';

interface RulingDialogProps<Result> {
  /** The model's, owner/name. */
  readonly modelRef: string;
  readonly document: TypedDocumentString<Result, { input: RulingInput }>;
  readonly title: string;
  readonly text: string;
  readonly verb: string;
  /** Who reads the reason. */
  readonly hint: string;
  readonly danger?: boolean;
  readonly close: () => void;
}

/** Decides about a model, with a reason that its provider is told. */
export function RulingDialog<Result>({ modelRef, document, text, close, ...dialog }: RulingDialogProps<Result>) {
  const { reason: label } = useReportsStrings();
  const { mutate, isPending, error } = useOperatorSend(document, close);
  return (
    <ReasonedDialog {...dialog} label={label} busy={isPending} error={error} send={(reason) => mutate({ input: { ref: modelRef, reason } })} close={close}>
      <Text size="sm">{text}</Text>
    </ReasonedDialog>
  );
}
