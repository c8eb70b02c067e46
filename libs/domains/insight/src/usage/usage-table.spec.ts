import { describe, expect, it } from '@jest/globals';
import { csvLine } from './usage-table.js';

describe('a line of CSV', () => {
  it('quotes what RFC 4180 wants quoted', () => {
    expect(csvLine(['plain', 'a,b', 'say "hello"', 'two\nlines', 1.5, null])).toBe('plain,"a,b","say ""hello""","two\nlines",1.5,\r\n');
  });

  it('is never a formula', () => {
    expect(csvLine(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("https://evil.example","x")'])).toBe(
      `'=1+1,'+1,'-1,'@SUM(A1),'\t=1,"'=HYPERLINK(""https://evil.example"",""x"")"\r\n`,
    );
  });
});
