import { Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { Confirm } from '../../components/actions/confirm';
import { SafeText } from '../../components/safe-text';
import { RotateKeyDocument, type KeyFieldsFragment, type RotateKeyMutation } from '../../generated/documents';
import { useSend } from '../../server/use-send';
import { useStrings } from '../../strings';

/** How long the old key goes on working, in hours. */
const OVERLAPS = [0, 1, 24, 168, 720] as const;

interface RotateKeyProps {
  readonly apiKey: KeyFieldsFragment;
  readonly close: () => void;
  readonly made: (key: RotateKeyMutation['rotateApiKey']) => void;
}

export function RotateKey({ apiKey, close, made }: RotateKeyProps) {
  const { keys } = useStrings();
  const { organization = '' } = useParams();
  const [hours, setHours] = useState('24');
  const { mutate, isPending, error } = useSend(RotateKeyDocument, { changes: [['keys', organization]], done: ({ rotateApiKey }) => made(rotateApiKey) });
  const rotate = () => mutate({ input: { id: apiKey.id, overlapHours: Number(hours) } });

  return (
    <Confirm opened title={keys.rotateTitle} verb={keys.rotate} busy={isPending} error={error} onConfirm={rotate} onClose={close}>
      <Stack>
        <Text>
          <SafeText text={apiKey.name} />: {keys.rotateText}
        </Text>
        <Select
          label={keys.overlap}
          data={OVERLAPS.map((overlap) => ({ value: String(overlap), label: keys.overlaps[overlap] }))}
          value={hours}
          onChange={(value) => setHours(value ?? '24')}
          allowDeselect={false}
        />
      </Stack>
    </Confirm>
  );
}
