// What rests on the device: one database with a store for keys and sealed data, and one for acts that wait or were refused.
const NAME = "diem-tiem", VERSION = 1

let opening
function open() {
  return opening ??= new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, VERSION)
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("things")
      asked.result.createObjectStore("acts", { keyPath: "id" }).createIndex("seq", "seq")
    }
    asked.onsuccess = () => done(asked.result)
    asked.onerror = () => failed(asked.error)
  })
}
// Resolves when the transaction has committed: what is said to be kept is kept.
async function inStore(name, mode, work) {
  const db = await open()
  return new Promise((done, failed) => {
    const transaction = db.transaction(name, mode, { durability: "strict" })
    const asked = work(transaction.objectStore(name))
    transaction.oncomplete = () => done(asked?.result)
    transaction.onerror = transaction.onabort = () => failed(transaction.error)
  })
}

export const thing = key => inStore("things", "readonly", store => store.get(key))
export const keepThing = (key, value) => inStore("things", "readwrite", store => store.put(value, key))
export const dropThing = key => inStore("things", "readwrite", store => store.delete(key))
export const thingNames = () => inStore("things", "readonly", store => store.getAllKeys())

export const acts = () => inStore("acts", "readonly", store => store.index("seq").getAll())
export const keepAct = act => inStore("acts", "readwrite", store => store.put(act))
export const dropAct = id => inStore("acts", "readwrite", store => store.delete(id))
