import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { reasonOf, runtimeErrors } from '@steelyard/runtime-kit';

/** What is used of `node-llama-cpp` 3.22, which is not there when this package is compiled. */
export interface LlamaLibrary {
  getLlama(options: Record<string, unknown>): Promise<Llama>;
  readonly LlamaText: new (parts: readonly unknown[]) => { tokenize(tokenizer: unknown): Token[] };
  readonly SpecialTokensText: new (text: string) => unknown;
  readonly LlamaGrammarEvaluationState: new (options: { model: LlamaModel; grammar: LlamaGrammar }) => LlamaGrammarState;
}

export type Token = number;
export type LlamaGrammar = object;
export type LlamaGrammarState = object;

export interface Llama {
  loadModel(options: Record<string, unknown>): Promise<LlamaModel>;
  createGrammarForJsonSchema(schema: object): Promise<LlamaGrammar>;
}

export interface LlamaModel {
  readonly trainContextSize: number;
  readonly tokenizer: unknown;
  readonly tokens: { readonly bos: Token | null; readonly bosString: string | null; readonly eosString: string | null; readonly shouldPrependBosToken: boolean };
  readonly fileInfo: { readonly metadata: { readonly tokenizer?: { readonly chat_template?: string } } };
  createContext(options: Record<string, unknown>): Promise<LlamaContext>;
  createEmbeddingContext(options: Record<string, unknown>): Promise<LlamaEmbeddingContext>;
  tokenize(text: string, specialTokens?: boolean): Token[];
  detokenize(tokens: readonly Token[], specialTokens?: boolean, lastTokens?: readonly Token[]): string;
  isEogToken(token: Token): boolean;
  dispose(): Promise<void>;
}

export interface LlamaContext {
  getSequence(): LlamaSequence;
  dispose(): Promise<void>;
}

export interface LlamaSequence {
  evaluate(tokens: readonly Token[], options: EvaluateOptions): AsyncGenerator<Token, void>;
  clearHistory(): Promise<void>;
}

/** Tokens of one sequence that wait for a pass over the model. */
export interface SequenceDecode {
  readonly tokens: readonly Token[];
}

export interface EvaluateOptions {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly seed: number;
  readonly grammarEvaluationState?: LlamaGrammarState | undefined;
}

export interface LlamaEmbeddingContext {
  /** With the tokens that the model puts around a text. */
  calculateInputLength(tokens: readonly Token[]): number;
  getEmbeddingFor(tokens: readonly Token[]): Promise<{ readonly vector: readonly number[] }>;
  dispose(): Promise<void>;
}

/** The part of `@huggingface/jinja`, a dependency of `node-llama-cpp`, that renders chat templates. */
export interface JinjaLibrary {
  readonly Template: new (template: string) => { render(variables: Record<string, unknown>): string };
}

const LIBRARY = 'node-llama-cpp';
const JINJA = '@huggingface/jinja';

/**
 * `node-llama-cpp` where the operator installed it, else from the folder `library` beside this package's sources, into which
 * `npm run runtime -- install llama-cpp` puts it.
 * @throws AppError `RUNTIME.LIBRARY_MISSING` with how to install it.
 */
export async function loadLlamaLibrary(): Promise<LlamaLibrary> {
  return (await importFrom(libraryPath(), LIBRARY)) as LlamaLibrary;
}

export async function loadJinja(): Promise<JinjaLibrary> {
  const jinja = (await importFrom(createRequire(libraryPath()).resolve(JINJA), JINJA)) as JinjaLibrary & { default?: JinjaLibrary };
  // A CommonJS package: its names may be on `default` only.
  return jinja.Template ? jinja : (jinja.default as JinjaLibrary);
}

let llama: Promise<Llama> | undefined;

/**
 * llama.cpp for the CPU, once a process: starting it takes most of a second. It is never built or downloaded, whatever is
 * missing, and says nothing: its log quotes prompts.
 */
export function startLlama(library: LlamaLibrary): Promise<Llama> {
  llama ??= library
    .getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, logLevel: 'disabled', logger: () => {}, maxThreads: 0 })
    .catch((error: unknown) => {
      llama = undefined;
      throw missing(error);
    });
  return llama;
}

/** From here when it is found here, else from the folder with the locked copy. */
function libraryPath(): string {
  const here = createRequire(import.meta.url);
  const folder = createRequire(new URL('../library/package.json', import.meta.url));
  try {
    return here.resolve(LIBRARY);
  } catch {
    try {
      return folder.resolve(LIBRARY);
    } catch (error) {
      throw missing(error);
    }
  }
}

async function importFrom(path: string, name: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(path).href);
  } catch (error) {
    throw missing(error, name);
  }
}

function missing(error: unknown, library = LIBRARY): Error {
  return runtimeErrors.LIBRARY_MISSING({ runtime: 'llama-cpp', library, reason: reasonOf(error), install: 'npm run runtime -- install llama-cpp' }, error);
}
