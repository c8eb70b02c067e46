import { Button, Checkbox, Group, Modal, Radio, Select, Stack, TextInput } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useParams } from 'react-router';
import { fieldError, FormError, type FieldOfCode } from '../../components/form-error';
import { MakeKeyDocument, type MakeKeyMutation } from '../../generated/documents';
import { useSession } from '../../server/session';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';
import { EXPIRIES, expiryAt, type Expiry } from './expiry';
import { KeyBounds, UNBOUNDED } from './key-bounds';
import { canBeForSome, PRESETS, type Preset } from './presets';

const FIELDS: FieldOfCode<'name' | 'scopes' | 'expiresAt' | 'models' | 'perMinute'> = {
  'IDENTITY.NAME_INVALID': 'name',
  'IDENTITY.SCOPES_INVALID': 'scopes',
  'IDENTITY.SCOPES_NOT_HELD': 'scopes',
  'IDENTITY.EXPIRY_PAST': 'expiresAt',
  'IDENTITY.MODELS_UNKNOWN': 'models',
  'IDENTITY.MODELS_TOO_MANY': 'models',
  'IDENTITY.SCOPES_BEYOND_MODELS': 'models',
  'IDENTITY.RATE_INVALID': 'perMinute',
};

interface MakeKeyProps {
  readonly close: () => void;
  readonly made: (key: MakeKeyMutation['createApiKey']) => void;
}

/** Names a key, says what it may do and how long. Nobody can give a key what they may not do themselves. */
export function MakeKey({ close, made }: MakeKeyProps) {
  const { keys, shell } = useStrings();
  const { organization = '' } = useParams();
  const { membership } = useSession();
  const held = membership?.permissions ?? [];
  const presets = (Object.keys(PRESETS) as Preset[]).filter((preset) => PRESETS[preset].every((scope) => held.includes(scope)));
  const [name, setName] = useState('');
  const [preset, setPreset] = useState<string>(presets[0] ?? 'own');
  const [own, setOwn] = useState<string[]>([]);
  const [expiry, setExpiry] = useState<Expiry>('days90');
  const [bounds, setBounds] = useState(UNBOUNDED);
  const scopes = preset === 'own' ? own : PRESETS[preset as Preset];
  const bound = !canBeForSome(scopes) ? 'all' : preset === 'ci' ? 'must' : 'may';
  const models = bound === 'all' ? [] : bounds.models;
  const { mutate, isPending, error } = useSend(MakeKeyDocument, {
    changes: [['keys', organization], ['home', organization]],
    done: ({ createApiKey }) => made(createApiKey),
  });

  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const requestsPerMinute = typeof bounds.perMinute === 'number' ? bounds.perMinute : null;
    mutate({ input: { name, scopes: [...scopes], models, requestsPerMinute, expiresAt: expiryAt(expiry) } });
  };
  return (
    <Modal opened onClose={close} title={keys.make} size="lg" closeButtonProps={{ 'aria-label': shell.close }}>
      <Stack component="form" onSubmit={send}>
        <TextInput
          label={keys.name}
          description={keys.nameText}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={fieldError(error, FIELDS, 'name')}
          maxLength={100}
          autoComplete="off"
          required
          data-autofocus
        />
        <Radio.Group label={keys.may} value={preset} onChange={setPreset} error={fieldError(error, FIELDS, 'scopes')}>
          <Stack gap="xs" mt="xs">
            {presets.map((name) => (
              <Radio key={name} value={name} label={keys.presets[name].label} description={keys.presets[name].text} />
            ))}
            <Radio value="own" label={keys.presets.own.label} description={keys.presets.own.text} />
          </Stack>
        </Radio.Group>
        {preset === 'own' && (
          <Checkbox.Group label={keys.scopes} value={own} onChange={setOwn} ml="xl">
            <Stack gap="xs" mt="xs">
              {held.map((scope) => (
                <Checkbox key={scope} value={scope} label={scope} description={(keys.scopeTexts as Record<string, string>)[scope]} />
              ))}
            </Stack>
          </Checkbox.Group>
        )}
        <KeyBounds
          bounds={bounds}
          change={(change) => setBounds({ ...bounds, ...change })}
          models={bound}
          errors={{ models: fieldError(error, FIELDS, 'models'), perMinute: fieldError(error, FIELDS, 'perMinute') }}
        />
        <Select
          label={keys.expiry}
          data={EXPIRIES.map((value) => ({ value, label: keys.expiries[value] }))}
          value={expiry}
          onChange={(value) => setExpiry(value as Expiry)}
          allowDeselect={false}
          error={fieldError(error, FIELDS, 'expiresAt')}
          maw={260}
        />
        <FormError error={error} fields={FIELDS} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {shell.cancel}
          </Button>
          <Button type="submit" loading={isPending} disabled={name.trim() === '' || scopes.length === 0 || (bound === 'must' && models.length === 0)}>
            {keys.make}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
