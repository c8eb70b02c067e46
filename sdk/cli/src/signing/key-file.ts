import type { KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readPrivateKey, readPublicKey } from '@steelyard/model-package/signature';
import type { CommandIo } from '../command-io.js';
import { cliErrors } from '../errors.js';

/** @throws AppError `CLI.FILE_UNREADABLE` */
export async function privateKeyOf(io: CommandIo, path: string): Promise<KeyObject> {
  return readPrivateKey(await textOf(io, path)) ?? unusable(path, 'it is no Ed25519 private key in PEM (PKCS #8)');
}

/** The 32 bytes of the public part. @throws AppError `CLI.FILE_UNREADABLE` */
export async function publicKeyIn(io: CommandIo, path: string): Promise<Uint8Array> {
  return readPublicKey(await textOf(io, path)) ?? unusable(path, 'it is no Ed25519 key in PEM');
}

/** For the owner of the file alone; over nothing that is there. @throws AppError `CLI.ARGUMENT_INVALID` */
export async function keepPrivateKey(io: CommandIo, path: string, pem: string): Promise<void> {
  try {
    await writeFile(resolve(io.cwd, path), pem, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw cliErrors.ARGUMENT_INVALID({ argument: '--out', problem: `names ${path}, which is there already: a key is never written over another` }, error);
  }
}

export async function textOf(io: CommandIo, path: string): Promise<string> {
  try {
    return await readFile(resolve(io.cwd, path), 'utf8');
  } catch (error) {
    throw cliErrors.FILE_UNREADABLE({ path, reason: (error as Error).message }, error);
  }
}

function unusable(path: string, reason: string): never {
  throw cliErrors.FILE_UNREADABLE({ path, reason });
}
