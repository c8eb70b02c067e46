import { runtimeErrors } from '@steelyard/runtime-kit';
import type { PreTrainedModel, Tensor } from '@huggingface/transformers';
import { asRunError } from './run-error.js';
import type { RunOutputs } from './tasks.js';
import { groupByTokens } from './token-groups.js';
import type { TransformersLibrary } from './transformers-library.js';

export interface RowRunnerOptions {
  readonly library: TransformersLibrary;
  readonly model: PreTrainedModel;
  readonly padId: number;
  /** How many tokens, padding included, go through the model at once. */
  readonly tokensPerRun: number;
}

/** Rows of ids through an encoder: those of similar length together, padded and masked. */
export class RowRunner<Answer> {
  readonly #options: RowRunnerOptions;
  readonly #answerer: (run: RunOutputs) => Answer[];

  /** @param answerer Makes one answer for each row of a run. */
  constructor(options: RowRunnerOptions, answerer: (run: RunOutputs) => Answer[]) {
    this.#options = options;
    this.#answerer = answerer;
  }

  /** Gives an answer or an error for each row, in their order. Rejects only when nobody waits any more. */
  async run(rows: readonly (readonly number[])[], signal: AbortSignal): Promise<readonly (Answer | Error)[]> {
    const answers: (Answer | Error)[] = [];
    const groups = groupByTokens(rows.map((ids) => ids.length), this.#options.tokensPerRun);
    for (const [turn, group] of groups.entries()) {
      // A run blocks the process: without a turn of the event loop no abort could ever be seen.
      if (turn > 0) await new Promise(setImmediate);
      signal.throwIfAborted();
      const results = await this.#runGroup(group.map((row) => rows[row] as readonly number[]));
      for (const [position, row] of group.entries()) answers[row] = results[position] as Answer | Error;
    }
    return answers;
  }

  async close(): Promise<void> {
    await this.#options.model.dispose();
  }

  /** When a batch fails, its rows run alone: an id that the model has no embedding for is not the neighbours' fault. */
  async #runGroup(rows: readonly (readonly number[])[]): Promise<readonly (Answer | Error)[]> {
    try {
      return await this.#runPadded(rows);
    } catch (error) {
      if (rows.length === 1) return [asRunError(error)];
      const alone: (Answer | Error)[] = [];
      for (const row of rows) alone.push(...(await this.#runGroup([row])));
      return alone;
    }
  }

  async #runPadded(rows: readonly (readonly number[])[]): Promise<Answer[]> {
    const { library, model, padId } = this.#options;
    const length = Math.max(...rows.map((ids) => ids.length));
    const ids = new BigInt64Array(rows.length * length).fill(BigInt(padId));
    const mask = new BigInt64Array(ids.length);
    for (const [row, text] of rows.entries()) {
      ids.set(text.map(BigInt), row * length);
      mask.fill(1n, row * length, row * length + text.length);
    }
    const shape = [rows.length, length];
    const outputs = (await model({
      input_ids: new library.Tensor('int64', ids, shape),
      attention_mask: new library.Tensor('int64', mask, shape),
    })) as Record<string, Tensor>;
    const answers = this.#answerer({ outputs, mask });
    if (answers.length !== rows.length) {
      throw runtimeErrors.OUTPUT_INVALID({ field: Object.keys(outputs).join(', '), reason: `it has ${answers.length} rows for ${rows.length} texts` });
    }
    return answers;
  }
}
