import { Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { PageHeader } from '../../components/page-header';
import { Waiting } from '../../components/waiting';
import { KeysDocument, type KeyFieldsFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useStrings } from '../../strings';
import { KeyRow } from './key-row';
import { works } from './key-state';
import { MakeKey } from './make-key';
import { RevokeKey } from './revoke-key';
import { RotateKey } from './rotate-key';
import { SecretDialog } from './secret-dialog';

type Doing = { what: 'make' } | { what: 'rotate' | 'revoke'; key: KeyFieldsFragment } | { what: 'keep'; secret: string; name: string };

/** The keys by which programs act for the organization. */
export function KeysPage() {
  const { keys: strings } = useStrings();
  const { organization = '' } = useParams();
  const { data, error, refetch } = useQuery({ queryKey: ['keys', organization], queryFn: ({ signal }) => ask(KeysDocument, undefined, signal) });
  const [doing, setDoing] = useState<Doing>();
  const [ended, setEnded] = useState(false);
  const close = () => setDoing(undefined);
  const keep = (made: { secret: string; apiKey: KeyFieldsFragment }) => setDoing({ what: 'keep', secret: made.secret, name: made.apiKey.name });

  const all = data?.apiKeys ?? [];
  const shown = ended ? all : all.filter((key) => works(key));
  const make = <Button onClick={() => setDoing({ what: 'make' })}>{strings.make}</Button>;
  return (
    <>
      <PageHeader title={strings.title} description={strings.text} actions={all.length > 0 && make} />
      {!data && (error ? <Failure error={error} retry={() => void refetch()} /> : <Waiting />)}
      {data && all.length === 0 && (
        <EmptyState title={strings.none} text={strings.noneText}>
          {make}
        </EmptyState>
      )}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {shown.map((key) => (
          <KeyRow key={key.id} apiKey={key} rotate={() => setDoing({ what: 'rotate', key })} revoke={() => setDoing({ what: 'revoke', key })} />
        ))}
      </Stack>
      {all.length > all.filter((key) => works(key)).length && (
        <Button variant="subtle" size="compact-sm" mt="md" onClick={() => setEnded(!ended)} aria-expanded={ended}>
          {ended ? strings.hideEnded : strings.showEnded}
        </Button>
      )}
      {doing?.what === 'make' && <MakeKey close={close} made={keep} />}
      {doing?.what === 'rotate' && <RotateKey apiKey={doing.key} close={close} made={keep} />}
      {doing?.what === 'revoke' && <RevokeKey apiKey={doing.key} close={close} />}
      {doing?.what === 'keep' && <SecretDialog secret={doing.secret} name={doing.name} close={close} />}
    </>
  );
}
