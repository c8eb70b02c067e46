import { describe, expect, it } from '@jest/globals';
import { plainText } from './plain-text.js';
import { searchDocuments, tsquery } from './search-document.js';
import { searchWords, wordsOf } from './words.js';

const query = (typed: string): string | undefined => tsquery(searchWords(typed));

describe('the words of a text', () => {
  it.each([
    ['breast-cancer', ['breastcancer', 'breast', 'cancer']],
    ['ResNet50', ['resnet50', 'resnet', '50']],
    ['Café, ＡＢＣ!', ['cafe', 'abc']],
    ['图像分类', ['图像', '像分', '分类', '类']],
    ['用BERT分词', ['用', 'bert', '分词', '词']],
    ['', []],
    ['🦙 -- !', []],
  ])('of %j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

describe('what is typed', () => {
  it.each([
    ['breast-can', "'breast' & 'can':*"],
    ['  Digits ', "'digits':*"],
    ['图像', "'图像'"],
    ['图 resnet', "'图':* & 'resnet':*"],
    ['!!!', undefined],
    ["' & | ! :* ( \\ \0", undefined],
    ["it's", "'it' & 's':*"],
  ])('%j asks for %j', (typed, expected) => {
    expect(query(typed)).toBe(expected);
  });

  it('is read as far as makes sense', () => {
    expect(searchWords('a '.repeat(100_000)).length).toBeLessThanOrEqual(16);
    expect(searchWords('x'.repeat(100_000))[0]!.text.length).toBe(64);
  });
});

describe('a search document', () => {
  const texts = { name: 'digits', ownerHandle: 'acme', ownerName: 'Acme Labs', task: 'image-classification', tags: ['mnist'], description: 'Reads digits', card: '# Card\n\nHandwriting' };

  it('weighs a word by where it stands', () => {
    const { headline, document } = searchDocuments(texts);
    expect(headline).toContain("'digits':1A,");
    expect(headline).toContain("'mnist':8B");
    expect(headline).not.toContain('handwriting');
    expect(document).toMatch(/'handwriting':\d+D/);
  });

  it('leaves out what a card has that nobody searches for', () => {
    expect(plainText('---\ntitle: x\n---\n<script>alert(1)</script> see [here](https://example.org/abc) ![dot](img/dot.png) https://example.org').replaceAll(/\s+/g, ' ').trim()).toBe('alert(1) see [here ![dot');
  });

  it('is made of a hostile card in little time', () => {
    const startedAt = performance.now();
    for (const bait of ['<', '](', '---\n', 'https://', 'é'.normalize('NFD'), '汉', '\u202e', '\0']) searchDocuments({ ...texts, card: bait.repeat(200_000) });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
