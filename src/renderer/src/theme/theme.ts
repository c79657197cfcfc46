/** The design of the window as a Mantine theme: type scale, spacing, radii, component defaults. */
import { ActionIcon, Badge, Button, Card, Checkbox, Chip, createTheme, type CSSVariablesResolver, defaultVariantColorsResolver, Input, Menu, Modal, Notification, NumberInput, Paper, Select, Switch, Table, Tabs, TextInput, Tooltip } from '@mantine/core';
import { dark, madder, ochre, stone, viridian } from './palette';

export const theme = createTheme({
  colors: { viridian, ochre, madder, gray: stone, dark, red: madder, yellow: ochre, orange: ochre },
  primaryColor: 'viridian',
  primaryShade: { light: 7, dark: 3 },
  // Mantine judges the contrast of filled controls by the light theme's shade alone.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    return input.variant === 'filled' ? { ...colors, color: 'var(--on-accent)' } : colors;
  },
  white: '#ffffff',
  black: '#18201c',
  fontFamily: "'Inter Variable', system-ui, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, 'Cascadia Mono', monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.35' },
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '1.3125rem', lineHeight: '1.3' },
      h2: { fontSize: '1rem', lineHeight: '1.4' },
      h3: { fontSize: '0.875rem', lineHeight: '1.45' },
      h4: { fontSize: '0.8125rem', lineHeight: '1.45' },
    },
  },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '10px', xl: '16px' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: Button.extend({ defaultProps: { size: 'sm' } }),
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'sm' } }),
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'sm', hideControls: false } }),
    // Help stands under the field that it helps with, everywhere.
    InputWrapper: Input.Wrapper.extend({ defaultProps: { inputWrapperOrder: ['label', 'input', 'error', 'description'] } }),
    Select: Select.extend({ defaultProps: { size: 'sm', allowDeselect: false } }),
    Checkbox: Checkbox.extend({ defaultProps: { iconColor: 'var(--on-accent)' } }),
    // Named, so that its text takes the colour of filled controls above.
    Chip: Chip.extend({ defaultProps: { variant: 'filled' } }),
    Switch: Switch.extend({ defaultProps: { size: 'sm' } }),
    Tabs: Tabs.extend({ defaultProps: { keepMounted: false } }),
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', size: 'md' }, styles: { label: { textTransform: 'none', fontWeight: 550, letterSpacing: 0 } } }),
    Card: Card.extend({ defaultProps: { withBorder: true, padding: 'md' } }),
    Paper: Paper.extend({ defaultProps: { withBorder: true } }),
    Table: Table.extend({ defaultProps: { verticalSpacing: 5, horizontalSpacing: 'sm', highlightOnHover: true } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', position: 'bottom-end', withinPortal: true } }),
    Modal: Modal.extend({ styles: { title: { fontSize: '1rem', fontWeight: 620 } }, defaultProps: { centered: true, closeButtonProps: { 'aria-label': 'Close' }, overlayProps: { backgroundOpacity: 0.45 } } }),
    // What scrolls can be reached by keyboard.
    TableScrollContainer: Table.ScrollContainer.extend({ defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 350, multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } } }),
  },
});

/** Surfaces in three levels: the desk (body), sheets on it, and what is sunk into a sheet. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f4f5f2',
    '--sheet': '#ffffff',
    '--sunk': '#eceeea',
    '--line': '#d9ddd7',
    '--mantine-color-text': '#18201c',
    '--mantine-color-dimmed': '#56615a',
    '--mantine-color-placeholder': '#68736c',
    '--mantine-color-default': '#ffffff',
    '--mantine-color-default-border': '#8a958d',
    '--mantine-color-default-hover': '#f0f2ef',
    '--mantine-color-error': '#a52c20',
    '--mantine-color-anchor': '#0a6657',
    '--accent': '#0a6657',
    '--on-accent': '#ffffff',
    '--accent-soft': '#dff1ec',
    '--warn': '#7d4e05',
    '--warn-soft': '#fbefd8',
    '--bad': '#95281d',
    '--bad-soft': '#fdeeec',
    '--chart-grid': '#e3e6e1',
    '--chart-axis': '#56615a',
  },
  dark: {
    '--mantine-color-body': '#121715',
    '--sheet': '#1a211e',
    '--sunk': '#141a17',
    '--line': '#303934',
    '--mantine-color-text': '#e3e8e5',
    '--mantine-color-dimmed': '#a2aca7',
    '--mantine-color-placeholder': '#8e9993',
    '--mantine-color-default': '#1f2724',
    '--mantine-color-default-border': '#66726b',
    '--mantine-color-default-hover': '#28312d',
    '--mantine-color-error': '#f4a196',
    '--mantine-color-anchor': '#63c9b5',
    '--accent': '#63c9b5',
    '--on-accent': '#0a1f1a',
    '--accent-soft': '#16332d',
    '--warn': '#ebb14a',
    '--warn-soft': '#33290f',
    '--bad': '#f4a196',
    '--bad-soft': '#3a1c18',
    '--chart-grid': '#29312d',
    '--chart-axis': '#a2aca7',
    // Badges and notes: lighter than what they lie on, where the library's are holes in it.
    '--mantine-color-viridian-light': '#1a3f37',
    '--mantine-color-gray-light': '#303934',
    '--mantine-color-ochre-light': '#413412',
    '--mantine-color-madder-light': '#47231e',
  },
});
