import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseModelRef } from '@steelyard/kernel';
import { readPackageFolder, type Manifest, type PackageFile } from '@steelyard/model-package';
import { readEnvelope, signatureProblem, signingKeyId, statementOf, type SignatureEnvelope, type VersionStatement } from '@steelyard/model-package/signature';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.js';
import type { Run } from '../commands/command-action.js';
import { cliErrors } from '../errors.js';
import { ExitCode } from '../report-failure.js';
import { publicKeyIn, textOf } from './key-file.js';

export function addSigning(program: Command, run: Run): void {
  program
    .command('signing')
    .description('check who signed a version')
    .command('verify')
    .argument('<version>', 'owner/name@1.0.0, or a folder with model.yaml')
    .option('--key <file>', "the owner's public key in PEM, as you have it from the owner")
    .option('--signature <file>', 'of a folder: the envelope, or what `signing verify --json` wrote')
    .option('--owner <handle>', 'of a folder: who offers it')
    .description('check the signature of a published version, or of a folder without asking anybody')
    .addHelpText('after', '\nExamples:\n  $ steelyard signing verify acme/digits@1.0.0 --key acme.pub.pem\n  $ steelyard signing verify ./digits --owner acme --signature digits.sig.json --key acme.pub.pem')
    .action(run(verify));
}

interface VerifyFlags {
  readonly key?: string;
  readonly signature?: string;
  readonly owner?: string;
}

/** What there is to check, however it was come by. */
interface Claim {
  readonly statement: VersionStatement;
  readonly envelope: SignatureEnvelope;
  /** What its owner calls the key; unknown where nobody was asked. */
  readonly keyName: string | undefined;
  readonly publicKey: Uint8Array;
}

async function verify(context: CommandContext, version: string, flags: VerifyFlags): Promise<ExitCode> {
  const isFolder = (await stat(resolve(context.io.cwd, version)).catch(() => undefined))?.isDirectory() ?? false;
  const claim = isFolder ? await claimOfFolder(context, version, flags) : await claimOfVersion(context, version, flags);
  const { statement, envelope, publicKey, keyName } = claim;
  const problem = signatureProblem(envelope, claim);
  const keyId = signingKeyId(publicKey);
  const { tenant, model, version: number, sha256 } = statement;
  context.result({ valid: problem === undefined, problem: problem ?? null, statement, keyId, keyName: keyName ?? null, envelope }, () =>
    problem === undefined ? `${tenant}/${model}@${number} is signed by ${keyName ?? 'the key'} (${keyId})\ndigest ${sha256}` : '',
  );
  if (problem !== undefined) context.note(context.style.red(`not good: ${problem}`));
  else if (flags.key === undefined) context.note(context.style.dim('The key is the one that the platform shows; with --key it is held against one that you have.'));
  return problem === undefined ? ExitCode.ok : ExitCode.failed;
}

async function claimOfFolder({ io }: CommandContext, dir: string, { key, signature, owner }: VerifyFlags): Promise<Claim> {
  const missing = (argument: string) => cliErrors.ARGUMENT_INVALID({ argument, problem: 'is missing: a folder is checked without asking anybody' });
  if (owner === undefined) throw missing('--owner');
  if (signature === undefined) throw missing('--signature');
  if (key === undefined) throw missing('--key');
  const { manifest, files } = await readPackageFolder(resolve(io.cwd, dir));
  return { statement: statementOf(owner, manifest, files), envelope: envelopeIn(await textOf(io, signature), signature), keyName: undefined, publicKey: await publicKeyIn(io, key) };
}

interface VersionAnswer {
  readonly ref: string;
  readonly manifest: Manifest;
  readonly files: readonly PackageFile[];
  readonly signature: { readonly keyName: string; readonly publicKey: string; readonly envelope: unknown } | null;
}

/** The digest is computed here, of manifest and files: what the platform says of it is not asked for. */
async function claimOfVersion(context: CommandContext, ref: string, { key }: VerifyFlags): Promise<Claim> {
  const { client } = await context.connect();
  const document = 'query Signature($ref: String!) { modelVersion(ref: $ref) { ref manifest files signature { keyName publicKey envelope } } }';
  const { modelVersion } = await client.graphql<{ modelVersion: VersionAnswer | null }>(document, { ref });
  if (!modelVersion) throw cliErrors.NOT_FOUND({ what: `version ${ref} that you can see` });
  const { manifest, files, signature } = modelVersion;
  if (!signature) throw cliErrors.NOT_SIGNED({ ref: modelVersion.ref });
  const publicKey = key === undefined ? Buffer.from(signature.publicKey, 'base64url') : await publicKeyIn(context.io, key);
  return { statement: statementOf(parseModelRef(modelVersion.ref)!.owner, manifest, files), envelope: asEnvelope(signature.envelope, ref), keyName: signature.keyName, publicKey };
}

function envelopeIn(text: string, path: string): SignatureEnvelope {
  try {
    const value = JSON.parse(text) as { envelope?: unknown } | null;
    return asEnvelope(value?.envelope ?? value, path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw cliErrors.FILE_UNREADABLE({ path, reason: `it is no JSON: ${error.message}` }, error);
  }
}

function asEnvelope(value: unknown, path: string): SignatureEnvelope {
  const envelope = readEnvelope(value);
  if (!envelope) throw cliErrors.FILE_UNREADABLE({ path, reason: 'it is no DSSE envelope with one signature' });
  return envelope;
}
