import type { Item } from '@steelyard/runtime-kit';
import { assertAnswer } from './assert-answer.js';
import { withModel } from './fixture.js';
import { runContext } from './run-context.js';
import type { RuntimeSuite } from './suite.js';

/** Runs that go on at the same time. */
export function describeContinuous({ runtime, fixture, it }: RuntimeSuite): void {
  const { items, expected, tolerance = 1e-5 } = fixture;

  it('answers several runs at once as it answers them one by one', () =>
    withModel(runtime, fixture, async (model) => {
      const twice = [...items.entries(), ...items.entries()];
      const answers = await Promise.all(twice.map(([, item]) => model.run([item], runContext())));
      for (const [position, [index]] of twice.entries()) assertAnswer(answers[position]?.[0], expected[index] as Item, tolerance);
    }));

  it('ends one of them without touching the others', () =>
    withModel(runtime, fixture, async (model) => {
      const leaver = new AbortController();
      const left = model.run(items.slice(0, 1), runContext(leaver.signal)).catch(() => undefined);
      const others = items.map((item) => model.run([item], runContext()));
      leaver.abort();
      for (const [index, [answer]] of (await Promise.all(others)).entries()) assertAnswer(answer, expected[index] as Item, tolerance);
      await left;
    }));
}
