import { Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useParams } from 'react-router';
import { FormError } from '../../components/form-error';
import { PrivacyKeysDocument, SetPrivacyPolicyDocument, type PersonalDataKind, type PolicyFieldsFragment, type PrivacyScope } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { KINDS, retentionText, subjectOf } from './policy-text';

const SCOPES = ['ORGANIZATION', 'KEY', 'MODEL'] as const satisfies readonly PrivacyScope[];
const HOURS = [null, 0, 24, 7 * 24, 30 * 24, 90 * 24, 365 * 24] as const;

/** Sets a policy: a new one, or what one that is there says. */
export function SetPolicy({ policy, close }: { policy: PolicyFieldsFragment | undefined; close: () => void }) {
  const { privacy: strings, shell } = useStrings();
  const { organization = '' } = useParams();
  const [scope, setScope] = useState<PrivacyScope>(policy?.scope ?? 'ORGANIZATION');
  const [keyId, setKeyId] = useState(policy?.key?.id ?? '');
  const [model, setModel] = useState(policy?.model?.ref ?? '');
  const [mask, setMask] = useState<readonly PersonalDataKind[]>(policy?.mask ?? []);
  const [block, setBlock] = useState<readonly PersonalDataKind[]>(policy?.block ?? []);
  const [hours, setHours] = useState(policy?.retentionHours ?? null);
  const { mutate, isPending, error } = useSend(SetPrivacyPolicyDocument, { changes: [['privacy', organization]], done: close });
  const { data } = useQuery({ queryKey: ['keys', organization, 'privacy'], queryFn: ({ signal }) => ask(PrivacyKeysDocument, undefined, signal), enabled: !policy && scope === 'KEY' });
  const keys = (data?.apiKeys ?? []).filter(({ revokedAt }) => revokedAt == null).map(({ id, name }) => ({ value: id, label: `${name} (${id})` }));
  const kinds = KINDS.map((value) => ({ value, label: strings.kinds[value] }));
  const times = [...new Set([...HOURS, hours])].map((value) => ({ value: String(value), label: retentionText(value, strings) }));

  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const subject = policy ? subjectOf(policy) : { ...(scope === 'KEY' && { keyId }), ...(scope === 'MODEL' && { model: model.trim() }) };
    mutate({ input: { ...subject, mask: [...mask], block: [...block], ...(scope !== 'MODEL' && { retentionHours: hours }) } });
  };
  return (
    <Modal opened onClose={close} title={strings.set} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        {!policy && <Select label={strings.whose} data={SCOPES.map((value) => ({ value, label: strings.scopeNames[value] }))} value={scope} onChange={(value) => setScope(value as PrivacyScope)} allowDeselect={false} maw={320} />}
        {!policy && scope === 'KEY' && <Select label={strings.key} data={keys} value={keyId || null} onChange={(value) => setKeyId(value ?? '')} searchable required />}
        {!policy && scope === 'MODEL' && <TextInput label={strings.model} description={strings.modelText} placeholder="owner/name" value={model} onChange={({ currentTarget }) => setModel(currentTarget.value)} autoComplete="off" required />}
        <MultiSelect label={strings.masked} description={strings.maskText} data={kinds} value={[...mask]} onChange={(value) => setMask(value)} />
        <MultiSelect label={strings.refused} description={strings.blockText} data={kinds} value={[...block]} onChange={(value) => setBlock(value)} />
        {scope !== 'MODEL' && <Select label={strings.kept} description={strings.keptText} data={times} value={String(hours)} onChange={(value) => setHours(value === 'null' ? null : Number(value))} allowDeselect={false} maw={480} />}
        <FormError error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending}>
            {strings.save}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
