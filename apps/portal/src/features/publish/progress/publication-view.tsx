import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { Link } from 'react-router';
import { EmptyState } from '../../../components/empty-state';
import { Failure } from '../../../components/failure';
import { SafeText } from '../../../components/safe-text';
import { Waiting } from '../../../components/waiting';
import { useSession } from '../../../server/session';
import { useStrings } from '../../../strings';
import { StageList } from './stage-list';
import { stagesOf } from './stages';
import { usePublication, type Publication } from './use-publication';

interface PublicationViewProps {
  readonly id: string;
  readonly onAnother: () => void;
  /** Told how it stands, as soon as that is known. */
  readonly onStatus: (status: Publication['status']) => void;
}

/** One publication: its stages as they go, and how it ended. */
export function PublicationView({ id, onAnother, onStatus }: PublicationViewProps) {
  const { publish } = useStrings();
  const { publication, events, error, again } = usePublication(id);
  const heading = useRef<HTMLHeadingElement>(null);
  const status = publication?.status;
  const known = publication != null;
  useEffect(() => {
    if (known) heading.current?.focus();
  }, [known]);
  useEffect(() => {
    if (status) onStatus(status);
  }, [status, onStatus]);

  if (publication === null) {
    return (
      <EmptyState title={publish.noPublication}>
        <Button onClick={onAnother}>{publish.title}</Button>
      </EmptyState>
    );
  }
  if (!publication) return error ? <Failure error={error} retry={again} /> : <Waiting />;
  const ref = `${publication.model}@${publication.version}`;
  return (
    <Paper withBorder p="md" mb="lg" data-testid="publication" data-status={publication.status}>
      <Stack gap="sm">
        <Title order={2} size="h4" ref={heading} tabIndex={-1}>
          <SafeText text={publication.dryRun ? publish.dryRunOf(ref) : publish.publication(ref)} />
        </Title>
        <StageList stages={stagesOf(events, publication.dryRun)} />
        {publication.status !== 'RUNNING' && <Outcome publication={publication} name={ref} onAnother={onAnother} />}
      </Stack>
    </Paper>
  );
}

interface RecordedError {
  readonly code?: string;
  readonly message?: string;
  readonly fix?: string;
  readonly details?: { readonly sameContent?: boolean };
}

function Outcome({ publication, name, onAnother }: { publication: Publication; name: string; onAnother: () => void }) {
  const { publish } = useStrings();
  const error = publication.error as RecordedError | null;
  const unchanged = error?.code === 'CATALOG.VERSION_EXISTS' && error.details?.sameContent === true;
  if (publication.status === 'SUCCEEDED') {
    return (
      <Result color="green" title={publication.dryRun ? publish.doneDry(name) : publish.doneTitle(name)}>
        {!publication.dryRun && <ModelLinks model={publication.model} />}
        <Button variant="default" onClick={onAnother}>
          {publication.dryRun ? publish.back : publish.another}
        </Button>
      </Result>
    );
  }
  if (unchanged) {
    return (
      <Result color="blue" title={publish.unchangedTitle(name)}>
        <ModelLinks model={publication.model} />
      </Result>
    );
  }
  return (
    <Alert color="red" variant="light" role="alert" title={<SafeText text={publish.failedTitle(name)} />}>
      <Stack gap="xs">
        <Text size="sm">
          <SafeText text={error?.message ?? ''} />
        </Text>
        {error?.fix !== undefined && <Text size="sm">{error.fix}</Text>}
        <Text size="sm">{publish.failedHint}</Text>
        {error?.code !== undefined && (
          <Text size="xs" ff="monospace">
            {error.code}
          </Text>
        )}
      </Stack>
    </Alert>
  );
}

function Result({ color, title, children }: { color: string; title: string; children: ReactNode }) {
  return (
    <Alert color={color} variant="light" role="status" title={<SafeText text={title} />}>
      <Group gap="sm">{children}</Group>
    </Alert>
  );
}

function ModelLinks({ model }: { model: string }) {
  const { publish } = useStrings();
  const owner = useSession().membership?.organization.handle;
  return (
    <>
      <Button component={Link} to={`/models/${owner}/${model}`}>
        {publish.openModel}
      </Button>
      <Button component={Link} to={`/org/${owner}/models/${model}`} variant="default">
        {publish.manageModel}
      </Button>
    </>
  );
}
