import { describe, expect, it } from '@jest/globals';
import { tasks, type TaskName } from '@steelyard/tasks';
import { formOf } from './input-form';

const version = (task: string, inputSchema: unknown, manifest: object = {}) => ({ inputSchema, manifest: { task, ...manifest } }) as Parameters<typeof formOf>[0];

describe('the form of an input', () => {
  it.each([
    ['image-classification', 'image'],
    ['object-detection', 'image'],
    ['image-segmentation', 'image'],
    ['ocr', 'image'],
    ['text-classification', 'text'],
    ['token-classification', 'text'],
    ['text-embedding', 'text'],
    ['text-generation', 'generation'],
    ['audio-classification', 'audio'],
    ['voice-activity-detection', 'audio'],
    ['time-series-forecasting', 'series'],
  ] satisfies [TaskName, string][])('of %s is that of %s, by the schema that the task gives', (task, kind) => {
    expect(formOf(version(task, tasks[task].input)).kind).toBe(kind);
  });

  it('is that of the schema where a model of the task asks for more, or for something else', () => {
    const image = { type: 'string', contentMediaType: 'image/*', contentEncoding: 'base64' };
    const text = { type: 'string' };
    expect(formOf(version('ocr', { required: ['image', 'language'], properties: { image, language: text } })).kind).toBe('schema');
    expect(formOf(version('object-detection', { properties: { before: image, after: image } })).kind).toBe('schema');
    expect(formOf(version('text-classification', { required: ['a', 'b'], properties: { a: text, b: text } })).kind).toBe('schema');
    expect(formOf(version('audio-classification', { properties: { audio: { 'x-tensor': {} } } })).kind).toBe('schema');
    expect(formOf(version('text-generation', { required: ['topic'], properties: { topic: text, prompt: text } })).kind).toBe('schema');
    expect(formOf(version('custom', { required: ['text'], properties: { text } })).kind).toBe('schema');
    expect(formOf(version('ocr', null)).kind).toBe('schema');
  });

  it('offers of generation what the model takes', () => {
    const properties = { prompt: { type: 'string' }, temperature: { type: 'number' }, own: { type: 'number' } };
    expect(formOf(version('text-generation', { properties }))).toEqual({ kind: 'generation', modes: ['prompt'], settings: ['temperature'] });
  });
});
