import type { IssuedDocument } from '@steelyard/invoice';

/** How a document hangs together with the one before it of its chain: the documents of one kind that one organization was given. */
export interface DocumentLink {
  /** `skipped`: the one before it was not there to compare with. */
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why, of one that failed or was skipped. */
  readonly reason?: string | undefined;
  /** What of the document is wrong, of one that failed. */
  readonly subject?: 'place' | 'previousHash' | undefined;
}

/** The documents of one chain by their place. More than one at a place is a fork. */
type Chain = ReadonlyMap<number, readonly IssuedDocument[]>;

/**
 * Holds documents against those before them of the same kind and organization, in whatever order they are given.
 * @param documents that are as they ought to be each for itself; undefined where a file has none
 * @returns one for each, in their order
 */
export function linksOf(documents: readonly (IssuedDocument | undefined)[]): DocumentLink[] {
  const chains = new Map<string, Map<number, IssuedDocument[]>>();
  for (const document of documents) {
    if (!document) continue;
    const chain = chains.get(chainOf(document)) ?? new Map<number, IssuedDocument[]>();
    chains.set(chainOf(document), chain.set(document.place, [...(chain.get(document.place) ?? []), document]));
  }
  return documents.map((document) => (document ? linkOf(document, chains.get(chainOf(document))!) : { outcome: 'skipped', reason: 'the file has no valid document' }));
}

function chainOf({ header: { organizationId, kind } }: IssuedDocument): string {
  return JSON.stringify([organizationId, kind]);
}

function linkOf(document: IssuedDocument, chain: Chain): DocumentLink {
  const { place, hash, previousHash } = document;
  const failed = (subject: DocumentLink['subject'], reason: string): DocumentLink => ({ outcome: 'failed', subject, reason });
  if (!Number.isSafeInteger(place) || place < 1) return failed('place', `it says that it is the ${JSON.stringify(place)}th of its kind`);
  const twin = chain.get(place)!.find((other) => other.hash !== hash);
  if (twin) return failed('place', `it has the place ${place}, and ${twin.number} with the hash ${twin.hash} has it too: each place is given once`);
  if (place === 1) return previousHash === null ? { outcome: 'passed' } : failed('previousHash', `it is the first of its kind, and says that one with the hash ${previousHash} was before it`);
  if (previousHash === null) return failed('previousHash', `it is number ${place} of its kind, and says that none was before it`);
  const before = chain.get(place - 1);
  if (!before) return { outcome: 'skipped', reason: missing(place, chain) };
  if (before.some((one) => one.hash === previousHash)) return { outcome: 'passed' };
  return failed('previousHash', `it says that ${before[0]!.number} had the hash ${previousHash}, and that is ${before[0]!.hash}`);
}

/** Numbers are of all organizations together, so that of a document that is missing is not known. */
function missing(place: number, chain: Chain): string {
  const earlier = Math.max(...[...chain.keys()].filter((other) => other < place));
  if (earlier === -Infinity) return 'the document before it is not among the valid files: the link to it was not checked';
  const count = place - 1 - earlier;
  const between = count === 1 ? 'the document' : `the ${count} documents`;
  return `${between} between ${chain.get(earlier)![0]!.number} and it ${count === 1 ? 'is' : 'are'} not among the valid files: the link from the one to the other was not checked`;
}
