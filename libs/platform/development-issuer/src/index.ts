export { developmentIssuerErrors } from './errors.js';
export { refusalOf, type Surroundings } from './allowed.js';
export { startDevelopmentIssuer, type DevelopmentIssuer, type DevelopmentIssuerOptions } from './start-development-issuer.js';
