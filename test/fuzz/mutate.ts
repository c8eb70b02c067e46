import fc from 'fast-check';

const edit = fc.record({
  kind: fc.constantFrom('drop', 'repeat', 'insert', 'flip', 'cut'),
  /** Where, as a share of the whole. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 20 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
});

/** Whole things, damaged in a few places. */
export function damaged(whole: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc.tuple(whole, fc.array(edit, { maxLength: 4 })).map(([bytes, edits]) =>
    edits.reduce((now, { kind, at, length, bytes: inserted }) => {
      const start = Math.floor(at * now.length);
      const [before, part, after] = [now.subarray(0, start), now.subarray(start, start + length), now.subarray(start + length)];
      switch (kind) {
        case 'drop':
          return Buffer.concat([before, after]);
        case 'repeat':
          return Buffer.concat([before, part, part, after]);
        case 'flip':
          return Buffer.concat([before, part.map((byte, index) => byte ^ inserted[index % inserted.length]!), after]);
        case 'cut':
          return Buffer.from(before);
        default:
          return Buffer.concat([before, inserted, part, after]);
      }
    }, bytes),
  );
}

export const damagedText = (whole: fc.Arbitrary<string>): fc.Arbitrary<string> => damaged(whole.map((text) => Buffer.from(text))).map((bytes) => bytes.toString());
