import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Contract } from './derive-contract.js';
import type { Operation } from './operations.js';

type Side = 'request' | 'response';

/** Compiled once in a process, whatever the number of doubles: compiling takes most of a short test's time. */
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

class Validators {
  private readonly ajv: Record<Side, Ajv>;
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(private readonly contract: Contract) {
    // What comes as a form is all text, and is read as the type it stands for.
    this.ajv = { request: this.reader('array'), response: this.reader(false) };
  }

  find(side: Side, operation: Operation, value: unknown): ErrorObject[] {
    const key = `${side} ${operation}`;
    const check = this.compiled.get(key) ?? this.ajv[side].compile(absolute(this.contract.operations[operation]![side]));
    this.compiled.set(key, check);
    return check(value) ? [] : [...check.errors!];
  }

  private reader(coerceTypes: 'array' | false): Ajv {
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false, meta: false, coerceTypes });
    return ajv.addSchema({ $id: 'stripe', definitions: this.contract.definitions });
  }
}

function absolute(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"stripe#/')) as object;
}
