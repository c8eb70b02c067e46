import type { Dispatch } from '@steelyard/dispatch';
import { AppError } from '@steelyard/kernel';
import { compileSchema, matchesExpected, type Manifest, type Problem } from '@steelyard/model-package';
import { decodeValue, encodeValue, type LoadedHeader } from '@steelyard/wire';
import { publishingErrors } from '../errors.js';
import type { SampleResult } from '../publication.js';
import { StageFailure, type StageRecorder } from '../stage-recorder.js';
import type { PreparedSample } from './package-contents.js';
import type { Quarantined } from './scan-package.js';

type TrialAnswer = Awaited<ReturnType<Dispatch['trial']>>['answers'][number];

export interface TriedOut {
  readonly loaded: LoadedHeader;
  /** Of every run but the first of each sample, which warms up; of that one where there was no time for more. */
  readonly latenciesMs: readonly number[];
  readonly memoryBytes: number;
  /** Of the process, before the load. */
  readonly startMs: number;
  readonly streams: boolean;
}

/** Each sample is run again until there are about so many runs to measure, or the engine has no more time for them. */
const MEASURED_RUNS = 20;

/**
 * Loads the model in quarantine and runs every sample; stages `loaded` and `samples-run`. The samples run again in the
 * same process, for the stage that measures.
 * @throws what the engine throws, and `PUBLISHING.SAMPLES_FAILED` in a `StageFailure` that lists every sample.
 */
export async function trySamples(model: Quarantined, samples: readonly PreparedSample[], { dispatch, recorder }: { dispatch: Dispatch; recorder: StageRecorder }): Promise<TriedOut> {
  const { manifest } = model;
  await recorder.start('loaded', 'Loading the model in quarantine');
  const inputs = samples.map(({ input }) => encodeValue(input));
  const rounds = 1 + Math.ceil(MEASURED_RUNS / samples.length);
  // Events are written one after the other while the trial goes on.
  let written = Promise.resolve();
  const onLoaded = (loaded: LoadedHeader): void => {
    written = written.then(async () => {
      await recorder.succeed(`loaded on ${loaded.device} in ${Math.round(loaded.loadMs)} ms`, { ...loaded });
      await recorder.start('samples-run', `Running ${samples.length} samples`);
    });
    // Awaited below; until then a failure must not count as unhandled.
    written.catch(() => undefined);
  };
  const trial = dispatch.trial(model, inputs, rounds, onLoaded);
  const [outcome] = await Promise.allSettled([trial]);
  await written;
  if (outcome.status === 'rejected') throw outcome.reason;
  const { answers, loaded, memoryBytes, startMs, streams } = outcome.value;
  const results = resultsOf(samples, answers, manifest);
  const failed = results.filter((result) => !result.passed).length;
  if (failed > 0) throw new StageFailure(publishingErrors.SAMPLES_FAILED({ failed, total: results.length }), { samples: results });
  await recorder.succeed(`${results.length} of ${results.length} samples passed`, { samples: results });
  const measured = answers.length > samples.length ? answers.slice(samples.length) : answers;
  const latenciesMs = measured.flatMap((answer) => (answer.ok ? [answer.latencyMs] : []));
  return { loaded, latenciesMs, memoryBytes, startMs, streams };
}

/** A sample passes when every one of its runs does; the first run that does not is shown. */
function resultsOf(samples: readonly PreparedSample[], answers: readonly TrialAnswer[], manifest: Manifest): SampleResult[] {
  const validateOutput = compileSchema(manifest.output);
  return samples.map(({ sample }, index) => {
    const runs = answers.filter((_answer, position) => position % samples.length === index);
    const first = runs[0];
    let problems: Problem[] = first ? [] : [{ path: '', message: 'there was no answer' }];
    for (const answer of runs) {
      if (problems.length > 0) break;
      problems = problemsOf(answer, (output) => [...validateOutput(output), ...matchesExpected(output, sample.expected, sample.tolerance)]);
    }
    return { name: sample.name, passed: problems.length === 0, problems, latencyMs: first?.ok ? first.latencyMs : null };
  });
}

function problemsOf(answer: TrialAnswer, check: (output: unknown) => Problem[]): Problem[] {
  if (answer.ok) return check(decodeValue(answer.output));
  const { error } = answer;
  return [{ path: '', message: error instanceof AppError ? `${error.code}: ${error.message}` : 'the run failed' }];
}
