/** A place between two records of the log. Later places compare greater: by epoch, then segment, then offset. */
export interface Position {
  /** Which opening of the log wrote it, from 1. */
  readonly epoch: number;
  /** Which file of that epoch, from 0. */
  readonly segment: number;
  /** Byte within the file. */
  readonly offset: number;
}

export function comparePositions(a: Position, b: Position): number {
  return a.epoch - b.epoch || a.segment - b.segment || a.offset - b.offset;
}

export function segmentName(position: Pick<Position, 'epoch' | 'segment'>): string {
  return `${String(position.epoch).padStart(8, '0')}-${String(position.segment).padStart(6, '0')}.log`;
}

const SEGMENT_NAME = /^(\d{8,})-(\d{6,})\.log$/;

/** The start of the segment that a file holds, or `undefined` when the file is none. */
export function readSegmentName(name: string): Position | undefined {
  const match = SEGMENT_NAME.exec(name);
  return match ? { epoch: Number(match[1]), segment: Number(match[2]), offset: 0 } : undefined;
}
