import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeValue } from '@steelyard/wire';
import { journalErrors } from './errors.js';
import { comparePositions, readSegmentName, segmentName, type Position } from './position.js';
import { hasLaterGroup, readRecord } from './record.js';

export interface ReplayedRecord {
  readonly payload: unknown;
  /** Where the record starts: a checkpoint here keeps it. */
  readonly position: Position;
}

/** The starts of all segments in a folder, oldest first. */
export async function listSegments(dir: string): Promise<Position[]> {
  const names = await readdir(dir);
  return names.flatMap((name) => readSegmentName(name) ?? []).sort(comparePositions);
}

/**
 * Every record of `segments` from `from` on. An incomplete or damaged end of an epoch's last segment is what a crash
 * leaves: never acknowledged, left out.
 * @throws AppError `JOURNAL.CORRUPT` for damage anywhere else
 */
export async function* replaySegments(dir: string, segments: readonly Position[], from: Position | undefined): AsyncGenerator<ReplayedRecord> {
  for (const [index, segment] of segments.entries()) {
    const start = from && from.epoch === segment.epoch && from.segment === segment.segment ? from.offset : 0;
    const file = join(dir, segmentName(segment));
    const bytes = await readFile(file);
    let at = start;
    for (let record = readRecord(bytes, at); record; record = readRecord(bytes, at)) {
      yield { payload: decode(record.payload, file, at), position: { ...segment, offset: at } };
      at = record.end;
    }
    // A checkpoint may lie behind the end: records that the crash took along, but that were done with.
    if (at >= bytes.length) continue;
    if (segments[index + 1]?.epoch === segment.epoch) {
      throw journalErrors.CORRUPT({ file, offset: at, reason: 'the segment was finished, but this record is not whole' });
    }
    if (hasLaterGroup(bytes, at)) {
      throw journalErrors.CORRUPT({ file, offset: at, reason: 'records that were written after it are whole' });
    }
  }
}

function decode(payload: Uint8Array, file: string, offset: number): unknown {
  try {
    return decodeValue(payload);
  } catch (error) {
    throw journalErrors.CORRUPT({ file, offset, reason: 'its checksum is right, but it is no CBOR value' }, error);
  }
}
