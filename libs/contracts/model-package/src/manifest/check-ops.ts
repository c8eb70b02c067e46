import type { LocatedProblem } from '../problem.js';
import type { JsonSchema, Manifest, PostOp, PreOp } from './manifest.js';
import { opFileOf } from './op-files.js';
import { isMediaField, isObject } from '../schema/schema-keywords.js';

/** What the ops so far have made of the input. */
interface Bag {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Channels of the pixels in a field, once it is decoded. */
  readonly channels: Map<string, number>;
  readonly tensors: Set<string>;
  /** Fields with a recording that was read. */
  readonly recordings: Set<string>;
  readonly artifacts: ReadonlySet<string>;
}

type Report = (key: string, message: string) => void;

/** Follows the ops over the input schema: every op must find what it works on. */
export function checkOps(manifest: Manifest): LocatedProblem[] {
  const problems: LocatedProblem[] = [];
  const reporter = (list: 'pre' | 'post', index: number): Report => (key, message) => problems.push({ segments: [list, index, ...key.split('.').map(indexOrName)], message });
  const artifacts = new Set(manifest.artifacts.map(({ path }) => path));
  const bag: Bag = { fields: propertiesOf(manifest.input), channels: new Map(), tensors: new Set(), recordings: new Set(), artifacts };
  manifest.pre.forEach((op, index) => checkPreOp(op, bag, reporter('pre', index)));
  const given = new Set<string>();
  manifest.post.forEach((op, index) => {
    checkPostOp(op, given, reporter('post', index));
    if ('input' in op) checkSent(op, bag, reporter('post', index));
  });
  return problems;
}

/** Answers about an image or a recording need the one that was sent. */
function checkSent(op: Extract<PostOp, { input: string }>, { channels, recordings }: Bag, report: Report): void {
  const [sent, what] = op.op === 'segments' ? [recordings, 'recording is read'] : [channels, 'image is decoded'];
  if (!sent.has(op.input)) report('input', `no ${what} from ${JSON.stringify(op.input)}`);
}

const indexOrName = (text: string): string | number => (/^\d+$/.test(text) ? Number(text) : text);

function propertiesOf(schema: JsonSchema): Readonly<Record<string, unknown>> {
  return isObject(schema.properties) ? schema.properties : {};
}

function checkPreOp(op: PreOp, bag: Bag, report: Report): void {
  if (op.op === 'columns') {
    checkColumns(op.columns, bag, report);
    addTensor('tensor', op.tensor, bag, report);
    return;
  }
  if (op.op === 'words' || op.op === 'sentencepiece') {
    checkText(op, bag, report);
    return;
  }
  if (op.op === 'audio' || op.op === 'series') {
    if (op.op === 'audio') checkAudio(op, bag, report);
    else checkSeries(op.input, bag, report);
    addTensor('tensor', op.tensor, bag, report);
    return;
  }
  if (op.op === 'decode') {
    if (!Object.hasOwn(bag.fields, op.input)) report('input', `the input schema has no field ${JSON.stringify(op.input)}`);
    else if (!isMediaField(bag.fields[op.input])) report('input', `the field ${JSON.stringify(op.input)} is no media: it needs contentMediaType: image/*`);
    else if (bag.channels.has(op.input)) report('input', `the field ${JSON.stringify(op.input)} is decoded already`);
    bag.channels.set(op.input, op.color === 'gray' ? 1 : 3);
    return;
  }
  const channels = bag.channels.get(op.input);
  if (channels === undefined) report('input', `there are no pixels in ${JSON.stringify(op.input)}: decode it in an earlier op`);
  if (op.op === 'normalize') {
    for (const key of ['mean', 'std'] as const) {
      const count = op[key].length;
      if (channels !== undefined && count !== 1 && count !== channels) report(key, `must hold one number or ${channels}, one for each channel; it holds ${count}`);
    }
  }
  if (op.op === 'normalize' || op.op === 'pixels') addTensor('tensor', op.tensor, bag, report);
}

