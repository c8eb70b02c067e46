import { setTimeout as delay } from 'node:timers/promises';
import type { Item, RunContext } from '@steelyard/runtime-kit';

export interface HandOutOptions {
  readonly context: RunContext;
  /** The item's place in its run. */
  readonly index: number;
  readonly partDelayMs: number;
}

/** Answers an item with itself, part by part; with what was handed out where nobody waits for the rest. */
export async function handOut(item: Item, { context, index, partDelayMs }: HandOutOptions): Promise<Item> {
  const answer: Record<string, unknown> = {};
  for (const [name, part] of partsOf(item)) {
    if (context.signal.aborted) break;
    answer[name] = typeof part === 'string' ? `${(answer[name] as string | undefined) ?? ''}${part}` : part;
    if (!isJson(part)) continue;
    await context.emit(index, { [name]: part });
    if (partDelayMs > 0) await delay(partDelayMs, undefined, { signal: context.signal }).catch(() => undefined);
  }
  return answer;
}

/** A text is its words, each with the space behind it; together they are the text. */
function partsOf(item: Item): [string, unknown][] {
  return Object.entries(item).flatMap(([name, value]): [string, unknown][] =>
    typeof value === 'string' && value !== '' ? value.split(/(?<=\s)(?=\S)/).map((word) => [name, word]) : [[name, value]],
  );
}

/** Tensors and bytes are in the answer alone. */
function isJson(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'bigint';
  return !ArrayBuffer.isView(value) && Object.values(value).every(isJson);
}
