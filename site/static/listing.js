// The list of chosen files: each can be removed, and each picture described. Without this the fields say
// how many there are.
const find = (id) => document.getElementById(id)
const files = find('files'), alts = find('alt'), list = find('picked'), { dataset } = list
const make = (name, values) => Object.assign(document.createElement(name), values)

const describe = () => {
  alts.value = [...files.files].map(({ alt }) => alt).join('\n')
}
const row = (file) => {
  const { name, type, alt } = file, item = make('li')
  item.append(make('bdi', { textContent: name }))
  if (type.startsWith('image/')) {
    item.append(make('input', {
      placeholder: dataset.alt,
      ariaLabel: dataset.alt + ' ' + name,
      maxLength: 1000,
      value: alt ?? '',
      oninput() {
        file.alt = this.value
        describe()
      },
    }))
  }
  item.append(make('button', {
    type: 'button',
    textContent: '✕',
    ariaLabel: dataset.remove + ' ' + name,
    onclick: () => {
      const detail = [...files.files].filter((other) => other != file)
      files.dispatchEvent(new CustomEvent('input', { bubbles: true, detail }))
    },
  }))
  return item
}
export const use = () => {
  const hadFocus = list.contains(document.activeElement)
  list.replaceChildren(...[...files.files].map(row))
  describe()
  if (hadFocus || files.value) find('body').focus()
}
files.addEventListener('change', use)