function checkText(op: Extract<PreOp, { op: 'words' | 'sentencepiece' }>, bag: Bag, report: Report): void {
  const field = Object.hasOwn(bag.fields, op.input) ? bag.fields[op.input] : undefined;
  if (field === undefined) report('input', `the input schema has no field ${JSON.stringify(op.input)}`);
  else if (!isObject(field) || field.type !== 'string' || isMediaField(field)) report('input', `the field ${JSON.stringify(op.input)} is no text: it needs type: string`);
  const file = opFileOf(op);
  if (file !== undefined && !bag.artifacts.has(file)) report('vocabulary', `the package has no artifact ${JSON.stringify(file)}`);
  addTensor('tensor', op.tensor, bag, report);
  if ('indices' in op && op.indices !== undefined) addTensor('indices', op.indices, bag, report);
}

function addTensor(key: 'tensor' | 'indices', tensor: string, bag: Bag, report: Report): void {
  if (bag.tensors.has(tensor)) report(key, `the tensor ${JSON.stringify(tensor)} is made by an earlier op`);
  bag.tensors.add(tensor);
}

function checkAudio({ input, seconds, rate, frame }: Extract<PreOp, { op: 'audio' }>, bag: Bag, report: Report): void {
  const field = Object.hasOwn(bag.fields, input) ? bag.fields[input] : undefined;
  if (field === undefined) report('input', `the input schema has no field ${JSON.stringify(input)}`);
  else if (!isMediaField(field)) report('input', `the field ${JSON.stringify(input)} is no media: it needs contentMediaType: audio/wav`);
  else if (bag.recordings.has(input)) report('input', `the recording in ${JSON.stringify(input)} is read already`);
  if (seconds !== undefined && Math.round(seconds * rate) < (frame ?? 1)) report('seconds', `are fewer than the ${frame ?? 1} samples of a frame`);
  bag.recordings.add(input);
}

function checkSeries(input: string, bag: Bag, report: Report): void {
  const field = Object.hasOwn(bag.fields, input) ? bag.fields[input] : undefined;
  if (field === undefined) report('input', `the input schema has no field ${JSON.stringify(input)}`);
  else if (!isObject(field) || field.type !== 'array' || !isNumeric(field.items)) report('input', `the field ${JSON.stringify(input)} is no list of numbers: it needs type: array, items: { type: number }`);
}

function isNumeric(field: unknown): boolean {
  return isObject(field) && (field.type === 'number' || field.type === 'integer');
}

function checkColumns(columns: readonly string[], bag: Bag, report: Report): void {
  const seen = new Set<string>();
  columns.forEach((column, index) => {
    const at = `columns.${index}`;
    const field = Object.hasOwn(bag.fields, column) ? bag.fields[column] : undefined;
    if (field === undefined) report(at, `the input schema has no field ${JSON.stringify(column)}`);
    else if (!isNumeric(field)) report(at, `the field ${JSON.stringify(column)} is not numeric: it needs type: number`);
    if (seen.has(column)) report(at, `the field ${JSON.stringify(column)} is named twice`);
    seen.add(column);
  });
}

function checkPostOp(op: PostOp, given: Set<string>, report: Report): void {
  if (op.op === 'softmax') {
    if (given.size > 0) report('op', `comes after ${[...given].join(' and ')}, which needs the probabilities`);
    return;
  }
  if (op.op === 'numbers') {
    if (given.has(op.field)) report('field', `the field ${JSON.stringify(op.field)} is made by an earlier op`);
    given.add(op.field);
    return;
  }
  if (given.has(op.op)) report('op', `${op.op} may be given once`);
  given.add(op.op);
  if (op.op === 'segments' && op.thresholdEnd > op.threshold) report('thresholdEnd', `must be at most threshold, which is ${op.threshold}`);
  if (op.op === 'mask' || op.op === 'segments') return;
  reportTwice(op.labels, (index, label) => report(`labels.${index}`, `the label ${label} is named twice`));
  if (op.op === 'detections') reportTwice(op.keypoints ?? [], (index, name) => report(`keypoints.${index}`, `the keypoint ${name} is named twice`));
}

function reportTwice(names: readonly string[], report: (index: number, quoted: string) => void): void {
  const seen = new Set<string>();
  names.forEach((name, index) => {
    if (seen.has(name)) report(index, JSON.stringify(name));
    seen.add(name);
  });
}
