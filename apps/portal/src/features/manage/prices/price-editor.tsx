import { Alert, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Failure } from '../../../components/failure';
import { Waiting } from '../../../components/waiting';
import { SetPriceDocument } from '../../../generated/documents';
import { useSend } from '../../../server/use-send';
import { useStrings } from '../../../strings';
import { usePriceText } from '../../catalog/price-text';
import { managedKey, type ManagedModel, type ManagedVersion } from '../use-managed-model';
import { draftOf, problemsOf, shownPrice, termsInput } from './draft';
import { AS_SOON_AS_MAY_BE, readFrom } from './effective-at';
import { PriceChanges } from './price-changes';
import { SimulationView } from './simulation-view';
import { TermsFields } from './terms-fields';
import { usePricePreview } from './use-price-preview';

interface PriceEditorProps {
  readonly model: ManagedModel;
  /** The ready ones, newest first. */
  readonly versions: readonly ManagedVersion[];
  readonly close: () => void;
}

/** Sets a price, after saying what that does: what consumers read, when it counts, and what the last 30 days would have brought. */
export function PriceEditor({ model, versions, close }: PriceEditorProps) {
  const { prices, shell } = useStrings();
  const priceText = usePriceText();
  const [version, setVersion] = useState('');
  const [draft, setDraft] = useState(() => draftOf(versions[0]!.price));
  const [from, setFrom] = useState(AS_SOON_AS_MAY_BE);
  const [reason, setReason] = useState('');
  const input = { model: model.name, ...termsInput(draft), ...(version !== '' && { version }), ...(from.effectiveAt !== undefined && { effectiveAt: from.effectiveAt }), ...(reason.trim() !== '' && { reason: reason.trim() }) };
  const { plan, simulation, isSettled } = usePricePreview(model.ref, input);
  const { mutate, isPending, error } = useSend(SetPriceDocument, { changes: [managedKey(model.ref), ['models'], ['model']], done: close });
  const problems = problemsOf(error ?? plan.error);
  const other = [error, plan.error].find((one) => one != null && Object.keys(problemsOf(one)).length === 0);
  const shown = shownPrice(draft, model.task);

  const choose = (value: string) => {
    setVersion(value);
    const of = versions.find((one) => one.version === value);
    if (of) setDraft(draftOf(of.price));
  };
  return (
    <Modal opened onClose={close} title={prices.change} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack>
        {versions.length > 1 && (
          <NativeSelect label={prices.ofVersion} value={version} onChange={({ currentTarget }) => choose(currentTarget.value)} data={[{ value: '', label: prices.allVersions }, ...versions.map((one) => ({ value: one.version, label: one.version }))]} />
        )}
        <TermsFields draft={draft} task={model.task} change={(change) => setDraft({ ...draft, ...change })} problems={problems} />
        <TextInput
          type="datetime-local"
          label={prices.from}
          description={prices.fromText}
          max="9999-12-31T23:59"
          value={from.text}
          error={from.isNone ? prices.fromNone : problems['effectiveAt']}
          maw={320}
          onChange={({ currentTarget }) => setFrom(readFrom(currentTarget))}
          // A field that is filled in by half tells of no change.
          onBlur={({ currentTarget }) => setFrom(readFrom(currentTarget))}
        />
        <TextInput label={prices.reason} description={prices.reasonText} value={reason} error={problems['reason']} maxLength={500} onChange={({ currentTarget }) => setReason(currentTarget.value)} />
        {other != null && <Failure error={other} />}
        {shown && (
          <Alert variant="light" title={prices.consumersRead}>
            <Text fw={600}>{priceText(shown)}</Text>
            {plan.data && !plan.error && !from.isNone && <PriceChanges changes={plan.data.setPrice} />}
          </Alert>
        )}
        {simulation.error && <Failure error={simulation.error} />}
        {shown && simulation.isFetching && !simulation.data && <Waiting />}
        {shown && simulation.data && <SimulationView simulation={simulation.data.simulatePrice} currency={shown.currency} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button loading={isPending} disabled={from.isNone || !isSettled || !plan.isSuccess || plan.isFetching || plan.data.setPrice.every(({ changed }) => !changed)} onClick={() => mutate({ input })}>
            {plan.data?.setPrice.every(({ atOnce }) => atOnce) === false ? prices.announce : prices.set}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
