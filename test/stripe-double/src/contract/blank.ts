import type { Contract } from './derive-contract.js';
import type { JsonSchema } from './json-schema.js';
import type { Answer, Operation } from './operations.js';

/** Makes the plainest answer that an operation's contract allows: null where it may be, else the first of what it may be. */
export class Blanks {
  constructor(private readonly contract: Contract) {}

  of<Name extends Operation>(operation: Name): Answer<Name> {
    return this.fill(this.contract.operations[operation]!.response) as Answer<Name>;
  }

  private fill(schema: JsonSchema): unknown {
    if (typeof schema.$ref === 'string') return this.fill(this.contract.definitions[schema.$ref.slice('#/definitions/'.length)]!);
    if (Array.isArray(schema.anyOf)) return this.fillOne(schema.anyOf as JsonSchema[]);
    if (mayBeNull(schema)) return null;
    if (Array.isArray(schema.enum)) return schema.enum[0];
    const types = [schema.type].flat();
    if (types[0] === 'object') return this.fillObject(schema);
    return { string: '', number: 0, boolean: false, array: [] }[types[0] as string] ?? null;
  }

  private fillOne(choices: JsonSchema[]): unknown {
    return choices.some(mayBeNull) ? null : this.fill(choices[0]!);
  }

  private fillObject(schema: JsonSchema): Record<string, unknown> {
    const properties = schema.properties as Record<string, JsonSchema>;
    return Object.fromEntries(((schema.required ?? []) as string[]).map((name) => [name, this.fill(properties[name]!)]));
  }
}

function mayBeNull({ type, enum: values }: JsonSchema): boolean {
  return [type].flat().includes('null') || (Array.isArray(values) && values.includes(null));
}
