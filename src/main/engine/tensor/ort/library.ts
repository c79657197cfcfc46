/**
 * ONNX Runtime's C API, called directly (koffi) in the library that the onnxruntime-node package carries. Its public
 * JavaScript API copies every output and blocks the event loop for the whole run; the C API does neither, and it has
 * IoBinding. Positions in the function table are part of ONNX Runtime's stable ABI (onnxruntime_c_api.h).
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { LibraryHandle } from 'koffi';
import { loadKoffi } from '../koffi';

export type Pointer = bigint;
type Status = Pointer | null;
type Out<T> = [T | null];

/** The functions we use. All but the Release functions and the getters return a status, null on success. */
export interface OrtApi {
  GetErrorMessage(status: Pointer): string;
  CreateEnv(level: number, id: string, out: Out<Pointer>): Status;
  CreateSessionFromArray: Async<[env: Pointer, model: Uint8Array, length: number, options: Pointer, out: Out<Pointer>]>;
  CreateSessionOptions(out: Out<Pointer>): Status;
  SetOptimizedModelFilePath(options: Pointer, path: string): Status;
  DisableMemPattern(options: Pointer): Status;
  SetSessionGraphOptimizationLevel(options: Pointer, level: number): Status;
  SetIntraOpNumThreads(options: Pointer, threads: number): Status;
  CreateTensorWithDataAsOrtValue(memory: Pointer, data: ArrayBufferView, bytes: number, shape: BigInt64Array, rank: number, type: number, out: Out<Pointer>): Status;
  CreateCpuMemoryInfo(allocator: number, memory: number, out: Out<Pointer>): Status;
  AddSessionConfigEntry(options: Pointer, key: string, value: string): Status;
  RunWithBinding: Async<[session: Pointer, runOptions: Pointer, binding: Pointer]>;
  CreateRunOptions(out: Out<Pointer>): Status;
  CreateIoBinding(session: Pointer, out: Out<Pointer>): Status;
  BindInput(binding: Pointer, name: string, value: Pointer): Status;
  BindOutput(binding: Pointer, name: string, value: Pointer): Status;
  ReleaseStatus(status: Pointer): void;
  ReleaseMemoryInfo(memory: Pointer): void;
  ReleaseSession(session: Pointer): void;
  ReleaseValue(value: Pointer): void;
  ReleaseRunOptions(options: Pointer): void;
  ReleaseSessionOptions(options: Pointer): void;
  ReleaseIoBinding(binding: Pointer): void;
}
export type Async<Args extends unknown[]> = ((...args: Args) => Status) & { async(...args: [...Args, (error: unknown, status: Status) => void]): void };

