// Copy the link of a message. chat.js loads this with the first click on one. Without this the link is
// followed, and the address is in the browser's bar.
const log = document.getElementById('messages')

export const use = async ({ target, ctrlKey, metaKey }) => {
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
