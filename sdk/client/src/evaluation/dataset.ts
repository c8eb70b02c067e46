/** One line of a customer's own data: what a model is given, and what it should answer. */
export interface LabelledLine {
  /** 1 for the first of the file. */
  readonly line: number;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: unknown;
}

export interface LineProblem {
  readonly line: number;
  readonly message: string;
}

export interface Dataset {
  readonly lines: readonly LabelledLine[];
  /** Of every line that cannot be used. */
  readonly problems: readonly LineProblem[];
}

/** Reads JSON Lines, each `{"input": {...}, "expected": ...}`. Blank lines are passed over. */
export function readDataset(text: string): Dataset {
  const lines: LabelledLine[] = [];
  const problems: LineProblem[] = [];
  for (const [index, content] of text.replace(/^\uFEFF/, '').split('\n').entries()) {
    if (content.trim() === '') continue;
    const read = readLine(content);
    if (typeof read === 'string') problems.push({ line: index + 1, message: read });
    else lines.push({ line: index + 1, ...read });
  }
  return { lines, problems };
}

function readLine(content: string): Omit<LabelledLine, 'line'> | string {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    return 'is no JSON';
  }
  if (!isObject(value)) return 'must be an object {"input", "expected"}';
  const unknown = Object.keys(value).find((key) => key !== 'input' && key !== 'expected');
  if (unknown !== undefined) return `has a key that is not known: ${JSON.stringify(unknown)}`;
  if (!isObject(value['input'])) return 'must have an "input", an object of input fields';
  if (value['expected'] === undefined) return 'must have what is "expected"';
  return { input: value['input'], expected: value['expected'] };
}

/** The files that an input names as `{"$file": path}`, each once. */
export function filesOfInput(input: unknown): string[] {
  const found = new Set<string>();
  visit(input, (path) => {
    found.add(path);
    return path;
  });
  return [...found];
}

/** The input as it is sent: each `{"$file": path}` is what `contentOf` gives for it. */
export function withFiles(input: Readonly<Record<string, unknown>>, contentOf: (path: string) => unknown): Readonly<Record<string, unknown>> {
  return visit(input, contentOf) as Readonly<Record<string, unknown>>;
}

function visit(value: unknown, replace: (path: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => visit(item, replace));
  if (!isObject(value)) return value;
  if (typeof value['$file'] === 'string' && Object.keys(value).length === 1) return replace(value['$file']);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, visit(item, replace)]));
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