/** Position in OrtApi and C prototype. */
const FUNCTIONS: Record<keyof OrtApi, [index: number, prototype: string]> = {
  GetErrorMessage: [2, 'const char *ort_GetErrorMessage(void *status)'],
  CreateEnv: [3, 'void *ort_CreateEnv(int level, const char *id, _Out_ void **out)'],
  CreateSessionFromArray: [8, 'void *ort_CreateSessionFromArray(void *env, const void *model, size_t length, void *options, _Out_ void **out)'],
  CreateSessionOptions: [10, 'void *ort_CreateSessionOptions(_Out_ void **out)'],
  SetOptimizedModelFilePath: [11, `void *ort_SetOptimizedModelFilePath(void *options, const ${process.platform === 'win32' ? 'char16_t' : 'char'} *path)`],
  DisableMemPattern: [17, 'void *ort_DisableMemPattern(void *options)'],
  SetSessionGraphOptimizationLevel: [23, 'void *ort_SetSessionGraphOptimizationLevel(void *options, int level)'],
  SetIntraOpNumThreads: [24, 'void *ort_SetIntraOpNumThreads(void *options, int threads)'],
  CreateRunOptions: [39, 'void *ort_CreateRunOptions(_Out_ void **out)'],
  CreateTensorWithDataAsOrtValue: [49, 'void *ort_CreateTensorWithDataAsOrtValue(void *memory, void *data, size_t bytes, const int64_t *shape, size_t rank, int type, _Out_ void **out)'],
  CreateCpuMemoryInfo: [69, 'void *ort_CreateCpuMemoryInfo(int allocator, int memory, _Out_ void **out)'],
  ReleaseStatus: [93, 'void ort_ReleaseStatus(void *status)'],
  ReleaseMemoryInfo: [94, 'void ort_ReleaseMemoryInfo(void *memory)'],
  ReleaseSession: [95, 'void ort_ReleaseSession(void *session)'],
  ReleaseValue: [96, 'void ort_ReleaseValue(void *value)'],
  ReleaseRunOptions: [97, 'void ort_ReleaseRunOptions(void *options)'],
  ReleaseSessionOptions: [100, 'void ort_ReleaseSessionOptions(void *options)'],
  AddSessionConfigEntry: [130, 'void *ort_AddSessionConfigEntry(void *options, const char *key, const char *value)'],
  RunWithBinding: [133, 'void *ort_RunWithBinding(void *session, void *runOptions, void *binding)'],
  CreateIoBinding: [134, 'void *ort_CreateIoBinding(void *session, _Out_ void **out)'],
  ReleaseIoBinding: [135, 'void ort_ReleaseIoBinding(void *binding)'],
  BindInput: [136, 'void *ort_BindInput(void *binding, const char *name, void *value)'],
  BindOutput: [137, 'void *ort_BindOutput(void *binding, const char *name, void *value)'],
};
/** The lowest version whose table holds all of the above; every later library serves it. */
const API_VERSION = 17;
const TABLE_LENGTH = 138;

const LIBRARY: Partial<Record<NodeJS.Platform, RegExp>> = {
  linux: /^libonnxruntime\.so(\.\d+)*$/,
  darwin: /^libonnxruntime\..*dylib$/,
  win32: /^onnxruntime\.dll$/,
};

/** The shared library in the installed onnxruntime-node, or null when it has none for this platform. */
export function locateLibrary(): string | null {
  const pattern = LIBRARY[process.platform];
  if (!pattern) return null;
  const bin = join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin');
  if (!existsSync(bin)) return null;
  for (const version of readdirSync(bin).sort().reverse()) {
    const folder = join(bin, version, process.platform, process.arch);
    if (!existsSync(folder)) continue;
    const file = readdirSync(folder).find((name) => pattern.test(name));
    if (file) return join(folder, file);
  }
  return null;
}

export interface OrtLibrary {
  api: OrtApi;
  version: string;
  /** Held so that the library stays mapped: koffi unloads it when its handle is collected, and the function pointers dangle. */
  handle: LibraryHandle;
  /** Address of a buffer's first byte. */
  address(data: ArrayBufferView): bigint;
}

let loaded: Promise<OrtLibrary> | null = null;

/** Loads the library once per process. Rejects when koffi or the library cannot be loaded here. */
export function loadLibrary(): Promise<OrtLibrary> {
  loaded ??= open();
  return loaded;
}

async function open(): Promise<OrtLibrary> {
  const path = locateLibrary();
  if (!path) throw new Error(`onnxruntime-node has no library for ${process.platform} ${process.arch}`);
  const koffi = await loadKoffi();
  const library = koffi.load(path);
  const base = library.func('void *OrtGetApiBase()')() as Pointer;
  const [getApi, getVersion] = koffi.decode(base, koffi.array('void *', 2)) as [Pointer, Pointer];
  const table = (koffi.decode(getApi, koffi.proto('void *ort_GetApi(uint32_t version)')) as (version: number) => Pointer | null)(API_VERSION);
  if (!table) throw new Error(`the ONNX Runtime library does not serve API version ${API_VERSION}`);
  const entries = koffi.decode(table, koffi.array('void *', TABLE_LENGTH)) as Pointer[];
  const api = Object.fromEntries(Object.entries(FUNCTIONS).map(([name, [index, prototype]]) => [name, koffi.decode(entries[index], koffi.proto(prototype))])) as unknown as OrtApi;
  const version = (koffi.decode(getVersion, koffi.proto('const char *ort_GetVersionString()')) as () => string)();
  return { api, version, handle: library, address: (data) => koffi.address(data) };
}
