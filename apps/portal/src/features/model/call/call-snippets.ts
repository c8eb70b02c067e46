import type { DraftValue, JsonObject } from '../playground/draft';

export interface CallOf {
  /** Where the API is. */
  readonly baseUrl: string;
  readonly ref: string;
  readonly input: JsonObject;
  /** Fields that are read from files, in base64, by the files' names. */
  readonly files: DraftValue['files'];
}

/** What sends the same call as the GraphQL snippet, for reading. */
export const OPERATION = `mutation Predict($input: PredictInput!) {
  predict(input: $input) {
    ... on PredictSuccess { output prediction { id amountNano currency } }
    ... on PaymentRequired { message fix }
    ... on LimitReached { message fix }
    ... on InputInvalid { message problems { path message } }
  }
}`;

/** TypeScript, and JavaScript as well. */
export function sdkSnippet({ baseUrl, ref, input, files }: CallOf): string {
  const names = Object.keys(files);
  const fields = Object.entries(input).map(([name, value]) => {
    const written = files[name] === undefined ? indented(JSON.stringify(value, null, 2)) : `file(${JSON.stringify(files[name])})`;
    return `  ${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${written},`;
  });
  return [
    "import { createClient } from '@steelyard/client';",
    ...(names.length > 0 ? ["import { file } from '@steelyard/client/node';"] : []),
    '',
    `const steelyard = createClient({ baseUrl: ${JSON.stringify(baseUrl)}, apiKey: process.env.STEELYARD_API_KEY });`,
    `const output = await steelyard.run(${JSON.stringify(ref)}, {`,
    ...fields,
    '});',
    'console.log(output);',
  ].join('\n');
}

export function curlSnippet({ baseUrl, ref, input, files }: CallOf): string {
  return postSnippet(`${baseUrl}/v1/predict/${ref}`, withFiles(input, files), files);
}

/** The operation as one HTTP request. */
export function graphqlSnippet({ baseUrl, ref, input, files }: CallOf): string {
  const query = OPERATION.replace(/\s+/g, ' ');
  return postSnippet(`${baseUrl}/graphql`, { query, variables: { input: { ref, input: withFiles(input, files) } } }, files);
}

export function cliSnippet({ baseUrl, ref, input, files }: CallOf): string {
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => files[name] === undefined));
  const fields = Object.entries(files).map(([name, file]) => ` ${quoted(`${name}=@${file}`)}`);
  const command = `steelyard --url ${quoted(baseUrl)} run ${quoted(ref)}${fields.join('')}`;
  return Object.keys(rest).length === 0 ? command : `${command} --input - <<'JSON'\n${JSON.stringify(rest, null, 2)}\nJSON`;
}

/** Stands in a body for the contents of the file that a field comes from. */
export function fileMark(field: string): string {
  return `\u0000${field}\u0000`;
}

/** The input with a mark for each file. */
function withFiles(input: JsonObject, files: DraftValue['files']): JsonObject {
  return Object.fromEntries(Object.entries(input).map(([name, value]) => [name, files[name] === undefined ? value : fileMark(name)]));
}

/** A POST of JSON in a POSIX shell. The parts between the marks of files are text; in place of each, the base64 text of its file flows in. */
export function postSnippet(address: string, body: JsonObject, files: DraftValue['files']): string {
  const send = [
    `curl -sS ${quoted(address)}`,
    '-H "authorization: Bearer $STEELYARD_API_KEY"',
    "-H 'content-type: application/json'",
    '--data-binary @-',
  ].join(' \\\n  ');
  // JSON that is written over lines has no line of its own making: the end mark cannot be one of them.
  if (Object.keys(files).length === 0) return `${send} <<'JSON'\n${JSON.stringify(body, null, 2)}\nJSON`;

  const parts = JSON.stringify(body).split(/\\u0000(.*?)\\u0000/);
  const commands = parts.map((part, at) => (at % 2 === 0 ? `printf %s ${quoted(part)}` : `base64 < ${quoted(files[part]!)} | tr -d '\\n'`));
  return `{ ${commands.join('\n  ')}\n} | ${send}`;
}

/** One word of a POSIX shell, whatever is in it. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
