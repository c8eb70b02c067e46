import type { Provider, Type } from '@nestjs/common';
import { Attempts } from './attempts.js';
import { BrowserSignIn } from './browser-sign-in.js';
import { BrowserController } from './browser.controller.js';
import { DeviceSignIn } from './terminal/device-sign-in.js';
import { FailurePageFilter } from './failure-page.filter.js';
import { FrontDoor } from './front-door.js';
import { IssuerClient } from './issuer/issuer-client.js';
import { LoopbackSignIn } from './terminal/loopback-sign-in.js';
import { SignOutController } from './sign-out.controller.js';
import { OpenTerminalSession } from './terminal/terminal-session.js';
import { TerminalController } from './terminal/terminal.controller.js';

export const signInProviders: Provider[] = [FrontDoor, IssuerClient, Attempts, BrowserSignIn, LoopbackSignIn, DeviceSignIn, OpenTerminalSession, FailurePageFilter];

export const signInControllers: Type[] = [BrowserController, TerminalController, SignOutController];
