import { expect, it } from '@jest/globals';
import { joinEvents, measurementsOf, samplesOf, stagesOf, type PublicationEvent } from './stages';

const event = (seq: number, stage: PublicationEvent['stage'], status: PublicationEvent['status'], detail: unknown = null): PublicationEvent => ({ seq, stage, status, message: `${stage} ${status}`, detail, createdAt: '2026-11-05T09:30:00.000Z' });

it('shows each stage as its last event left it', () => {
  const stages = stagesOf([event(1, 'UPLOADED', 'STARTED'), event(2, 'UPLOADED', 'SUCCEEDED'), event(3, 'VERIFIED', 'STARTED'), event(4, 'VERIFIED', 'FAILED')], false);
  expect(stages.map(({ state }) => state)).toEqual(['succeeded', 'failed', ...Array<string>(6).fill('waiting')]);
  expect(stages[1]?.message).toBe('VERIFIED FAILED');
});

it('a dry run ends after it measured', () => {
  expect(stagesOf([], true).at(-1)?.stage).toBe('MEASURED');
});

it('events that came twice count once, in order', () => {
  expect(joinEvents([event(2, 'UPLOADED', 'SUCCEEDED')], [event(1, 'UPLOADED', 'STARTED'), event(2, 'UPLOADED', 'SUCCEEDED')]).map(({ seq }) => seq)).toEqual([1, 2]);
});

it('reads details that are there, and nothing else', () => {
  expect(samplesOf(null)).toEqual([]);
  expect(samplesOf({ samples: [{ name: 'seven' }] })).toEqual([{ name: 'seven' }]);
  expect(measurementsOf({ samples: [] })).toBeUndefined();
  expect(measurementsOf({ latencyMs: { p50: 1, p95: 2 } })).toBeDefined();
});
