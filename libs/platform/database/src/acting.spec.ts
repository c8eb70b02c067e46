import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { actAs, actAsPlatform, startActing, whoActs, type Acting } from './acting.js';

const person = (name: string): Acting => ({ actorId: `person:${name}`, kind: 'person' });

describe('acting', () => {
  it('is for what somebody has set going, and for nobody else', async () => {
    const [ada, bo] = [person('ada'), person('bo')];
    const seen = async (who: Acting, waitMs: number) => actAs(() => who, async () => {
      await pause(waitMs);
      return whoActs();
    });
    const others = pause(5).then(() => whoActs());
    expect(await Promise.all([seen(ada, 20), seen(bo, 5), others])).toEqual([ada, bo, undefined]);
    expect(whoActs()).toBeUndefined();
  });

  it('is asked when it is needed, and may be left', async () => {
    let known: Acting | undefined;
    await actAs(() => known, async () => {
      expect(whoActs()).toBeUndefined();
      known = person('ada');
      await pause(1);
      expect([whoActs(), actAsPlatform(whoActs)]).toEqual([known, undefined]);
    });
  });

  it('ends with what fails, and goes on as long as one is left', async () => {
    await expect(actAs(() => person('ada'), () => Promise.reject(new RangeError('stop')))).rejects.toThrow('stop');
    let later: Promise<Acting | undefined> | undefined;
    const end = startActing(() => person('bo'), () => {
      later = pause(20).then(whoActs);
    });
    await actAs(() => person('ada'), async () => pause(1));
    expect(await later).toEqual(person('bo'));
    end();
    expect(() => startActing(() => undefined, () => { throw new RangeError('stop'); })).toThrow('stop');
    expect(await actAs(() => person('ada'), async () => whoActs())).toEqual(person('ada'));
  });
});
