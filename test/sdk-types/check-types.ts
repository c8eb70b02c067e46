import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

export interface TypeProblem {
  /** Name of the file as it was given, or the path of another one. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly code: number;
  readonly message: string;
}

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'virtual');

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  noUnusedLocals: true,
  noUncheckedIndexedAccess: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  customConditions: ['@steelyard/source'],
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
  types: [],
};

const parsed = new Map<string, ts.SourceFile | undefined>();

/**
 * Type-checks files that exist only here, as a user's compiler would: strict, with the DOM and without Node's types.
 * They may import each other and what is installed.
 */
export function checkTypes(files: Readonly<Record<string, string>>, options: ts.CompilerOptions = {}): TypeProblem[] {
  const merged = { ...OPTIONS, ...options };
  const host = ts.createCompilerHost(merged);
  const given = new Map(Object.entries(files).map(([name, text]) => [join(FOLDER, name), text]));
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (path, languageVersion) => {
    const text = given.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, languageVersion, true);
    if (!parsed.has(path)) parsed.set(path, read(path, languageVersion));
    return parsed.get(path);
  };
  host.directoryExists = (path) => path === FOLDER || ts.sys.directoryExists(path);
  host.fileExists = (path) => given.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => given.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram([...given.keys()], merged, host);
  return ts.getPreEmitDiagnostics(program).map(toProblem);
}

function toProblem(diagnostic: ts.Diagnostic): TypeProblem {
  const { file, start = 0, code } = diagnostic;
  const name = file?.fileName ?? '';
  return {
    file: name.startsWith(`${FOLDER}/`) ? name.slice(FOLDER.length + 1) : name,
    line: file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0,
    code,
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n'),
  };
}

/** The lines of a text that end in `// wrong`. */
export function linesMarkedWrong(text: string): number[] {
  return text.split('\n').flatMap((line, index) => (line.trimEnd().endsWith('// wrong') ? [index + 1] : []));
}
