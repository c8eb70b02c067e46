import { describe, expect, it } from '@jest/globals';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { ACCESS_DECORATORS, declaredAccess } from './declared-access.mjs';

const linter = new Linter();
const config: Linter.Config = {
  files: ['**/*.ts'],
  languageOptions: { parser: tseslint.parser },
  plugins: { steelyard: { rules: { 'declared-access': declaredAccess } } },
  rules: { 'steelyard/declared-access': 'error' },
};

const problemsOf = (code: string) => linter.verify(code, config, 'sample.ts').map(({ message }) => message);

const IMPORTS = `
  import * as nest from '@nestjs/common';
  import { Get, Post, Put, Patch, Delete, Head } from '@nestjs/common';
  import { Mutation, Query, Query as Ask, ResolveField, Subscription } from '@nestjs/graphql';
  import { ${ACCESS_DECORATORS.join(', ')}, Public as Everyone, CurrentCaller } from '@steelyard/platform-graphql';
  import { Public as Pretended } from './pretended.js';`;

const classWith = (decorators: string, onClass = '') => `${IMPORTS}\n ${onClass} class Doors { ${decorators} handler() {} }`;

describe('declared access', () => {
  it.each(['Query', 'Mutation', 'Subscription', 'Get', 'Post', 'Put', 'Patch', 'Delete', 'Head'])('catches a @%s that says nothing', (name) => {
    expect(problemsOf(classWith(`@${name}(() => String)`))).toEqual([expect.stringContaining(`@${name} handler does not say who may call it`)]);
  });

  it.each(ACCESS_DECORATORS)('accepts @%s, on the handler and on its class', (name) => {
    expect(problemsOf(classWith(`@Query() @${name}('x')`))).toEqual([]);
    expect(problemsOf(classWith('@Query()', `@${name}('x')`))).toEqual([]);
  });

  it('goes by where a decorator comes from, not by its name in the file', () => {
    expect(problemsOf(classWith('@Ask()'))).toHaveLength(1);
    expect(problemsOf(classWith('@nest.Get()'))).toHaveLength(1);
    expect(problemsOf(classWith('@Query() @Everyone()'))).toEqual([]);
    expect(problemsOf(classWith('@Query() @Pretended()'))).toHaveLength(1);
    expect(problemsOf(classWith('@Query() @CurrentCaller()'))).toHaveLength(1);
  });

  it('sees every handler of every class, and leaves fields and plain methods alone', () => {
    const two = `${IMPORTS} class A { @Query() @Public() fine() {} @Query() open() {} @ResolveField() field() {} plain() {} } class B { @Mutation() open() {} }`;
    expect(problemsOf(two)).toHaveLength(2);
  });

  it('is on wherever there are resolvers and routes', async () => {
    const eslint = new ESLint();
    for (const path of ['libs/domains/identity/src/graphql/organization.resolver.ts', 'libs/protocols/native/src/index.ts', 'apps/api/src/platform.resolver.ts']) {
      const { rules } = (await eslint.calculateConfigForFile(path)) as { rules: Record<string, unknown[]> };
      expect([path, rules['steelyard/declared-access']]).toEqual([path, [2]]);
    }
  });
});
