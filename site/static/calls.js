// Show the number of calls in the title, in the icon and on the icon of the installed app. Without this they are as
// the page was loaded.
const find = (selector) => document.querySelector(selector)
const title = find('title'), icon = find('link[rel=icon]')
const update = () => {
  const { dataset } = find('#calls')
  if (dataset.icon != icon.getAttribute('href')) icon.href = dataset.icon
  title.textContent = dataset.prefix + title.textContent.slice(title.dataset.calls?.length)
  title.dataset.calls = dataset.prefix
  navigator.setAppBadge?.(parseInt(dataset.count) || 0).catch(() => {}) // 0 removes it
  if (localStorage.sound || localStorage.desktop) import(dataset.alerts)
}
find('main').addEventListener('htmx:after:swap', update)
update()
