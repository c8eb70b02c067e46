import { objectOf } from '../../input-form';
import { isNumber, readList } from '../read';

/** Of more words a page makes no sense. */
const ENTITIES_MAX = 2_000;

export interface Entity {
  readonly label: string;
  readonly score: number;
  /** In UTF-16 code units of the text. */
  readonly start: number;
  readonly end: number;
}

export interface Entities {
  readonly entities: readonly Entity[];
  readonly total: number;
}

/** A stretch of text, and what it is if it is anything. */
export interface Piece {
  readonly text: string;
  readonly entity: Entity | undefined;
}

/** The output when it is one of token classification, and its places lie in the text, one after another. */
export function entitiesOf(output: unknown, text: string): Entities | undefined {
  const read = readList(objectOf(output)['entities'], entityOf, ENTITIES_MAX);
  if (!read) return undefined;
  let before = 0;
  for (const { start, end } of read.items) {
    if (start < before || end < start || end > text.length) return undefined;
    before = end;
  }
  return { entities: read.items, total: read.total };
}

function entityOf({ label, score, start, end }: Readonly<Record<string, unknown>>): Entity | undefined {
  return typeof label === 'string' && isNumber(score) && Number.isInteger(start) && Number.isInteger(end) ? { label, score, start: start as number, end: end as number } : undefined;
}

/** The text in pieces that, joined, are the text again. */
export function piecesOf(text: string, entities: readonly Entity[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const entity of entities) {
    if (entity.start > at) pieces.push({ text: text.slice(at, entity.start), entity: undefined });
    if (entity.end > entity.start) pieces.push({ text: text.slice(entity.start, entity.end), entity });
    at = entity.end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), entity: undefined });
  return pieces;
}
