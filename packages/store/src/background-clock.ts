import { type Clock, clockWith, systemClock } from '@ossature/protocol';

const unrefClock = clockWith((done, ms) => setTimeout(done, ms).unref());

/** The same time; waits on it do not keep the program from ending. Clocks that are not the system's are left as they are. */
export function backgroundClock(clock: Clock): Clock {
  return clock === systemClock ? unrefClock : clock;
}
