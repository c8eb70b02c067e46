import { expect, it } from '@jest/globals';
import { type Estimate, SteelyardError } from '@steelyard/client';
import type { CommandContext } from '../command-context.js';
import { costOfLines, type Found } from './cost-of-lines.js';

const context = { flags: { json: true }, io: { stderr: { isTTY: false, write: () => true } } } as unknown as CommandContext;
const sold = (name: string, unit: string, amountNano: bigint): Found => ({ ref: `acme/${name}`, pinned: `acme/${name}@1.0.0`, task: 'audio-classification', price: { currency: 'usd', components: [{ unit, amountNano, per: 1n }] } });
const lines = Array.from({ length: 30 }, (_, at) => ({ line: at + 1, input: { seconds: at }, expected: 'yes' }));
const data = { lines, sent: ({ input }: { input: Readonly<Record<string, unknown>> }) => input };

function asking(answer: (seconds: number) => Partial<Estimate>) {
  const asked: [ref: string, deadlineMs: number | undefined][] = [];
  let inFlight = 0;
  let mostInFlight = 0;
  const estimate = async (ref: string, input: { seconds: number }, { deadlineMs }: { deadlineMs?: number } = {}): Promise<Estimate> => {
    asked.push([ref, deadlineMs]);
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    await new Promise((later) => setTimeout(later, 1));
    inFlight -= 1;
    return answer(input.seconds) as Estimate;
  };
  return { asked, client: { estimate } as never, most: () => mostInFlight };
}

const bySecond = (seconds: number) => ({ mostNano: 0n, lines: [{ unit: 'audio_second', least: 0n, most: 0n, leastNano: 0n, mostNano: BigInt(seconds) * 100n }] });

it('asks for every line where the price is not by the call, and for no other', async () => {
  const { asked, client, most } = asking(bySecond);
  const candidates = [sold('calls', 'request', 7n), sold('seconds', 'audio_second', 100n)];
  const costs = await costOfLines(context, { client, candidates, data, flags: { concurrency: 4, deadline: 500 } });
  // The free units that cover each call do not cover all.
  expect(costs).toEqual(new Map([['usd', 30n * 7n + 435n * 100n]]));
  expect(asked).toEqual(lines.map(() => ['acme/seconds@1.0.0', 500]));
  expect(most()).toBe(4);
});

it('counts nothing for an input that the model does not take, and ends at any other failure', async () => {
  const failing = (kind: 'invalid' | 'unavailable') =>
    asking((seconds) => {
      if (seconds === 3) throw new SteelyardError({ kind, code: 'X.Y', message: 'no' });
      return bySecond(seconds);
    }).client;
  const ask = (client: never) => costOfLines(context, { client, candidates: [sold('seconds', 'audio_second', 100n)], data, flags: { concurrency: 2 } });
  expect(await ask(failing('invalid'))).toEqual(new Map([['usd', 43_200n]]));
  await expect(ask(failing('unavailable'))).rejects.toMatchObject({ code: 'X.Y' });
});
