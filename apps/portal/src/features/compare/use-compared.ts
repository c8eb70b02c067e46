import { useQueries } from '@tanstack/react-query';
import { SteelyardError } from '@steelyard/client';
import { ModelDocument, ModelVersionDocument } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';
import { refToCall, type Model, type ModelVersion } from '../model/model';

/** A model that is compared, as of one of its versions. */
export interface Compared {
  /** As in the address. */
  readonly ref: string;
  readonly model: Model;
  readonly version: ModelVersion;
  readonly callRef: string;
}

export interface ComparedModels {
  readonly waiting: boolean;
  /** Found, and for the same task as the first. */
  readonly compared: readonly Compared[];
  readonly otherTask: readonly Compared[];
  readonly missing: readonly string[];
  readonly error: Error | undefined;
}

/** The models behind the refs. */
export function useCompared(refs: readonly string[]): ComparedModels {
  const { membership } = useSession();
  const viewer = membership?.organization.id;
  const answers = useQueries({
    queries: refs.map((ref) => ({
      queryKey: ['compared', viewer, ref],
      queryFn: ({ signal }: { signal: AbortSignal }) => load(ref, signal),
      staleTime: 60_000,
    })),
  });
  const found = answers.flatMap(({ data }) => data ?? []);
  const task = found[0]?.model.task;
  return {
    waiting: answers.some(({ isPending }) => isPending),
    compared: found.filter(({ model }) => model.task === task),
    otherTask: found.filter(({ model }) => model.task !== task),
    missing: refs.filter((_ref, at) => answers[at]?.data === null),
    error: answers.find(({ error }) => error)?.error ?? undefined,
  };
}

/** Null where there is no such model for whoever looks, or none of its versions is ready. */
async function load(ref: string, signal: AbortSignal): Promise<Compared | null> {
  const [name = '', wanted] = ref.split('@');
  try {
    const { model } = await ask(ModelDocument, { ref: name }, signal);
    const version = wanted ?? model?.shown?.version;
    if (!model || version === undefined) return null;
    const { modelVersion } = await ask(ModelVersionDocument, { ref: `${name}@${version}` }, signal);
    return { ref, model, version: modelVersion, callRef: refToCall(model, modelVersion, wanted !== undefined) };
  } catch (error) {
    if (error instanceof SteelyardError && (error.kind === 'not-found' || error.code.endsWith('REF_INVALID'))) return null;
    throw error;
  }
}
