import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { filesOfPage, gzippedBytes } from './bundle-size.mjs';

const manifest = {
  'index.html': { file: 'assets/index.js', imports: ['_react.js'] },
  '_react.js': { file: 'assets/react.js' },
  '_cards.js': { file: 'assets/cards.js', imports: ['_react.js'] },
  'src/catalog.tsx': { file: 'assets/catalog.js', imports: ['index.html', '_cards.js'] },
  'src/model.tsx': { file: 'assets/model.js', imports: ['_cards.js'] },
};

describe('the size of a first load', () => {
  it('counts the entry, the page and what both import, each once, and no other page', () => {
    expect(filesOfPage(manifest, 'src/catalog.tsx').sort()).toEqual(['assets/cards.js', 'assets/catalog.js', 'assets/index.js', 'assets/react.js']);
  });

  it('is of the gzipped bytes', () => {
    const contents: Record<string, Buffer> = { 'a.js': Buffer.alloc(100_000), 'b.js': randomBytes(50_000) };
    const bytes = gzippedBytes(['a.js', 'b.js'], (file: string) => contents[file]!);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(52_000);
  });

  it('is a failure, and not zero, when the page is not where it was', () => {
    expect(() => filesOfPage(manifest, 'src/gone.tsx')).toThrow('has no src/gone.tsx');
  });
});
