import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { DataValidateFunction } from 'ajv/dist/types/index.js';
import type { Contract } from './derive-contract.js';
import type { JsonSchema } from './json-schema.js';
import type { Operation } from './operations.js';

type Side = 'request' | 'response';

/** Compiled once in a process, whatever the number of doubles. */
const validatorsOf = new WeakMap<Contract, Validators>();

/** Holds requests and answers to the contract, and counts what it held. */
export class Checks {
  private readonly validators: Validators;
  private readonly counts = new Map<Operation, Record<Side, number>>();

  constructor(contract: Contract) {
    this.validators = validatorsOf.get(contract) ?? new Validators(contract);
    validatorsOf.set(contract, this.validators);
  }

  /** Reads `params` in place as the types they stand for. @returns what the contract has against them. */
  findInRequest(operation: Operation, params: unknown): ErrorObject[] {
    this.count(operation, 'request');
    return this.validators.find('request', operation, params);
  }

  findInResponse(operation: Operation, answer: unknown): ErrorObject[] {
    this.count(operation, 'response');
    return this.validators.find('response', operation, answer);
  }

  /** The same for an object that comes another way than as the operation's answer, and is not counted as one. */
  findInObject(operation: Operation, object: unknown): ErrorObject[] {
    return this.validators.find('response', operation, object);
  }

  /** How many requests and answers of each operation have been held to the contract. */
  coverage(): Map<Operation, Record<Side, number>> {
    return new Map(this.counts);
  }

  private count(operation: Operation, side: Side): void {
    const count = this.counts.get(operation) ?? { request: 0, response: 0 };
    count[side] += 1;
    this.counts.set(operation, count);
  }
}

/** A schema's part that is compiled when data comes to it first: whole answers of Stripe's have hundreds of parts, and use a few. */
const LAZY = 'lazily';

class Validators {
  private readonly ajv: Record<Side, Ajv>;
  private readonly definitions: Readonly<Record<string, JsonSchema>>;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly contract: Contract) {
    this.definitions = contract.definitions;
    // What comes as a form is all text, and is read as the type it stands for.
    this.ajv = { request: this.reader('request', 'array'), response: this.reader('response', false) };
  }

  find(side: Side, operation: Operation, value: unknown): ErrorObject[] {
    const check = this.compile(side, operation, this.contract.operations[operation]![side]);
    return check(value) ? [] : [...check.errors!];
  }

  private compile(side: Side, name: string, schema: JsonSchema): ValidateFunction {
    const key = `${side} ${name}`;
    const check = this.compiled.get(key) ?? this.ajv[side].compile(withLazyParts(schema));
    this.compiled.set(key, check);
    return check;
  }

  private reader(side: Side, coerceTypes: 'array' | false): Ajv {
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, meta: false, coerceTypes });
    const compile = (name: string): DataValidateFunction => {
      const validate: DataValidateFunction = (data: unknown, context) => {
        const check = this.compile(side, name, this.definitions[name]!);
        const holds = check(data, context);
        validate.errors = check.errors ?? [];
        return holds;
      };
      return validate;
    };
    return ajv.addKeyword({ keyword: LAZY, errors: 'full', compile });
  }
}

function withLazyParts(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/definitions/', `"${LAZY}":"`)) as JsonSchema;
}
