/**
 * Every action that is available on all screens: the palette, the `?` sheet, the rail and the application menu are drawn
 * from this list. What an action does is bound to its id in the window (renderer, app/actions).
 */

export const ACTION_GROUPS = ['Create', 'Go to', 'View', 'Help'] as const;
export type ActionGroup = (typeof ACTION_GROUPS)[number];

export interface ActionInfo {
  id: string;
  label: string;
  group: ActionGroup;
  /** "mod" is Ctrl, on macOS Command. */
  shortcut?: string;
  /** Further words under which the palette finds it. */
  keywords?: string;
}

const list = <const T extends readonly ActionInfo[]>(actions: T): T => actions;

export const ACTIONS = list([
  { id: 'create.pretrain', label: 'New pretraining', group: 'Create', shortcut: 'mod+alt+P', keywords: 'train factorise start project learn' },
  { id: 'create.dataset', label: 'Add images', group: 'Create', shortcut: 'mod+alt+D', keywords: 'data folder zip import pictures' },
  { id: 'create.extract', label: 'Extract a learngene', group: 'Create', shortcut: 'mod+alt+E', keywords: 'factors checkpoint dense' },
  { id: 'create.learngene-import', label: 'Import a learngene', group: 'Create', keywords: 'file open safetensors another machine' },
  { id: 'create.initialize', label: 'Initialise model sizes', group: 'Create', shortcut: 'mod+alt+I', keywords: 'depth sigma sizes initialize' },
  { id: 'create.train', label: 'Train a checkpoint on', group: 'Create', keywords: 'continue fine-tune materialise' },
  { id: 'create.export', label: 'Export a checkpoint', group: 'Create', shortcut: 'mod+alt+X', keywords: 'onnx safetensors' },
  { id: 'create.demo', label: 'Try the demo', group: 'Create', keywords: 'example built-in first' },

  { id: 'go.home', label: 'Home', group: 'Go to', shortcut: 'alt+1' },
  { id: 'go.runs', label: 'Runs', group: 'Go to', shortcut: 'alt+2', keywords: 'experiments table compare' },
  { id: 'go.queue', label: 'Queue', group: 'Go to', shortcut: 'alt+3', keywords: 'waiting order' },
  { id: 'go.data', label: 'Data', group: 'Go to', shortcut: 'alt+4', keywords: 'datasets images' },
  { id: 'go.learngenes', label: 'Learngenes', group: 'Go to', shortcut: 'alt+5', keywords: 'factors sigma' },
  { id: 'go.checkpoints', label: 'Checkpoints', group: 'Go to', shortcut: 'alt+6', keywords: 'models samples playground' },
  { id: 'go.sizes', label: 'Size explorer', group: 'Go to', shortcut: 'alt+7', keywords: 'parameters MACs memory Pareto' },
  { id: 'go.bench', label: 'Bench', group: 'Go to', shortcut: 'alt+8', keywords: 'baselines compare initialisations' },
  { id: 'go.lineage', label: 'Lineage', group: 'Go to', keywords: 'graph origin' },
  { id: 'go.backends', label: 'Backends', group: 'Go to', keywords: 'device GPU CUDA WebGPU speed' },
  { id: 'go.trash', label: 'Trash', group: 'Go to', keywords: 'erase restore deleted undo bytes' },
  { id: 'go.settings', label: 'Settings', group: 'Go to', shortcut: 'mod+,', keywords: 'preferences theme threads notifications' },
  { id: 'go.about', label: 'About', group: 'Go to', keywords: 'licences version' },

  { id: 'view.theme', label: 'Switch between light and dark', group: 'View', shortcut: 'mod+alt+L', keywords: 'theme appearance' },
  { id: 'view.theme-system', label: 'Follow the system’s appearance', group: 'View', keywords: 'theme' },

  { id: 'help.palette', label: 'Command palette', group: 'Help', shortcut: 'mod+K', keywords: 'search' },
  { id: 'help.shortcuts', label: 'Keyboard shortcuts', group: 'Help', shortcut: '?', keywords: 'keys help sheet' },
]);

export type ActionId = (typeof ACTIONS)[number]['id'];
