import { Autocomplete, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { DeprecateVersionDocument, ReleaseVersionDocument, RestoreVersionDocument } from '../../../generated/documents';
import { useStrings } from '../../../strings';
import { ActionDialog } from '../action-dialog';
import type { ManagedModel, ManagedVersion } from '../use-managed-model';

interface VersionDialogProps {
  readonly model: ManagedModel;
  readonly version: ManagedVersion;
  readonly onClose: () => void;
}

const STABLE = 'stable';
const NOTICE_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1_000;

export function ReleaseDialog({ model, version: { version }, onClose }: VersionDialogProps) {
  const { manage } = useStrings();
  const [channel, setChannel] = useState(STABLE);
  return (
    <ActionDialog modelRef={model.ref} title={manage.releaseTitle(version)} text={manage.releaseText} verb={manage.release} document={ReleaseVersionDocument} input={{ model: model.name, version, channel }} onClose={onClose}>
      <Autocomplete label={manage.channel} description={manage.channelHint} data={[...new Set([STABLE, ...model.channels.map(({ name }) => name)])]} value={channel} onChange={(value) => setChannel(value.trim())} />
    </ActionDialog>
  );
}

export function DeprecateDialog({ model, version: { version, deprecation }, onClose }: VersionDialogProps) {
  const { manage } = useStrings();
  const [day, setDay] = useState(() => (deprecation ? deprecation.sunsetAt : new Date(Date.now() + NOTICE_DAYS * DAY_MS).toISOString()).slice(0, 10));
  const [successor, setSuccessor] = useState<string | null>(deprecation?.successor ?? null);
  const others = model.versions.filter((other) => other.state === 'READY' && other.version !== version).map((other) => other.version);
  // The day that is named is the last one on which it answers.
  const sunsetAt = day === '' ? '' : `${day}T23:59:59.000Z`;
  return (
    <ActionDialog modelRef={model.ref} title={manage.deprecateTitle(version)} text={manage.deprecateText} verb={manage.deprecate} danger document={DeprecateVersionDocument} input={{ model: model.name, version, sunsetAt, successor }} onClose={onClose}>
      <TextInput type="date" label={manage.sunset} min={new Date().toISOString().slice(0, 10)} required value={day} onChange={({ currentTarget }) => setDay(currentTarget.value)} />
      <Select label={manage.successorLabel} data={others} value={successor} clearable placeholder={manage.none} onChange={setSuccessor} />
    </ActionDialog>
  );
}

export function RestoreDialog({ model, version: { version }, onClose }: VersionDialogProps) {
  const { manage } = useStrings();
  return <ActionDialog modelRef={model.ref} title={manage.restoreTitle(version)} text={manage.restoreText} verb={manage.restore} reasoned={false} document={RestoreVersionDocument} input={{ model: model.name, version }} onClose={onClose} />;
}
