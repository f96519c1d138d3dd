// The progress of an upload, and a button that stops it: fetch() tells neither. Without this the files are
// sent all the same.
const line = document.getElementById('upload')

line.addEventListener('htmx:before:request', ({ detail: { ctx } }) => {
  const bar = document.createElement('progress'), stop = document.createElement('button')
  stop.type = 'button'
  stop.textContent = line.dataset.cancel
  line.append(bar, stop)
  ctx.fetch = (url, { headers, body }) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest
    request.open('POST', url)
    for (const name in headers) request.setRequestHeader(name, headers[name])
    request.upload.onprogress = ({ loaded, total }) => {
      if (loaded < total) bar.value = loaded / total
      else bar.removeAttribute('value') // the server is busy with them
    }
    request.onload = () => resolve({
      status: request.status,
      headers: request.getAllResponseHeaders().split('\r\n').map((header) => header.split(': ')),
      text: () => request.response,
    })
    request.onerror = request.onabort = () => reject({ name: 'AbortError' })
    stop.onclick = () => request.abort()
    request.send(body)
  })
})
