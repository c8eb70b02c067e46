import { Button, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';
import { SteelyardError } from '@steelyard/client';
import { Caution } from '../../components/caution';
import { cleanText } from '../../components/clean-text';
import { EmptyState } from '../../components/empty-state';
import { Failure } from '../../components/failure';
import { SafeText } from '../../components/safe-text';
import { ModelDocument, ModelVersionDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { signInAddress, useSession } from '../../server/session';
import { useStrings } from '../../strings';
import { ModelHeader } from './about/model-header';
import type { Model } from './model';
import { ModelTabs } from './model-tabs';

/** How long live figures on the screen may be behind the server's. */
const FIGURES_EVERY_MS = 30_000;

/** A model, as of the version in the address, else of the one that is shown by default. */
export function ModelPage() {
  const { owner = '', name = '' } = useParams();
  const ref = `${owner}/${name}`;
  const { membership } = useSession();
  const model = useQuery({
    queryKey: ['model', membership?.organization.id, ref],
    queryFn: ({ signal }) => ask(ModelDocument, { ref }, signal),
    refetchInterval: FIGURES_EVERY_MS,
  });

  if (model.data?.model) return <FoundModel key={ref} model={model.data.model} />;
  if (model.error && !isMissing(model.error)) return <Failure error={model.error} retry={() => void model.refetch()} />;
  if (model.isPending) return <ModelWaiting />;
  return <ModelMissing modelRef={ref} />;
}

function FoundModel({ model }: { model: Model }) {
  const { model: strings } = useStrings();
  const { membership } = useSession();
  const [params] = useSearchParams();
  const wanted = params.get('version') ?? model.shown?.version;
  const isTakenDown = model.takedown != null && model.takedown.decision !== 'RESTORED';
  const version = useQuery({
    queryKey: ['model-version', membership?.organization.id, model.ref, wanted],
    queryFn: ({ signal }) => ask(ModelVersionDocument, { ref: `${model.ref}@${wanted}` }, signal),
    enabled: wanted !== undefined && !isTakenDown,
    // What a version is never changes; its price and its end may.
    staleTime: 60_000,
  });
  const shown = version.data?.modelVersion;

  return (
    <Stack gap="lg">
      <ModelHeader model={model} version={shown} wanted={wanted} />
      {isTakenDown && (
        <Caution title={strings.takenDown}>
          <SafeText text={model.takedown!.reason} />
        </Caution>
      )}
      {wanted === undefined && <EmptyState title={strings.noVersion} />}
      {version.isLoading && <Skeleton height={320} />}
      {version.error && isMissing(version.error) && (
        <EmptyState title={strings.versionMissing(wanted ?? '')}>
          <Button component={Link} to="?" variant="default">
            {strings.toShown}
          </Button>
        </EmptyState>
      )}
      {version.error && !isMissing(version.error) && <Failure error={version.error} retry={() => void version.refetch()} />}
      {/* Another version starts from nothing: an input may not fit it. */}
      {shown && <ModelTabs key={shown.id} model={model} version={shown} />}
    </Stack>
  );
}

function ModelMissing({ modelRef }: { modelRef: string }) {
  const { model, shell } = useStrings();
  const { person } = useSession();
  return (
    <EmptyState title={model.missingTitle} text={model.missingText(cleanText(modelRef))}>
      {!person && (
        <Button component="a" href={signInAddress()} variant="default">
          {shell.signIn}
        </Button>
      )}
      <Button component={Link} to="/">
        {shell.toCatalog}
      </Button>
    </EmptyState>
  );
}

function ModelWaiting() {
  return (
    <Stack gap="lg" aria-hidden>
      <Skeleton height={36} width="40%" />
      <Skeleton height={88} />
      <Skeleton height={320} />
    </Stack>
  );
}

/** A name that cannot be one is as missing as one that nobody has. */
function isMissing(error: unknown): boolean {
  return error instanceof SteelyardError && (error.kind === 'not-found' || error.code.endsWith('REF_INVALID'));
}
