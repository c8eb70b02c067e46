import assert from 'node:assert/strict';
import type { Item, LoadedModel } from '@steelyard/runtime-kit';
import { assertAnswer } from './assert-answer.js';
import { withModel } from './fixture.js';
import type { StreamFixture } from './fixture.js';
import { PartReader } from './part-reader.js';
import type { PartReaderOptions } from './part-reader.js';
import { runContext } from './run-context.js';
import type { RuntimeSuite } from './suite.js';

const PARTS_AFTER_MAX = 2;
const LONG_PARTS_MIN = 20;

/** Answers in parts: they make up the answer, wait for their reader, and end with it. */
export function describeStreaming({ runtime, fixture, it }: RuntimeSuite): void {
  const withStream = (use: (model: LoadedModel, stream: StreamFixture) => Promise<void>): Promise<void> => {
    const { stream } = fixture;
    assert.ok(stream, 'a streaming runtime needs stream in its fixture');
    assert.ok(stream.long.partsMin >= LONG_PARTS_MIN, `the long answer needs ${LONG_PARTS_MIN} parts or more`);
    return withModel(runtime, { ...fixture, options: stream.options ?? fixture.options ?? {} }, (model) => use(model, stream));
  };

  it('hands out parts that make up the answer', () =>
    withStream(async (model, stream) => {
      const { item } = stream;
      const { answer, reader } = await readParts(model, item);
      assert.ok(reader.parts.length >= 2, `there were ${reader.parts.length} parts`);
      assert.deepEqual(JSON.parse(JSON.stringify(reader.parts)), reader.parts, 'a part is no JSON value');
      assertJoined(stream, reader.partsOf(0), answer, fixture.tolerance ?? 0);
      const [whole] = await model.run([item], runContext());
      assertJoined(stream, reader.partsOf(0), whole, fixture.tolerance ?? 0);
    }));

  it('says of each part whose it is', () =>
    withStream(async (model, stream) => {
      const { batching, continuous } = runtime.capabilities;
      if (!batching || continuous) return;
      const reader = new PartReader();
      const answers = await model.run([stream.item, stream.long.item], reader);
      for (const [index, answer] of answers.entries()) assertJoined(stream, reader.partsOf(index), answer, fixture.tolerance ?? 0);
    }));

  it('goes no further than its reader', () =>
    withStream(async (model, { long, partsAfterMax = PARTS_AFTER_MAX }) => {
      const reader = new PartReader({ holdAt: 2 });
      const run = model.run([long.item], reader);
      const sent = await Promise.race([reader.heldUp(), run.then(() => Infinity)]);
      assert.ok(sent <= 2 + partsAfterMax, `${sent === Infinity ? 'all' : sent} parts came to a reader that had stopped at the second`);
      reader.release();
      const [answer] = await run;
      if (answer instanceof Error) throw answer;
      assert.ok(reader.parts.length >= long.partsMin, `there were ${reader.parts.length} parts in the end`);
    }));

  it('stops when its reader leaves, and runs on for others', () =>
    withStream(async (model, { item, long, partsAfterMax = PARTS_AFTER_MAX, join }) => {
      const { reader } = await readParts(model, long.item, { leaveAt: 2 });
      assert.ok(reader.parts.length <= 2 + partsAfterMax, `${reader.parts.length} parts came to a reader that left at the second`);
      const next = await readParts(model, item);
      assertJoined({ join }, next.reader.partsOf(0), next.answer, fixture.tolerance ?? 0);
    }));
}

/** A run that is cut short may give what it has, or fail. */
async function readParts(model: LoadedModel, item: Item, options: PartReaderOptions = {}): Promise<{ answer: Item | Error | undefined; reader: PartReader }> {
  const reader = new PartReader(options);
  const [answer] = await model.run([item], reader).catch((error: Error) => [error]);
  return { answer, reader };
}

function assertJoined({ join }: Pick<StreamFixture, 'join'>, parts: readonly unknown[], answer: Item | Error | undefined, tolerance: number): void {
  if (answer instanceof Error) throw answer;
  const joined = join(parts);
  assert.ok(Object.keys(joined).length > 0, 'the joined parts are empty');
  assertAnswer(Object.fromEntries(Object.keys(joined).map((name) => [name, answer?.[name]])), joined, tolerance);
}
