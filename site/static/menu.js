// Copy the link of a message, and close its menu after an act. chat.js loads this with the first click.
// Without this the link is followed, and the address is in the browser's bar; the menu stays open.
const log = document.getElementById('messages')

export const use = async ({ target, ctrlKey, metaKey }) => {
  if (target.form?.id == 'act') target.closest('details')?.removeAttribute('open')
  const link = target.closest('[data-copy]')
  if (!link || link.dataset.copy) return
  try {
    if (ctrlKey || metaKey) throw 0
    await navigator.clipboard.writeText(link.href)
  } catch { // not allowed, or not over HTTPS
    return open(link.href, ctrlKey || metaKey ? '_blank' : '_self')
  }
  const { textContent, ariaLabel } = link
  link.dataset.copy = link.textContent = link.ariaLabel = log.dataset.copied
  setTimeout(() => {
    link.dataset.copy = ''
    link.textContent = textContent
    link.ariaLabel = ariaLabel
  }, 2000)
}
