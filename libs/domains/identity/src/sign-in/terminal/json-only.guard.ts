import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { signInErrors } from '../errors.js';

/** Only `application/json` passes: what a page of another site can have a browser send without asking is of other types. */
@Injectable()
export class JsonOnlyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const contentType = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>().headers['content-type'] ?? '';
    if (!/^application\/json *(;|$)/i.test(contentType)) throw signInErrors.JSON_ONLY({});
    return true;
  }
}
