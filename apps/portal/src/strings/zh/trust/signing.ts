import type { Strings } from '../../strings';

export const signing: Strings['signing'] = {
  title: '签名密钥',
  text: '用于为模型版本签名的公钥：steelyard publish --sign',
  none: '还没有签名密钥。创建命令：steelyard signing-key create',
  register: '登记密钥',
  name: '名称',
  nameText: '显示在由它签名的版本旁边。',
  publicKey: '公钥',
  publicKeyText: 'Ed25519，PEM 格式。私钥由您自己保管。',
  isPrivate: '这是私钥。请粘贴公钥，并妥善保管私钥。',
  good: '有效',
  revoked: '已吊销',
  since: (day) => `自 ${day} 起`,
  revokedAt: (time) => `已于 ${time} 吊销`,
  revoke: '吊销',
  revokeTitle: '吊销这个密钥？',
  revokeText: '它此后的签名都不再被接受。已发布的版本不受影响。此操作无法撤销。',
  required: '只发布已签名的版本',
  requiredText: '无论有没有签名，版本都会被接受。',
  requiredSince: (time) => `自 ${time} 起。版本须在命令行中签名；本门户不保存私钥。`,
};
