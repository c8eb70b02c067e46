import ts from 'typescript';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const { TypeFlags, SymbolFlags } = ts;
const PRIMITIVES: [ts.TypeFlags, string][] = [
  [TypeFlags.String | TypeFlags.TemplateLiteral, 'string'],
  [TypeFlags.Number | TypeFlags.BigInt, 'number'],
  [TypeFlags.Boolean, 'boolean'],
  [TypeFlags.Null, 'null'],
];
/** What the package adds to an answer after it came over the wire. */
const NOT_ON_THE_WIRE = new Set(['lastResponse']);
/** A union of more kinds of objects than this (events) is written as what they share, and open. */
const KINDS_MAX = 20;

/**
 * Turns the types of the stripe package into JSON Schemas as they are on the wire: objects are closed, and so are its "open" enumerations (a
 * double has no values of the future). An object that may be expanded is taken as a string or anything with an `id` and an `object`.
 */
export class SchemaWriter {
  readonly definitions: Record<string, JsonSchema> = {};
  private readonly names = new Map<ts.Type, string>();

  constructor(private readonly checker: ts.TypeChecker) {}

  write(type: ts.Type): JsonSchema {
    const primitive = PRIMITIVES.find(([flag]) => type.flags & flag)?.[1];
    if (primitive) return { type: primitive };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { enum: [type.value] };
    if (type.flags & TypeFlags.BooleanLiteral) return { enum: [this.checker.typeToString(type) === 'true'] };
    if (type.isUnion()) return type.types.filter(isObject).length > KINDS_MAX ? this.reference(type) : this.union(type.types);
    if (isString(type) || this.isDecimalOrDate(type)) return { type: 'string' };
    if (this.checker.isArrayType(type)) return { type: 'array', items: this.write(this.checker.getTypeArguments(type as ts.TypeReference)[0]!) };
    if (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) return this.reference(type);
    return {};
  }

  /** Lets an object have a property that its type does not name. */
  allow(schema: JsonSchema, property: string, type: JsonSchema): void {
    const name = String(schema.$ref).slice('#/definitions/'.length);
    (this.definitions[name]!.properties as Record<string, JsonSchema>)[property] = type;
  }

  private union(members: readonly ts.Type[]): JsonSchema {
    const present = members.filter((member) => !(member.flags & TypeFlags.Undefined));
    const literals = present.flatMap((member) => (member.isStringLiteral() || member.isNumberLiteral() ? [member.value] : []));
    const nullable = present.some((member) => member.flags & TypeFlags.Null);
    const objects = present.filter(isObject);
    const rest = present.filter((member) => !isObject(member) && !member.isLiteral() && !(literals.length > 0 && isString(member)));
    if (objects.some((member) => this.isExpandable(member)) && rest.some((member) => member.flags & TypeFlags.String)) return expandable(nullable);
    // One schema for all primitives, so that coercing "" to null is not tried before the string it is.
    const primitives = [...new Set(rest.map((member) => (member.flags & TypeFlags.BooleanLike ? 'boolean' : (this.write(member).type as string))))];
    const parts: JsonSchema[] = [
      ...(literals.length > 0 ? [{ enum: nullable ? [...literals, null] : literals }] : []),
      ...(primitives.length > 0 ? [{ type: primitives.length === 1 ? primitives[0] : primitives }] : []),
      ...objects.map((member) => this.write(member)),
    ];
    return parts.length === 1 ? parts[0]! : { anyOf: parts };
  }

  private reference(type: ts.Type): JsonSchema {
    const known = this.names.get(type);
    const name = known ?? this.nameOf(type);
    if (!known) {
      this.names.set(type, name);
      this.definitions[name] = {};
      this.definitions[name] = this.object(type);
    }
    return { $ref: `#/definitions/${name}` };
  }

  private object(type: ts.Type): JsonSchema {
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const property of this.checker.getPropertiesOfType(type)) {
      const itsType = this.checker.getTypeOfSymbol(property);
      if (NOT_ON_THE_WIRE.has(property.name) || itsType.getCallSignatures().length > 0) continue;
      properties[property.name] = this.write(itsType);
      if (!(property.flags & SymbolFlags.Optional)) required.push(property.name);
    }
    const others = this.checker.getIndexTypeOfType(type, ts.IndexKind.String);
    return { type: 'object', properties, required, additionalProperties: others ? this.write(others) : type.isUnion() };
  }

  private isExpandable(type: ts.Type): boolean {
    return ['id', 'object'].every((name) => type.getProperty(name));
  }

  private isDecimalOrDate(type: ts.Type): boolean {
    return /^(Decimal|DecimalImpl|Date)$/.test(type.aliasSymbol?.name ?? type.symbol?.name ?? '');
  }

  private nameOf(type: ts.Type): string {
    const symbol = type.aliasSymbol ?? type.symbol;
    const readable = symbol ? this.checker.getFullyQualifiedName(symbol).replace(/^".*"\.?/, '').replace(/\W+/g, '.') : 'object';
    return `${readable}-${this.names.size + 1}`;
  }
}

function isObject(type: ts.Type): boolean {
  return Boolean(type.flags & (TypeFlags.Object | TypeFlags.Intersection)) && !isString(type);
}

/** `string & {}`, which the package writes for values it has no name for. */
function isString(type: ts.Type): boolean {
  return Boolean(type.flags & TypeFlags.String) || (type.isIntersection() && type.types.some((part) => part.flags & TypeFlags.String));
}

function expandable(nullable: boolean): JsonSchema {
  const object = { type: 'object', required: ['id', 'object'] };
  return { anyOf: [{ type: nullable ? ['string', 'null'] : 'string' }, object] };
}
