// The files that are chosen, from both fields, the clipboard and drops: all go to one field, those that
// cannot be sent are left out and named. Without this the server says so.
const find = (id) => document.getElementById(id)
const files = find('files'), photos = find('photos'), unfit = find('unfit'), { dataset } = unfit

// The event has the whole list as its detail, unless it is of a field. More may have been chosen since.
export const use = ({ detail }) => {
  const transfer = new DataTransfer
  let room = +dataset.limit, count = dataset.most - document.querySelectorAll('[name=kept]:checked').length
  unfit.textContent = ''
  for (const file of detail || new Set([...files.held ?? [], ...photos.files, ...files.files])) {
    const { name, size } = file
    const why = !size ? 'empty' : size > dataset.limit ? 'large' : size > room ? 'together' : count < 1 ? 'many' : ''
    if (why) unfit.append(dataset[why].replace('*', () => name), ' ')
    else {
      transfer.items.add(file)
      room -= size
      count--
    }
  }
  photos.value = ''
  find('attach').open = false
  files.files = transfer.files
  files.held = [...files.files]
  files.dispatchEvent(new Event('change', { bubbles: true }))
}
