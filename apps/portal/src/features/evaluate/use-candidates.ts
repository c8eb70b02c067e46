import { type Candidate, scorerOf } from '@steelyard/client/evaluation';
import { readTerms } from '@steelyard/kernel/pricing';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { EvaluateModelDocument, EvaluateModelsDocument, EvaluateTasksDocument, type EvaluateModelsQuery, type PriceFragment } from '../../generated/documents';
import { ask } from '../../server/ask';
import { useSession } from '../../server/session';

/** More than these are no longer seen side by side. */
export const MODELS_MAX = 6;

export interface ChosenModel extends Candidate {
  /** The version that every line goes to. */
  readonly pinned: string;
  readonly shownPrice: PriceFragment;
}

export interface Candidates {
  /** Empty: none is chosen yet. */
  readonly task: string;
  /** Tasks whose answers can be measured and that have models. */
  readonly tasks: readonly string[];
  /** What was chosen, known or not yet. */
  readonly refs: readonly string[];
  /** Those of them that are known, and of the task. */
  readonly chosen: readonly ChosenModel[];
  /** Those of them that cannot be compared with the others: of another task, or not there. */
  readonly unfit: readonly string[];
  /** What else there is of the task, as far as what was typed fits. */
  readonly offered: readonly string[];
  readonly error: unknown;
  readonly chooseTask: (task: string) => void;
  readonly chooseModels: (refs: readonly string[]) => void;
}

/** What is compared. It is in the address, so that it can be sent to somebody; an address that names models needs no task. */
export function useCandidates(search: string): Candidates {
  const { membership } = useSession();
  const viewer = membership?.organization.id;
  const [params, setParams] = useSearchParams();
  const refs = params.getAll('model').slice(0, MODELS_MAX);

  const tasks = useQuery({ queryKey: ['evaluate-tasks', viewer], queryFn: ({ signal }) => ask(EvaluateTasksDocument, undefined, signal) });
  const known = useQuery({
    queryKey: ['evaluate-chosen', viewer, refs],
    queryFn: ({ signal }) => Promise.all(refs.map(async (ref) => (await ask(EvaluateModelDocument, { ref }, signal)).model)),
    placeholderData: keepPreviousData,
  });
  const isKnown = known.data !== undefined && !known.isPlaceholderData;
  const models = (known.data ?? []).flatMap((model) => (model && refs.includes(model.ref) ? (candidateOf(model) ?? []) : []));
  const task = params.get('task') ?? models[0]?.task ?? '';
  const offered = useQuery({
    queryKey: ['evaluate-models', viewer, task, search],
    queryFn: ({ signal }) => ask(EvaluateModelsDocument, { task, search: search || undefined }, signal),
    enabled: task !== '',
    placeholderData: keepPreviousData,
  });
  const chosen = models.filter((model) => model.task === task);
  return {
    task,
    tasks: (tasks.data?.modelFacets.tasks ?? []).map(({ value }) => value).filter((value) => scorerOf(value)),
    refs,
    chosen,
    unfit: isKnown ? refs.filter((ref) => !chosen.some((model) => model.ref === ref)) : [],
    offered: (offered.data?.models.nodes ?? []).filter(({ shown }) => shown).map(({ ref }) => ref),
    error: tasks.error ?? known.error ?? offered.error,
    chooseTask: (wanted) => setParams(wanted === '' ? {} : { task: wanted }),
    chooseModels: (wanted) => setParams({ task, model: wanted.slice(0, MODELS_MAX) }),
  };
}

type ListedModel = EvaluateModelsQuery['models']['nodes'][number];

function candidateOf({ ref, task, shown }: ListedModel): ChosenModel | undefined {
  if (!shown) return undefined;
  return { ref, task, pinned: `${ref}@${shown.version}`, shownPrice: shown.price, price: readTerms(shown.price) };
}
