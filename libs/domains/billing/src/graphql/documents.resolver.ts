import { Inject } from '@nestjs/common';
import { Args, ID, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@steelyard/kernel';
import { Access, CurrentCaller, PageArgs, pageOf, toPage, type Page } from '@steelyard/platform-graphql';
import { ReadDocuments } from '../documents/read-documents.js';
import { Invoice, InvoiceConnection, InvoiceKind, Statement, StatementConnection } from './documents.graphql-types.js';
import { toInvoice, toStatement } from './document-view.js';

const INVOICES = ['invoice', 'credit_note'] as const;

@Resolver()
export class DocumentsResolver {
  constructor(@Inject(ReadDocuments) private readonly documents: ReadDocuments) {}

  @Access('billing:read')
  @Query(() => InvoiceConnection, { description: 'Invoices and credit notes of the organization, newest first.' })
  async invoices(
    @CurrentCaller() caller: Caller,
    @Args() page: PageArgs,
    @Args('kind', { type: () => InvoiceKind, nullable: true }) kind?: InvoiceKind | null,
  ): Promise<Page<Invoice>> {
    const { limit, afterId } = pageOf(page);
    const rows = await this.documents.page(caller.organizationId, { kinds: kind ? [kind] : INVOICES, limit, afterId });
    return toPage(rows, limit, ({ id }) => id, toInvoice);
  }

  @Access('billing:read')
  @Query(() => Invoice, { description: 'An invoice or a credit note of the organization.' })
  async invoice(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID, description: 'Its id, or its number.' }) id: string): Promise<Invoice> {
    return toInvoice(await this.documents.one(caller.organizationId, id, INVOICES));
  }

  @Access('billing:read')
  @Query(() => StatementConnection, { description: 'What the organization earned, month by month, newest first.' })
  async statements(@CurrentCaller() caller: Caller, @Args() page: PageArgs): Promise<Page<Statement>> {
    const { limit, afterId } = pageOf(page);
    return toPage(await this.documents.page(caller.organizationId, { kinds: ['statement'], limit, afterId }), limit, ({ id }) => id, toStatement);
  }

  @Access('billing:read')
  @Query(() => Statement)
  async statement(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID, description: 'Its id, or its number.' }) id: string): Promise<Statement> {
    return toStatement(await this.documents.one(caller.organizationId, id, ['statement']));
  }
}
