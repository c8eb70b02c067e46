import { fileURLToPath } from 'node:url';
import Stripe from 'stripe';
import ts from 'typescript';
import { SchemaWriter, type JsonSchema } from './json-schema.js';
import { operations } from './operations.js';
import { recordRoute, type Route } from './record-route.js';

export interface OperationContract extends Route {
  readonly request: JsonSchema;
  readonly response: JsonSchema;
}

export interface Contract {
  readonly apiVersion: string;
  readonly operations: Readonly<Record<string, OperationContract>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

/** Reads the types of the installed stripe package: what each operation takes and answers, by verb and path. */
export async function deriveContract(): Promise<Contract> {
  const types = fileURLToPath(import.meta.resolve('stripe')).replace(/\.js$/, '.d.ts');
  const options: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, noLib: false, lib: ['lib.es2022.d.ts'], types: [] };
  const program = ts.createProgram([types], options);
  const checker = program.getTypeChecker();
  const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(types)!)!);
  const stripe = checker.getDeclaredTypeOfSymbol(exported.find(({ name }) => name === 'Stripe')!);
  const writer = new SchemaWriter(checker);
  const contracts: Record<string, OperationContract> = {};
  for (const operation of operations) contracts[operation] = await readMethod(operation, { checker, stripe, writer });
  return { apiVersion: Stripe.API_VERSION, operations: contracts, definitions: writer.definitions };
}

interface Reading {
  readonly checker: ts.TypeChecker;
  readonly stripe: ts.Type;
  readonly writer: SchemaWriter;
}

async function readMethod(operation: string, { checker, stripe, writer }: Reading): Promise<OperationContract> {
  const method = operation.split('.').reduce((type, part) => checker.getTypeOfSymbol(type.getProperty(part)!), stripe);
  const signature = method.getCallSignatures()[0]!;
  const given = signature.getParameters().map((parameter) => ({ name: parameter.name, type: checker.getTypeOfSymbol(parameter) }));
  const ids = given.filter(({ type }) => type.flags & ts.TypeFlags.String).map(({ name }) => name);
  const params = given.find(({ name }) => name === 'params');
  const answer = checker.getAwaitedType(signature.getReturnType())!;
  const request = params ? writer.write(checker.getNonNullableType(params.type)) : { type: 'object', additionalProperties: false };
  // Lists of version 2 say the url of their next page, with a parameter that is not for callers to write.
  if (answer.getProperty('next_page_url')) writer.allow(request, 'page', { type: 'string' });
  return { ...(await recordRoute(operation, ids)), request, response: writer.write(answer) };
}
