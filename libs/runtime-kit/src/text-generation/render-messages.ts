import { randomUUID } from 'node:crypto';
import { inputErrors, reasonOf } from '../errors.js';
import type { Message } from './read-request.js';

/** A chat template at work; throws what the template throws. */
export type Render = (messages: readonly Message[]) => string;

/**
 * A conversation as its chat template puts it, in pieces: the template's own text at even places, and between them what a
 * caller wrote. The template sees a mark in place of each text, so that a caller who writes `<|end|>` has written seven
 * letters: only what stands at even places may become a control token.
 * @throws AppError `INPUT.INVALID` for messages that the template refuses or leaves out.
 */
export function renderMessages(messages: readonly Message[], render: Render): string[] {
  const id = randomUUID().replaceAll('-', '');
  const rendered = attempt(() => render(messages.map(({ role }, index) => ({ role, content: `${id}x${index}x` }))));
  const used = new Set<number>();
  const pieces = rendered.split(new RegExp(`${id}x(\\d+)x`)).map((piece, position) => {
    if (position % 2 === 0) return piece;
    used.add(Number(piece));
    return messages[Number(piece)]?.content ?? '';
  });
  const left = messages.findIndex((_, index) => !used.has(index));
  if (left >= 0) throw invalid(`the model's chat template leaves out message ${left}, of the role ${messages[left]?.role}`);
  return pieces;
}

function attempt(render: () => string): string {
  try {
    return render();
  } catch (error) {
    throw invalid(`the model's chat template refuses them: ${reasonOf(error)}`);
  }
}

function invalid(reason: string): Error {
  return inputErrors.INVALID({ field: 'messages', reason });
}
