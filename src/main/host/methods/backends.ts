import { listBackends } from '../available-backends';
import type { HandlersOf } from '../context';

export const backends: HandlersOf<'backends'> = {
  'backends.list': (context, { measure }) => listBackends(context, measure),
};
