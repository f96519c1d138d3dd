// "Notify me on this device": send the browser's address at its push service to the server. Without
// scripts there is no such button.
const [form, said] = document.querySelectorAll('#subscribe, #subscribe-status')
const say = (name) => { said.textContent = said.dataset[name] }
const use = async ({ pushManager }) => {
  const fill = async () => {
    const options = { userVisibleOnly: true, applicationServerKey: form.dataset.key }
    const { endpoint, keys } = (await pushManager.subscribe(options)).toJSON()
    form.endpoint.value = endpoint
    for (const name in keys) form[name].value = keys[name] // p256dh and auth
    delete localStorage.desktop // it would show each call twice
    if (form.again) fetch(form.action, { method: 'POST', body: new FormData(form) })
    else form.submit()
  }
  const start = () => {
    fill().catch(() => say(Notification.permission))
    return false
  }
  if (form.again) start()
  // Forgotten, or of somebody who was logged in here before, or for an earlier key of the site.
  else await (await pushManager.getSubscription())?.unsubscribe()
  form.onsubmit = start
  form.hidden = false
}
if (globalThis.PushManager) {
  navigator.serviceWorker.register(form.dataset.worker)
  navigator.serviceWorker.ready.then(use)
} else say('none')
