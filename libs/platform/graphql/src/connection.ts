import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { isId } from '@steelyard/kernel';
import { graphqlErrors } from './errors.js';

@ObjectType()
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many to give, 1 to 100.' })
  first!: number;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  after?: string;
}

export interface Page<T> {
  readonly nodes: T[];
  readonly pageInfo: PageInfo;
}

/** The class of a connection over `node`, named `<Name>Connection` in the schema. */
export function connectionOf<T>(node: Type<T>, name: string): Type<Page<T>> {
  @ObjectType(`${name}Connection`)
  class Connection {
    @Field(() => [node])
    nodes!: T[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }
  return Connection;
}

export const PAGE_SIZE_MAX = 100;

/** @throws AppError `GRAPHQL.PAGE_INVALID` */
export function pageSize({ first }: PageArgs): number {
  if (first < 1 || first > PAGE_SIZE_MAX) throw graphqlErrors.PAGE_INVALID({ problem: `first must be 1 to ${PAGE_SIZE_MAX}, not ${first}` });
  return first;
}

/**
 * Reads page arguments of a list in the order of ids, whose cursors are ids.
 * @throws AppError `GRAPHQL.PAGE_INVALID`
 */
export function pageOf(args: PageArgs): { limit: number; afterId: string | undefined } {
  const limit = pageSize(args);
  if (!args.after) return { limit, afterId: undefined };
  const afterId = Buffer.from(args.after, 'base64url').toString('utf8');
  if (!isId(afterId)) throw graphqlErrors.PAGE_INVALID({ problem: 'after must be the endCursor of a page' });
  return { limit, afterId };
}

/** Cuts `limit + 1` fetched rows down to a page. The cursor is what `placeOf` says of the last one, base64url, so that it says nothing of the storage. */
export function toPage<R, T>(rows: readonly R[], limit: number, placeOf: (row: R) => string, toNode: (row: R) => T): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return {
    nodes: kept.map(toNode),
    pageInfo: { hasNextPage: rows.length > limit, endCursor: last === undefined ? null : Buffer.from(placeOf(last)).toString('base64url') },
  };
}
