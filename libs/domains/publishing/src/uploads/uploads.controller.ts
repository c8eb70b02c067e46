import type { IncomingMessage } from 'node:http';
import { Controller, Head, Headers, HttpCode, Inject, Param, Patch, Req, Res, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AppError, type Caller } from '@steelyard/kernel';
import { Access, CurrentCaller } from '@steelyard/platform-graphql';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { publishingErrors } from '../errors.js';
import { ReceiveUpload } from './receive-upload.js';

const CONTENT_TYPE = 'application/offset+octet-stream';

/** Resumable uploads of files by their sha256: `HEAD` asks how far one is, `PATCH` adds to it. */
@Controller('v1/uploads/sha256')
export class UploadsController implements OnModuleInit {
  constructor(
    @Inject(ReceiveUpload) private readonly uploads: ReceiveUpload,
    @Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost,
  ) {}

  /** Leaves the body a stream: it goes to the disk as it comes. */
  onModuleInit(): void {
    const fastify = this.adapterHost.httpAdapter.getInstance<FastifyInstance>();
    if (fastify.hasContentTypeParser(CONTENT_TYPE)) return;
    fastify.addContentTypeParser(CONTENT_TYPE, (_request: FastifyRequest, payload: IncomingMessage, done: (error: null, body: unknown) => void) => done(null, payload));
  }

  @Head(':sha256')
  @Access('versions:publish')
  async state(@CurrentCaller() caller: Caller, @Param('sha256') sha256: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const { offset, length } = await this.uploads.stateOf(caller, sha256);
    void reply.headers({ 'upload-offset': String(offset), 'upload-length': String(length), 'cache-control': 'no-store' });
  }

  @Patch(':sha256')
  @HttpCode(204)
  @Access('versions:publish')
  async append(
    @CurrentCaller() caller: Caller,
    @Param('sha256') sha256: string,
    @Headers() headers: Readonly<Record<string, string | undefined>>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    try {
      const offset = wholeNumber(headers, 'upload-offset');
      const length = wholeNumber(headers, 'upload-length');
      const received = await this.uploads.receive(caller, { sha256, offset, length, bytes: bodyOf(request) });
      void reply.header('upload-offset', String(received));
    } catch (error) {
      // The rest of the body is not read, so this connection is of no further use.
      void reply.header('connection', 'close');
      if (error instanceof AppError && error.code === 'BLOB.OFFSET_MISMATCH') void reply.header('upload-offset', String(error.details?.expected));
      throw error;
    }
  }
}

function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const { body } = request;
  // Without a body Fastify asks no parser.
  if (body === undefined || body === null) return emptyBody();
  if (request.headers['content-type']?.split(';')[0]?.trim() === CONTENT_TYPE) return body as IncomingMessage;
  throw publishingErrors.UPLOAD_HEADER_INVALID({ header: 'Content-Type', problem: `must be ${CONTENT_TYPE}` });
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {
  // Nothing comes.
}

function wholeNumber(headers: Readonly<Record<string, string | undefined>>, header: 'upload-offset' | 'upload-length'): number {
  const text = headers[header];
  const name = header === 'upload-offset' ? 'Upload-Offset' : 'Upload-Length';
  if (text === undefined) throw publishingErrors.UPLOAD_HEADER_INVALID({ header: name, problem: 'is missing' });
  const value = Number(text);
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(value)) throw publishingErrors.UPLOAD_HEADER_INVALID({ header: name, problem: 'must be a whole number of bytes' });
  return value;
}
