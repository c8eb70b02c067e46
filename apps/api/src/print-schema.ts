import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql';
import { scalarsMap } from '@steelyard/platform-graphql';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { domainModules } from './domain-modules.js';
import { InstallationResolver } from './doctor/installation.resolver.js';
import { PlatformResolver } from './platform.resolver.js';

/** Prints the GraphQL schema from the resolvers alone: no server, no database. */
const builder = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
const providers = domainModules.flatMap((module) => Reflect.getMetadata('providers', module) as unknown[]);
const resolvers = providers.filter((provider): provider is new () => object => typeof provider === 'function' && Reflect.hasMetadata('graphql:resolver_type', provider));
const schema = await builder.get(GraphQLSchemaFactory).create([...resolvers, PlatformResolver, InstallationResolver], [], { scalarsMap });
process.stdout.write(`${printSchema(lexicographicSortSchema(schema))}\n`);
await builder.close();
