// Keys for the list of rooms, and its scroll position, which stays from page to page. Without this every
// room has its link, and the current one is in view.
const find = (id) => document.getElementById(id)
const list = find('room-list'), field = find('find-field')

list.scrollTop = sessionStorage.rooms ?? list.scrollTop
addEventListener('pagehide', () => { sessionStorage.rooms = list.scrollTop })
field.addEventListener('focus', () => import(field.dataset.switcher))

addEventListener('keydown', (event) => {
  const { key, target, altKey, metaKey, ctrlKey, isComposing } = event
  // Control+K deletes the end of a line on a Mac.
  const finds = key == 'k' && !altKey && (metaKey || ctrlKey && navigator.platform[0] != 'M')
  // Text fields keep their own keys; there is nothing to move in an empty one.
  const step = altKey && !target.value && { ArrowUp: -1, ArrowDown: 1 }[key]
  if (key == '?' && target.value == null && !localStorage.plain) find('keys-link').click()
  if (isComposing || !finds && !step) return
  event.preventDefault()
  if (finds) {
    field.offsetParent || find('sidebar').showPopover()
    field.select()
  } else {
    const rows = [...list.querySelectorAll('[aria-current], a:has([id^=unread-]:not(:empty))')]
    const at = rows.findIndex((row) => row.ariaCurrent)
    rows.at((at < 0 && step < 0 ? at : at + step) % rows.length)?.click()
  }
})
