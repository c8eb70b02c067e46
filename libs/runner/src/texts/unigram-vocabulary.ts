import { runtimeErrors } from '@steelyard/runtime-kit';

/** What a character costs that no piece begins with, below the least probable piece; as in SentencePiece. */
const UNKNOWN_PENALTY = 10;
const UNKNOWN_ID = 0;
/** Stands for a space, and at the beginning of every text. */
const SPACE = '\u2581';

interface Piece {
  readonly id: number;
  readonly score: number;
}

/** A SentencePiece unigram model: cuts a text into the pieces whose probabilities have the largest product. */
export class UnigramVocabulary {
  readonly #pieces: ReadonlyMap<string, Piece>;
  readonly #lengthMax: number;
  readonly #unknownScore: number;

  /** @throws AppError `RUNTIME.ARTIFACT_REFUSED` for a file that is no JSON list of [piece, log probability]. */
  static read(name: string, content: string, reserved: number): UnigramVocabulary {
    const refuse = (reason: string): Error => runtimeErrors.ARTIFACT_REFUSED({ path: name, reason });
    let list: unknown;
    try {
      list = JSON.parse(content);
    } catch {
      throw refuse('it is not JSON');
    }
    if (!Array.isArray(list)) throw refuse('it is no list of [piece, log probability]');
    const pieces = new Map<string, Piece>();
    for (const [id, entry] of list.entries()) {
      const [piece, score] = (Array.isArray(entry) ? entry : []) as unknown[];
      if (typeof piece !== 'string' || piece === '' || !(score === null || (typeof score === 'number' && Number.isFinite(score)))) {
        throw refuse(`its entry ${id} is no [piece, log probability]`);
      }
      if (id < reserved || score === null) continue;
      if (pieces.has(piece)) throw refuse(`it has the piece ${JSON.stringify(piece)} twice`);
      pieces.set(piece, { id, score });
    }
    if (pieces.size === 0) throw refuse(`it has no piece after the ${reserved} that are reserved`);
    return new UnigramVocabulary(pieces);
  }

  private constructor(pieces: ReadonlyMap<string, Piece>) {
    this.#pieces = pieces;
    let lengthMax = 0;
    let scoreMin = Infinity;
    for (const [piece, { score }] of pieces) {
      lengthMax = Math.max(lengthMax, piece.length);
      scoreMin = Math.min(scoreMin, score);
    }
    this.#lengthMax = lengthMax;
    this.#unknownScore = scoreMin - UNKNOWN_PENALTY;
  }

  /** The ids of a text; a run of unknown characters is one id, as in SentencePiece. Empty for white space alone. */
  encode(text: string): number[] {
    const plain = text.normalize('NFKC').trim();
    if (plain === '') return [];
    const ids: number[] = [];
    for (const id of this.#cut(SPACE + plain.replace(/\s+/g, SPACE))) {
      if (id !== UNKNOWN_ID || ids.at(-1) !== UNKNOWN_ID) ids.push(id);
    }
    return ids;
  }

  /** Viterbi: the best way to each place is the best of those to an earlier place and one piece more. */
  #cut(text: string): number[] {
    const scores = new Float64Array(text.length + 1).fill(-Infinity);
    const starts = new Int32Array(text.length + 1);
    const ids = new Int32Array(text.length + 1);
    scores[0] = 0;
    const offer = (start: number, end: number, id: number, score: number): void => {
      const total = (scores[start] as number) + score;
      if (total <= (scores[end] as number)) return;
      scores[end] = total;
      starts[end] = start;
      ids[end] = id;
    };
    for (let start = 0; start < text.length; ) {
      const next = start + String.fromCodePoint(text.codePointAt(start) as number).length;
      for (let end = next; end <= Math.min(text.length, start + this.#lengthMax); end++) {
        const piece = this.#pieces.get(text.slice(start, end));
        if (piece) offer(start, end, piece.id, piece.score);
      }
      offer(start, next, UNKNOWN_ID, this.#unknownScore);
      start = next;
    }
    const found: number[] = [];
    for (let end = text.length; end > 0; end = starts[end] as number) found.push(ids[end] as number);
    return found.reverse();
  }
}
