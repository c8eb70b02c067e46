import { Button, Group, Image, Text, UnstyledButton } from '@mantine/core';
import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { cleanText } from '../../../components/clean-text';
import { Failure } from '../../../components/failure';
import { SafeText } from '../../../components/safe-text';
import { useStrings } from '../../../strings';
import type { ModelVersion } from '../model';
import type { Draft } from './draft';
import { imageAddress } from './image/image-type';
import classes from './playground.module.css';
import { fileOf, loadSampleFile, resolveSample, samplesOf, type Sample } from './samples';

/** A file of a version never changes. */
const sampleFileQuery = (versionRef: string, path: string) => ({
  queryKey: ['sample-file', versionRef, path],
  queryFn: ({ signal }: { signal: AbortSignal }) => loadSampleFile(versionRef, path, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** The sample as a draft, its files loaded once. */
export function loadSample(queries: QueryClient, versionRef: string, sample: Sample) {
  return resolveSample(sample, (path) => queries.fetchQuery(sampleFileQuery(versionRef, path)));
}

/** The provider's examples, one click away; those with an image show it. */
export function SamplePicker({ version, imageField, draft }: { version: ModelVersion; imageField: string | undefined; draft: Draft }) {
  const { playground } = useStrings().model;
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const samples = samplesOf(version.samples);
  if (samples.length === 0) return null;

  const use = (sample: Sample) => {
    setError(undefined);
    loadSample(queries, version.ref, sample).then(draft.replace, setError);
  };
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id="playground-samples">
        {playground.samples}
      </Text>
      <Group gap="xs" role="group" aria-labelledby="playground-samples">
        {samples.map((sample) => {
          const path = imageField === undefined ? undefined : fileOf(sample.input[imageField]);
          const pick = () => use(sample);
          return path === undefined ? (
            <Button key={sample.name} variant="default" size="xs" maw="100%" onClick={pick}>
              <SafeText text={sample.name} lines={1} />
            </Button>
          ) : (
            <Thumbnail key={sample.name} versionRef={version.ref} path={path} name={sample.name} onPick={pick} />
          );
        })}
      </Group>
      {error !== undefined && <Failure error={error} />}
    </div>
  );
}

function Thumbnail({ versionRef, path, name, onPick }: { versionRef: string; path: string; name: string; onPick: () => void }) {
  const { playground } = useStrings().model;
  const { data } = useQuery(sampleFileQuery(versionRef, path));
  const label = playground.useSample(cleanText(name));
  return (
    <UnstyledButton className={classes.thumbnail} onClick={onPick} aria-label={label} title={label}>
      <Image src={data === undefined ? undefined : imageAddress(data)} alt="" w={48} h={48} fit="contain" />
    </UnstyledButton>
  );
}
