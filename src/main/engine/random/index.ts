export { counterRandom, type CounterRandom } from './counterRandom';
export { philox4x32 } from './philox';
export { STREAMS, type Stream } from './streams';
