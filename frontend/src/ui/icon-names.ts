// The Lucide icons that Heard uses. The build puts exactly these into the sprite.
export const iconNames = [
  'archive', 'arrow-down', 'arrow-left', 'arrow-right', 'arrow-up', 'backpack', 'badge-check', 'bed-double', 'bell',
  'bell-off', 'bell-ring', 'building-2', 'bus', 'calendar-days', 'car', 'chart-scatter', 'check', 'chevron-down',
  'chevron-left', 'chevron-right', 'circle-alert', 'circle-check', 'circle-help', 'clock', 'cloud-off', 'copy',
  'delete', 'door-open', 'download', 'ear', 'ellipsis', 'eye', 'eye-off', 'file-text', 'footprints', 'grid-3x3',
  'hand', 'handshake', 'heart-handshake', 'history', 'house', 'image', 'image-plus', 'inbox', 'info', 'key-round',
  'languages', 'layers', 'life-buoy', 'link', 'lock', 'lock-open', 'log-out', 'mail', 'map-pin', 'maximize',
  'megaphone', 'menu', 'message-circle', 'messages-square', 'minus', 'monitor', 'moon',
  'paw-print', 'pencil', 'phone', 'plane', 'plus', 'printer', 'qr-code', 'refresh-cw', 'repeat', 'rotate-ccw',
  'route', 'scan-line', 'send', 'settings', 'shield-alert', 'shield-check', 'smartphone', 'square', 'sun', 'target',
  'timer', 'toilet', 'train-front', 'trash-2', 'trending-down', 'trending-up', 'type', 'undo-2', 'user', 'user-check',
  'user-plus', 'user-x', 'users', 'utensils', 'volume-2', 'volume-x', 'webhook', 'wifi-off', 'x'
] as const

export type IconName = (typeof iconNames)[number]
