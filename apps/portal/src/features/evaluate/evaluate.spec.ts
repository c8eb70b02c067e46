import { describe, expect, it } from '@jest/globals';
import { scorerOf } from '@steelyard/client/evaluation';
import { openData } from './read-files.js';
import { reportCsv, reportJson } from './report-files.js';

const file = (path: string, text = '') => ({ path, file: new File([text], path.split('/').at(-1)!) });
const image = (path: string) => `{"input": {"image": {"$file": "${path}"}}, "expected": "7"}`;

describe('openData', () => {
  it('takes one file of lines, and what lies beside it', async () => {
    const opened = await openData([file('set/seven.png', 'pixels'), file('set/mine.jsonl', `${image('seven.png')}\n${image('none.png')}\nhello`), file('other.png')]);
    expect(opened).toMatchObject({ name: 'mine.jsonl', dataset: { lines: [{ line: 1 }, { line: 2 }], problems: [{ line: 3 }] }, missing: [{ line: 2, message: 'none.png' }] });
    expect(await opened!.fileAt('seven.png')!.text()).toBe('pixels');
    expect(opened!.fileAt('other.png')).toBeUndefined();
  });

  it('takes nothing else', async () => {
    expect(await openData([file('seven.png')])).toBeUndefined();
    expect(await openData([file('a.jsonl'), file('b.ndjson')])).toBeUndefined();
  });
});

describe('files of a report', () => {
  const facts = {
    task: 'text-classification',
    data: 'mine.jsonl',
    lines: 3,
    measures: scorerOf('text-classification')!.measures,
    evaluation: {
      stoppedBy: undefined,
      models: [
        {
          ref: 'acme/a',
          versions: ['acme/a@1.0.0'],
          scored: 2,
          failures: { 'RUNTIME.RUN_FAILED': 1 },
          measures: { accuracy: 0.5, macroF1: undefined },
          latencyMs: { p50: 1.25, p95: undefined },
          costNano: 400_000n,
          costPerThousandNano: 200_000_000n,
          currency: 'usd',
        },
      ],
    },
  };

  it('are read by spreadsheets and by programs', () => {
    expect(reportCsv(facts)).toBe(
      'model,versions,accuracy,macroF1,p50_ms,p95_ms,cost_per_1000,cost,currency,lines,scored,failed,failures\r\nacme/a,acme/a@1.0.0,0.5,,1.25,,0.20,0.0004,usd,3,2,1,RUNTIME.RUN_FAILED 1\r\n',
    );
    expect(JSON.parse(reportJson(facts))).toMatchObject({ task: 'text-classification', data: 'mine.jsonl', lines: 3, models: [{ ref: 'acme/a', costNano: '400000' }] });
  });

  it('hold no formula', () => {
    const [model] = facts.evaluation.models;
    expect(reportCsv({ ...facts, evaluation: { stoppedBy: undefined, models: [{ ...model!, versions: ['=1+1', '"x"'] }] } })).toContain(`"'=1+1 ""x"""`);
  });
});
