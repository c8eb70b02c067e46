/** The smallest model: `y = Identity(x)`, float32 [1]. */
export const IDENTITY_MODEL = Buffer.from('CAgSC29ubngtd3JpdGVyOjcKEAoBeBIBeSIISWRlbnRpdHkSAWdaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN', 'base64');
