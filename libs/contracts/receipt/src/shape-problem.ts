/** As much of JSON Schema as the receipt's takes. */
export interface Shape {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  /** The properties that may not be missing. */
  readonly required?: readonly string[];
  readonly anyOf?: readonly Shape[];
}

/** What of a value does not fit a schema, and where; undefined when it fits. Objects have no other fields than theirs. */
export function shapeProblem(value: unknown, shape: Shape, path = ''): string | undefined {
  const { const: only, type, anyOf } = shape;
  const at = path === '' ? 'it' : path;
  if (anyOf) return anyOf.some((choice) => shapeProblem(value, choice, path) === undefined) ? undefined : shapeProblem(value, anyOf.at(-1)!, path);
  if ('const' in shape) return value === only ? undefined : `${at} is not ${JSON.stringify(only)}`;
  const kind = kindOf(value);
  if (type !== undefined && ![type].flat().includes(kind)) return `${at} is no ${[type].flat().join(' or ')}`;
  switch (kind) {
    case 'string':
      return shape.pattern === undefined || new RegExp(shape.pattern, 'u').test(value as string) ? undefined : `${at} is not written as it should be`;
    case 'integer':
      return shape.minimum === undefined || (value as number) >= shape.minimum ? undefined : `${at} is below ${shape.minimum}`;
    case 'array':
      return listProblem(value as readonly unknown[], shape, path);
    case 'object':
      return fieldProblem(value as Readonly<Record<string, unknown>>, shape, path);
    default:
      return undefined;
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isSafeInteger(value) ? 'integer' : typeof value;
}

function listProblem(list: readonly unknown[], { minItems = 0, items = {} }: Shape, path: string): string | undefined {
  if (list.length < minItems) return `${path} has too few entries`;
  return firstProblem(list.entries(), ([index, item]) => shapeProblem(item, items, `${path}[${index}]`));
}

function fieldProblem(object: Readonly<Record<string, unknown>>, { properties = {}, required = [] }: Shape, path: string): string | undefined {
  const below = (name: string) => (path === '' ? name : `${path}.${name}`);
  const other = Object.keys(object).find((name) => !Object.hasOwn(properties, name));
  if (other !== undefined) return `${below(other)} is no field of a receipt`;
  return firstProblem(Object.entries(properties), ([name, shape]) => {
    if (Object.hasOwn(object, name)) return shapeProblem(object[name], shape, below(name));
    return required.includes(name) ? `${below(name)} is missing` : undefined;
  });
}

function firstProblem<T>(items: Iterable<T>, problemOf: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
