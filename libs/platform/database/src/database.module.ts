import { Module, type DynamicModule } from '@nestjs/common';
import { DATABASE, type Database } from './database.js';

/** Gives an open database to every module as {@link DATABASE}. Whoever opened it closes it. */
@Module({})
export class DatabaseModule {
  static forRoot(database: Database): DynamicModule {
    return { module: DatabaseModule, global: true, providers: [{ provide: DATABASE, useValue: database }], exports: [DATABASE] };
  }
}
