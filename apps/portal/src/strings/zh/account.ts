import type { Strings } from '../strings';

export const account: Strings['account'] = {
  title: '账户',
  text: '姓名和地址来自您的登录服务，请在那里修改。',
  you: '您',
  organizations: '组织',
  noOrganizations: '您还不属于任何组织。请创建一个，或请组织成员邀请您。',
  sessions: '登录位置',
  sessionsText: '如有不认识的登录，请将其结束。',
  browserOn: (browser, system) => `${system} 上的 ${browser}`,
  unknownSystem: '未知系统',
  unknownDevice: '未知设备',
  terminal: (program) => (program ? `终端（${program}）` : '终端'),
  thisOne: '当前',
  signedInAt: (time) => `登录于 ${time}`,
  lastSeen: (time) => `最近活动：${time}`,
  end: '结束',
  everywhere: '退出所有登录',
  everywhereTitle: '退出所有登录？',
  everywhereText: '您的所有登录都会结束，包括当前页面和终端。API 密钥继续有效。',
  appearance: '语言与配色',
  appearanceText: '仅保存在此浏览器中。',
};
