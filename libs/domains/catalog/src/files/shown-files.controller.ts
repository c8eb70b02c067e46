import { basename } from 'node:path';
import { Controller, Get, Headers, Inject, Param, Res } from '@nestjs/common';
import { OrganizationHandles } from '@steelyard/domain-identity';
import type { Caller } from '@steelyard/kernel';
import type { PackageFile } from '@steelyard/model-package';
import { BLOB_STORE, type BlobStore } from '@steelyard/platform-blob-store';
import { DATABASE, type Database } from '@steelyard/platform-database';
import { CurrentCaller, Public } from '@steelyard/platform-graphql';
import type { FastifyReply } from 'fastify';
import { contentTypeOf, SIGNATURE_BYTES, type ContentType } from './content-type.js';
import { findShownFile, type FileWish } from './find-shown-file.js';

/** Whoever has the URL of a file of one version has all of it for ever; private caches may keep it, shared ones must not. */
const CACHE = 'private, max-age=3600';

/** Card, samples and their files, for the model page and the playground. What providers upload is served so that no page of ours runs it. */
@Controller('v1/models')
export class ShownFilesController {
  constructor(
    @Inject(DATABASE) private readonly database: Database,
    @Inject(BLOB_STORE) private readonly blobs: BlobStore,
    @Inject(OrganizationHandles) private readonly handles: OrganizationHandles,
  ) {}

  @Get(':owner/:name/:version/files/*')
  @Public()
  async file(
    @CurrentCaller() caller: Caller | undefined,
    @Param() params: Record<string, string>,
    @Headers('if-none-match') known: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await findShownFile({ database: this.database, handles: this.handles }, wishOf(params), caller);
    const etag = `"${file.sha256}"`;
    void reply.headers({ etag, 'cache-control': CACHE, vary: 'authorization, cookie, steelyard-organization' });
    if (known === etag) return void reply.status(304).send();
    void reply.headers(safeHeaders(file, await this.#contentType(file)));
    return void reply.send(this.blobs.open(file.sha256));
  }

  async #contentType({ sha256 }: PackageFile): Promise<ContentType> {
    const parts: Buffer[] = [];
    for await (const part of this.blobs.open(sha256) as AsyncIterable<Buffer>) {
      parts.push(part);
      if (parts.reduce((sum, { length }) => sum + length, 0) >= SIGNATURE_BYTES) break;
    }
    return contentTypeOf(Buffer.concat(parts).subarray(0, SIGNATURE_BYTES));
  }
}

function wishOf(params: Record<string, string>): FileWish {
  const { owner = '', name = '', version = '' } = params;
  return { owner, name, version, path: params['*'] ?? '' };
}

function safeHeaders({ path, size }: PackageFile, { type, inline }: ContentType): Record<string, string | number> {
  // A path of a package has no quotes and no control characters; what is not ASCII goes encoded (RFC 6266).
  const filename = `filename*=UTF-8''${encodeURIComponent(basename(path))}`;
  return {
    'content-type': type,
    'content-length': size,
    'content-disposition': `${inline ? 'inline' : 'attachment'}; ${filename}`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
  };
}
