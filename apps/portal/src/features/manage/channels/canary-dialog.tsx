import { NumberInput, Select } from '@mantine/core';
import { useState } from 'react';
import { StartCanaryDocument } from '../../../generated/documents';
import { useStrings } from '../../../strings';
import { ActionDialog } from '../action-dialog';
import type { ManagedModel } from '../use-managed-model';

const PERCENT = 10;

interface CanaryDialogProps {
  readonly model: ManagedModel;
  /** The candidate. */
  readonly version: string;
  readonly onClose: () => void;
  /** Of a canary that runs already, whose share is to change. */
  readonly channel?: string;
  readonly percent?: number;
}

/** Starts a canary, or changes the share of one. */
export function CanaryDialog({ model, version, onClose, channel: running, percent: share = PERCENT }: CanaryDialogProps) {
  const { manage } = useStrings();
  const channels = model.channels.filter((channel) => channel.version.version !== version).map(({ name }) => name);
  const [channel, setChannel] = useState(running ?? channels[0] ?? '');
  const [percent, setPercent] = useState(share);
  return (
    <ActionDialog
      modelRef={model.ref}
      title={manage.canaryTitle(version)}
      text={manage.canaryText}
      verb={running === undefined ? manage.startCanary : manage.changeCanary}
      document={StartCanaryDocument}
      input={{ model: model.name, version, channel, percent }}
      onClose={onClose}
    >
      {running === undefined && <Select label={manage.channel} data={channels} value={channel} allowDeselect={false} onChange={(value) => setChannel(value ?? '')} />}
      <NumberInput label={manage.percent} min={1} max={99} clampBehavior="strict" allowDecimal={false} value={percent} onChange={(value) => setPercent(Number(value) || 1)} />
    </ActionDialog>
  );
}
