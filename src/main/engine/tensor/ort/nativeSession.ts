/** One ONNX model in the native runtime: session, bound tensors, asynchronous runs. Every handle is released by `dispose`. */
import { sizeOf } from '../host';
import { ELEMENT } from '../onnx/builder';
import type { IrType } from '../ir';
import type { NativeArray } from './memory';
import { cachedGraph } from './graphCache';
import { loadLibrary, type Async, type OrtLibrary, type Pointer } from './library';
import { ortError } from './ortError';
import { WAITING } from './threads';

const LOG_ERRORS = 3;
const ALL_OPTIMISATIONS = 99;
const NO_OPTIMISATIONS = 0;
const ARENA_ALLOCATOR = 1;
const DEFAULT_MEMORY = 0;

let liveHandles = 0;
/** Native objects made and not yet released, for tests of leaks. The process-wide environment is not counted. */
export function nativeHandles(): number {
  return liveHandles;
}

interface Runtime extends OrtLibrary {
  env: Pointer;
  memory: Pointer;
}
let runtime: Promise<Runtime> | null = null;

/** The library with its process-wide environment, which lives until the process ends. */
export function nativeRuntime(): Promise<Runtime> {
  runtime ??= loadLibrary().then((library) => {
    const env = create(library, (out) => library.api.CreateEnv(LOG_ERRORS, 'fine-studio', out));
    const memory = create(library, (out) => library.api.CreateCpuMemoryInfo(ARENA_ALLOCATOR, DEFAULT_MEMORY, out));
    return { ...library, env, memory };
  });
  return runtime;
}

/** Throws the runtime's own message as a typed error; releases the status. */
function check({ api }: OrtLibrary, status: Pointer | null): void {
  if (!status) return;
  const message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw ortError(message);
}

function create(library: OrtLibrary, make: (out: [Pointer | null]) => Pointer | null): Pointer {
  const out: [Pointer | null] = [null];
  check(library, make(out));
  return out[0]!;
}

/** Arguments of calls under way: a buffer must not be collected while native code reads it. */
const inFlight = new Set<unknown[]>();

function callAsync<Args extends unknown[]>(library: OrtLibrary, fn: Async<Args>, ...args: Args): Promise<void> {
  return new Promise((resolve, reject) => {
    inFlight.add(args);
    fn.async(...args, (error, status) => {
      inFlight.delete(args);
      if (error) return reject(error);
      try {
        check(library, status);
        resolve();
      } catch (failure) {
        reject(failure);
      }
    });
  });
}

export interface NativeOptions {
  threads: number;
}

/** A tensor made over our own buffer. */
export interface BoundTensor {
  readonly data: NativeArray;
  readonly value: Pointer;
}

export class NativeSession {
  private readonly bindings: Pointer[] = [];
  private disposed = false;

  private constructor(
    private readonly rt: Runtime,
    private readonly session: Pointer,
    private readonly runOptions: Pointer,
  ) {}

  /** A graph that was optimised before is taken as it was left (graphCache.ts). */
  static async create(model: Uint8Array, options: NativeOptions): Promise<NativeSession> {
    const rt = await nativeRuntime();
    const cached = await cachedGraph(model, rt.version);
    if (cached?.model) {
      try {
        return await NativeSession.open(rt, cached.model, options, null);
      } catch {
        await cached.drop();
      }
    }
    if (!cached) return NativeSession.open(rt, model, options, { saveTo: null });
    try {
      return await NativeSession.open(rt, model, options, { saveTo: cached.temporary });
    } catch {
      // A full disk must not keep anything from running; what else is wrong shows again.
      return await NativeSession.open(rt, model, options, { saveTo: null });
    } finally {
      await cached.keep();
    }
  }

  /** `optimise` is null for a graph that needs no more of it. */
  private static async open(rt: Runtime, model: Uint8Array, options: NativeOptions, optimise: { saveTo: string | null } | null): Promise<NativeSession> {
    const { api } = rt;
    const sessionOptions = create(rt, (out) => api.CreateSessionOptions(out));
    try {
      check(rt, api.SetSessionGraphOptimizationLevel(sessionOptions, optimise ? ALL_OPTIMISATIONS : NO_OPTIMISATIONS));
      if (optimise?.saveTo) check(rt, api.SetOptimizedModelFilePath(sessionOptions, optimise.saveTo));
      check(rt, api.SetIntraOpNumThreads(sessionOptions, options.threads));
      // Same speed without, and a third less memory.
      check(rt, api.DisableMemPattern(sessionOptions));
      for (const [key, value] of Object.entries(WAITING.intra_op)) check(rt, api.AddSessionConfigEntry(sessionOptions, `session.intra_op.${key}`, value));
      check(rt, api.AddSessionConfigEntry(sessionOptions, 'session.force_spinning_stop', WAITING.force_spinning_stop));
      const out: [Pointer | null] = [null];
      await callAsync(rt, api.CreateSessionFromArray, rt.env, model, model.length, sessionOptions, out);
      liveHandles++;
      const runOptions = create(rt, (result) => api.CreateRunOptions(result));
      liveHandles++;
      return new NativeSession(rt, out[0]!, runOptions);
    } finally {
      api.ReleaseSessionOptions(sessionOptions);
    }
  }

  /** A fixed choice of buffers for all inputs and outputs; returns its number for `run`. */
  bind(inputs: Record<string, BoundTensor>, outputs: Record<string, BoundTensor>): number {
    const { api } = this.rt;
    const binding = create(this.rt, (out) => api.CreateIoBinding(this.session, out));
    liveHandles++;
    this.bindings.push(binding);
    for (const [name, tensor] of Object.entries(inputs)) check(this.rt, api.BindInput(binding, name, tensor.value));
    for (const [name, tensor] of Object.entries(outputs)) check(this.rt, api.BindOutput(binding, name, tensor.value));
    return this.bindings.length - 1;
  }

  /** Runs on a thread of its own; the event loop stays free. */
  run(binding: number): Promise<void> {
    return callAsync(this.rt, this.rt.api.RunWithBinding, this.session, this.runOptions, this.bindings[binding]);
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    const { api } = this.rt;
    for (const binding of this.bindings) api.ReleaseIoBinding(binding);
    api.ReleaseRunOptions(this.runOptions);
    api.ReleaseSession(this.session);
    liveHandles -= this.bindings.length + 2;
  }
}

/** Tensors over our own buffers, released together. */
export class NativeTensors {
  private readonly values: Pointer[] = [];

  constructor(private readonly rt: Runtime) {}

  wrap(data: NativeArray, shape: readonly number[], dtype: IrType): BoundTensor {
    const { api, memory } = this.rt;
    const dims = BigInt64Array.from(shape, BigInt);
    const bytes = sizeOf(shape) * data.BYTES_PER_ELEMENT;
    const value = create(this.rt, (out) => api.CreateTensorWithDataAsOrtValue(memory, data, bytes, dims, dims.length, ELEMENT[dtype], out));
    liveHandles++;
    this.values.push(value);
    return { data, value };
  }

  dispose(): void {
    for (const value of this.values.splice(0)) {
      this.rt.api.ReleaseValue(value);
      liveHandles--;
    }
  }
}
