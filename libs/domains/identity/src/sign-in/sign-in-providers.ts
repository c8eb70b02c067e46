import type { Provider, Type } from '@nestjs/common';
import { Attempts } from './attempts.js';
import { BrowserSignIn } from './browser-sign-in.js';
import { BrowserController } from './browser.controller.js';
import { FailurePageFilter } from './failure-page.filter.js';
import { FrontDoor } from './front-door.js';
import { IssuerClient } from './issuer-client.js';
import { SignOutController } from './sign-out.controller.js';

export const signInProviders: Provider[] = [FrontDoor, IssuerClient, Attempts, BrowserSignIn, FailurePageFilter];

export const signInControllers: Type[] = [BrowserController, SignOutController];
