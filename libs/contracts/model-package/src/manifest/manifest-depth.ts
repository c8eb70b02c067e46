import { Lexer, Parser } from 'yaml';
import { DEPTH_MAX } from '../schema/unstorable.js';

/**
 * Whether collections are nested so deep that composing them could exhaust the stack, which near its end stops the whole process. The
 * parser itself does not recurse: how deep it is can be seen while it goes.
 */
export function isNestedTooDeep(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    for (const _token of parser.next(lexeme)) {
      // What it yields is a finished document; only how deep it stands matters here.
    }
    if (parser.stack.length > DEPTH_MAX) return true;
  }
  return false;
}
