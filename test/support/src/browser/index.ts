export { describeBrowser, type BrowserSuite } from './describe-browser.js';
export { BROWSER_VARIABLE, launchBrowser } from './launch.js';
export { DESKTOP, PHONE, Visitor, type Finding, type Role, type VisitorOptions } from './visitor.js';
