import { objectOf } from '../../input-form';
import { isNumber, readList, type Listed } from '../read';
import { boxOf, sizeOf, type Box, type ImageSize } from './box';

export interface ReadLine {
  readonly text: string;
  readonly score: number;
  readonly box: Box;
}

/** Text that was read in an image. */
export interface Reading {
  readonly text: string;
  readonly size: ImageSize;
  readonly lines: Listed<ReadLine>;
}

/** The output when it is one of text recognition. */
export function readingOf(output: unknown): Reading | undefined {
  const fields = objectOf(output);
  const { text } = fields;
  const size = sizeOf(fields);
  const lines = readList(fields['lines'], ({ text: line, score, box }) => {
    const read = boxOf(box);
    return typeof line === 'string' && isNumber(score) && read ? { text: line, score, box: read } : undefined;
  });
  return typeof text === 'string' && size && lines ? { text, size, lines } : undefined;
}
