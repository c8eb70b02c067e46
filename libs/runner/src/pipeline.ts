import type { Manifest } from '@steelyard/model-package';
import type { Item } from '@steelyard/runtime-kit';
import { isTensor } from '@steelyard/wire';
import { inputErrors } from '@steelyard/runtime-kit';
import { compileReaders } from './input-readers.js';
import { Bag } from './ops/bag.js';
import type { Step } from './ops/bag.js';
import { compilePost, compilePre } from './ops/registry.js';

/** What surrounds the model for one request at a time; compiled once, when the version is loaded. */
export interface Pipeline {
  /** From the decoded input object to what the model takes. Throws `INPUT.*`. */
  readonly before: (input: unknown) => Item | Promise<Item>;
  /** From what the model gave for an item that {@link before} made to the output object. Throws `RUNTIME.OUTPUT_INVALID`. */
  readonly after: (output: Item, item: Item) => Item;
}

/** @throws AppError `RUNTIME.LOAD_FAILED` for an op that cannot work. */
export function compilePipeline(manifest: Manifest): Pipeline {
  const readers = compileReaders(manifest.input);
  const pre = manifest.pre.map(compilePre);
  const post = manifest.post.map(compilePost);
  const outputNames = declaredNames(manifest.output);
  const sentOf = new WeakMap<Item, Pick<Bag, 'images' | 'durations'>>();
  return {
    before(input) {
      const fields = asObject(input);
      if (readers.length === 0 && pre.length === 0) return fields;
      const bag = new Bag(fields);
      for (const read of readers) read(bag);
      const finish = (): Item => {
        const item = Object.fromEntries(bag);
        const { images, durations } = bag;
        if (images.size > 0 || durations.size > 0) sentOf.set(item, { images, durations });
        return item;
      };
      const pending = runSteps(pre, bag);
      return pending ? pending.then(finish) : finish();
    },
    after(output, item) {
      if (post.length === 0) return output;
      const sent = sentOf.get(item);
      const bag = new Bag(output, sent?.images, sent?.durations);
      for (const step of post) step(bag);
      return toOutput(bag, outputNames);
    },
  };
}

/** Stays synchronous as long as the steps are: a batch of table rows costs no promises. */
function runSteps(steps: readonly Step[], bag: Bag, from = 0): Promise<void> | undefined {
  for (let index = from; index < steps.length; index++) {
    const pending = steps[index]?.(bag);
    if (pending) return pending.then(() => runSteps(steps, bag, index + 1));
  }
  return undefined;
}

function asObject(input: unknown): Item {
  if (typeof input !== 'object' || input === null || Array.isArray(input) || ArrayBuffer.isView(input) || isTensor(input)) {
    throw inputErrors.INVALID({ field: '', reason: 'the input is not an object with named fields' });
  }
  return input as Item;
}

/** The fields that the output schema names; undefined where it names none, which lets all pass. */
function declaredNames(output: Manifest['output']): ReadonlySet<string> | undefined {
  const { properties } = output as { properties?: Record<string, unknown> };
  return properties && Object.keys(properties).length > 0 ? new Set(Object.keys(properties)) : undefined;
}

/** Tensors that post ops did not use (a second head of the model) are no part of the answer unless the schema names them. */
function toOutput(bag: Bag, names: ReadonlySet<string> | undefined): Item {
  return Object.fromEntries(names ? [...bag].filter(([name]) => names.has(name)) : bag);
}
